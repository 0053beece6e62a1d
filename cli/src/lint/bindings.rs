//! Bindings that the rules name and the configuration does not declare, or declares differently.

use rules::{BucketEntry, STATE_BINDING};
use serde_json::Value;
use signer::HttpUrl;

use crate::configured::{Configured, NamedRule, Rule};
use crate::finding::Finding;
use crate::wrangler::Wrangler;

pub(super) fn lint(configured: &Configured, wrangler: &Wrangler<'_>) -> Vec<Finding> {
    let of_bucket = |bucket| of_bucket(bucket, configured, wrangler);
    let of_limit = |rule| of_limit(rule, &configured.place_of_rule(rule), wrangler);
    let buckets = configured.rules.buckets().flat_map(of_bucket);
    let of_state = |rule| of_state(rule, &configured.place_of_rule(rule), wrangler);
    let of_rules = configured.rules().filter_map(of_limit);
    buckets.chain(of_rules).chain(configured.rules().filter_map(of_state)).collect()
}

fn of_bucket(
    bucket: &BucketEntry,
    configured: &Configured,
    wrangler: &Wrangler<'_>,
) -> Vec<Finding> {
    let place = &*configured.place_of_bucket(bucket);
    let Some(binding) = bucket.binding() else {
        return unbound(bucket, place, wrangler).into_iter().collect();
    };
    let is_read_only = configured.rules_of(bucket).all(is_served);
    let lost = if is_read_only {
        "the Worker could not read the files that it sends"
    } else {
        "uploaded files could not be stored"
    };
    let (binding, name) = (binding.as_str(), bucket.bucket().name());
    let declared = wrangler.tables("r2_buckets");
    let Some(declared) = find_table(&declared, "binding", binding) else {
        return vec![
            Finding::error("binding-missing", format!("{place}.binding"))
                .says(format!("no {} declares {binding}, so {lost}", wrangler.r2_buckets()))
                .hint(wrangler.bucket_hint(binding, name)),
        ];
    };
    let findings = [
        other_bucket(binding, name, declared, place),
        other_jurisdiction(bucket, declared, place, wrangler),
    ];
    findings.into_iter().flatten().collect()
}

/// Returns whether the Worker itself sends the rule's files.
fn is_served(rule: NamedRule<'_>) -> bool {
    matches!(rule.rule, Rule::Download(rule) if rule.is_served())
}

fn other_bucket(binding: &str, name: &str, declared: &Value, place: &str) -> Option<Finding> {
    let bound = declared.get("bucket_name")?.as_str().filter(|bound| *bound != name)?;
    Some(
        Finding::error("other-bucket", format!("{place}.binding"))
            .says(format!(
                "{binding} is bound to {bound:?}, so files would be stored there, but links would point to {name:?}"
            ))
            .hint("write the same bucket name in both places"),
    )
}

/// The end of the hosts of R2's endpoints.
const R2: &str = ".r2.cloudflarestorage.com";

/// The account and the jurisdiction of an R2 endpoint. Each jurisdiction has endpoints and buckets of its own.
///
/// Spec: <https://developers.cloudflare.com/r2/reference/data-location/#jurisdictional-restrictions>
fn account_and_jurisdiction(bucket: &BucketEntry) -> Option<(&str, &str)> {
    let host = HttpUrl::parse(bucket.endpoint())?.host().strip_suffix(R2)?;
    Some(host.split_once('.').unwrap_or((host, DEFAULT)))
}

const DEFAULT: &str = "default";

fn jurisdiction(declared: &Value) -> &str {
    declared.get("jurisdiction").and_then(Value::as_str).unwrap_or(DEFAULT)
}

fn other_jurisdiction(
    bucket: &BucketEntry,
    declared: &Value,
    place: &str,
    wrangler: &Wrangler<'_>,
) -> Option<Finding> {
    let list = wrangler.r2_buckets();
    let (account, of_endpoint) = account_and_jurisdiction(bucket)?;
    let of_binding = jurisdiction(declared);
    if of_binding == of_endpoint {
        return None;
    }
    let is_label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let label = if of_binding == DEFAULT { String::new() } else { format!(".{of_binding}") };
    let hint = if of_binding.is_empty() || !of_binding.chars().all(is_label) {
        format!("correct `jurisdiction` in {list}, such as \"eu\"")
    } else {
        format!(
            "write endpoint = \"https://{account}{label}{R2}\", or correct `jurisdiction` in {list}"
        )
    };
    Some(
        Finding::error("other-jurisdiction", format!("{place}.endpoint"))
            .says(format!(
                "the bucket in {list} is in the jurisdiction {of_binding:?}, but links would lead to the jurisdiction {of_endpoint:?}, which does not have it"
            ))
            .hint(hint),
    )
}

/// A bucket without a binding, whose name only buckets of other jurisdictions have.
fn unbound(bucket: &BucketEntry, place: &str, wrangler: &Wrangler<'_>) -> Option<Finding> {
    let (_, of_endpoint) = account_and_jurisdiction(bucket)?;
    let declared = wrangler.tables("r2_buckets");
    let name = Some(bucket.bucket().name());
    let is_same = |table: &&Value| table.get("bucket_name").and_then(Value::as_str) == name;
    let mut same = declared.iter().filter(is_same).peekable();
    let first = *same.peek()?;
    if same.any(|table| jurisdiction(table) == of_endpoint) {
        return None;
    }
    other_jurisdiction(bucket, first, place, wrangler)
}

/// The Worker rejects every request that it cannot count.
fn of_limit(rule: NamedRule<'_>, place: &str, wrangler: &Wrangler<'_>) -> Option<Finding> {
    let (binding, period) = rule.access().limit()?;
    let declared = wrangler.tables("ratelimits");
    let Some(declared) = find_table(&declared, "name", binding) else {
        return Some(
            Finding::error("limit-missing", format!("{place}.limit"))
                .says(format!(
                    "no {} declares {binding}, so every request would be rejected",
                    wrangler.ratelimits()
                ))
                .hint(wrangler.limit_hint(binding, period)),
        );
    };
    let simple = declared.get("simple")?;
    let counted = simple.get("period")?.as_u64().filter(|counted| *counted != u64::from(period))?;
    Some(
        Finding::warning("other-period", format!("{place}.limit"))
            .says(format!("{binding} counts over {counted} s, but the Worker would tell callers to wait for {period} s"))
            .hint(format!("write limit = {{ binding = {binding:?}, period = {counted} }}")),
    )
}

/// The Worker answers 503 where it cannot keep count.
fn of_state(rule: NamedRule<'_>, place: &str, wrangler: &Wrangler<'_>) -> Option<Finding> {
    let key = rule.key_of_state()?;
    if wrangler.binds_state() {
        return None;
    }
    Some(
        Finding::error("state-missing", format!("{place}.{key}"))
            .says(format!(
                "no {} declares {STATE_BINDING}, so every request would be answered 503",
                wrangler.durable_objects()
            ))
            .hint(wrangler.state_hint()),
    )
}

fn find_table<'t>(tables: &'t [Value], key: &str, name: &str) -> Option<&'t Value> {
    tables.iter().find(|table| table.get(key).and_then(Value::as_str) == Some(name))
}
