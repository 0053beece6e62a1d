//! Bindings that the rules name, and that the Worker would not have.

use serde_json::{Map, Value};

use crate::configured::{Entry, entries};
use crate::finding::Finding;
use crate::wrangler::Wrangler;

pub(super) fn lint(vars: &Map<String, Value>, wrangler: &Wrangler<'_>) -> Vec<Finding> {
    let buckets = entries(vars, "BUCKETS");
    let mut findings: Vec<_> = buckets.iter().filter_map(|entry| bucket(entry, wrangler)).collect();
    let rules = ["UPLOADS", "DOWNLOADS"].into_iter().flat_map(|section| entries(vars, section));
    findings.extend(rules.filter_map(|entry| limit(&entry, wrangler)));
    findings
}

fn bucket(entry: &Entry<'_>, wrangler: &Wrangler<'_>) -> Option<Finding> {
    let (binding, name) = (entry.text("binding")?, entry.text("name")?);
    let declared = wrangler.tables("r2_buckets");
    let Some(declared) = named(&declared, "binding", binding) else {
        let head = wrangler.head("r2_buckets");
        return Some(
            Finding::error("binding-missing", entry.place_of("binding"))
                .says(format!(
                    "no [[r2_buckets]] declares {binding}, so forms would have nowhere to go"
                ))
                .hint(format!("add {head} with binding = {binding:?} and bucket_name = {name:?}")),
        );
    };
    let other = declared.get("bucket_name")?.as_str().filter(|other| *other != name)?;
    Some(
        Finding::error("other-bucket", entry.place_of("binding"))
            .says(format!("forms would go to {other:?}, which {binding} is, and links to {name:?}"))
            .hint("write the same bucket in both"),
    )
}

/// The Worker asks a limit by name, and lets nobody in that it cannot count.
fn limit(entry: &Entry<'_>, wrangler: &Wrangler<'_>) -> Option<Finding> {
    let value = entry.table.get("limit")?;
    let binding = value.as_str().or_else(|| value.get("binding")?.as_str())?;
    let period = value.get("period").and_then(Value::as_u64).unwrap_or(60);
    let declared = wrangler.tables("ratelimits");
    let Some(declared) = named(&declared, "name", binding) else {
        let head = wrangler.head("ratelimits");
        return Some(
            Finding::error("limit-missing", entry.place_of("limit"))
                .says(format!("no [[ratelimits]] declares {binding}, so nobody would get in"))
                .hint(format!("add {head} with name = {binding:?}, namespace_id = \"1001\" and simple = {{ limit = 20, period = {period} }}")),
        );
    };
    let other = declared.get("simple")?.get("period")?.as_u64().filter(|other| *other != period)?;
    Some(
        Finding::warning("other-period", entry.place_of("limit"))
            .says(format!("{binding} counts for {other} s, and the Worker would tell callers to wait for {period} s"))
            .hint(format!("write limit = {{ binding = {binding:?}, period = {other} }}")),
    )
}

fn named<'t>(tables: &'t [Value], key: &str, name: &str) -> Option<&'t Value> {
    tables.iter().find(|table| table.get(key).and_then(Value::as_str) == Some(name))
}
