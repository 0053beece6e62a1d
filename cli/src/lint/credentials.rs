//! Credentials: long-lived ones where the provider has temporary ones, and what temporary ones cannot do for the rules.

use rules::{AssumedRole, BucketEntry, Iam};

use crate::configured::{Configured, NamedRule, Rule};
use crate::finding::Finding;
use crate::wrangler::Wrangler;

const DOCUMENTATION: &str = "docs/credentials.md";
const WITHOUT_KEY: &str = r#"write credentials = { web_identity = true, role = "arn:aws:iam::123456789012:role/signpost" }, which needs no key; docs/web-identity.md describes how"#;

pub(super) fn lint(configured: &Configured, wrangler: &Wrangler<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for bucket in configured.rules.buckets() {
        let place = format!("{}.credentials", configured.place_of_bucket(bucket));
        match bucket.assumed_role() {
            Some(role) => {
                findings.extend(needless_key(bucket, &role, place.clone()));
                findings.extend(unreachable_issuer(bucket, &role));
                findings.extend(weaker_policy(&role, &place));
                findings.extend(unstored_forms(configured, bucket, &role));
                findings.extend(shorter_grants(configured, bucket, &role));
            }
            None => findings.extend(long_lived(bucket, wrangler, place)),
        }
    }
    findings
}

/// Recommends a role, unless somebody replaces temporary credentials in the secrets.
fn long_lived(bucket: &BucketEntry, wrangler: &Wrangler<'_>, place: String) -> Option<Finding> {
    let (id, _) = bucket.key_secrets().filter(|_| bucket.provider().has_roles())?;
    let prefix = id.as_str().strip_suffix("_ACCESS_KEY_ID")?;
    let listed = wrangler.required_secrets().unwrap_or_default();
    let is_replaced = |part: &str| listed.contains(&format!("{prefix}_{part}"));
    if is_replaced("SESSION_TOKEN") || is_replaced("EXPIRATION") {
        return None;
    }
    let provider = bucket.provider().name();
    let hint = if bucket.provider().takes_tokens() {
        WITHOUT_KEY.to_owned()
    } else {
        format!(
            r#"write credentials = {{ secret = "{prefix}", role = "arn:aws:iam::123456789012:role/signpost" }}, so that the key can only assume that role; {DOCUMENTATION} describes how"#
        )
    };
    Some(
        Finding::recommendation("long-lived-key", place)
            .says(format!(
                "a key that never expires signs, although {provider} gives out temporary credentials"
            ))
            .hint(hint),
    )
}

/// Recommends a token, where a key does nothing but assume a role.
fn needless_key(bucket: &BucketEntry, role: &AssumedRole<'_>, place: String) -> Option<Finding> {
    let provider = bucket.provider();
    (role.token.is_none() && provider.takes_tokens()).then(|| {
        Finding::recommendation("needless-key", place)
            .says(format!(
                "a key that never expires assumes the role, although {} also accepts a token of the Worker",
                provider.name()
            ))
            .hint(WITHOUT_KEY)
    })
}

/// Warns of an issuer whose keys Amazon does not fetch.
/// Spec: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html>
fn unreachable_issuer(bucket: &BucketEntry, role: &AssumedRole<'_>) -> Option<Finding> {
    // A bucket that no rule uses has no issuer yet.
    let token = role.token.filter(|token| !token.issuer.is_empty());
    let url = token.filter(|_| bucket.provider().takes_tokens())?.issuer;
    let authority = url.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    authority.is_none_or(|authority| authority.contains(':')).then(|| {
        Finding::warning("unreachable-issuer", "ISSUER.url")
            .says("Amazon accepts only an identity provider with https and without a port")
            .hint("write the public address of this Worker, such as url = \"https://files.example.com\"")
    })
}

/// Warns if the session policy allows more than `signpost iam` does.
fn weaker_policy(role: &AssumedRole<'_>, place: &str) -> Option<Finding> {
    let policy = role.policy.filter(|policy| !policy.restricts_signatures())?;
    let length = policy.as_json().len();
    Some(
        Finding::warning("weak-session-policy", place)
            .says(format!("the session policy has no conditions on signatures, with which it would be too long; it has {length} characters"))
            .hint("write another table of [vars.BUCKETS] for the same bucket and role, and let some of the rules use it; or leave it: actions and keys are restricted all the same"),
    )
}

/// Warns of forms where the server may be Ceph. Its version 16 answers 204 to a form that is signed by credentials with a session
/// policy, and stores nothing.
fn unstored_forms(
    configured: &Configured,
    bucket: &BucketEntry,
    role: &AssumedRole<'_>,
) -> Option<Finding> {
    let is_form = |named: NamedRule<'_>| match named.rule {
        Rule::Upload(upload) => upload.takes_forms(),
        Rule::Download(_) | Rule::Credentials(_) => false,
    };
    let provider = bucket.provider();
    let may_be_ceph =
        provider.iam() == Iam::WithoutConditions && !provider.has_roles() && role.role.is_some();
    (may_be_ceph && configured.rules_of(bucket).any(is_form)).then(|| {
        Finding::warning("unstored-forms", format!("{}.forms", configured.place_of_bucket(bucket)))
            .says("Ceph 16 answers 204 to a form that a role's credentials sign, and stores nothing")
            .hint("leave `forms` out, so that files are uploaded by PUT; or upload a file by a form, and look whether it is there")
    })
}

/// Warns of rules whose grants can end with the credentials although these are renewed.
fn shorter_grants(
    configured: &Configured,
    bucket: &BucketEntry,
    role: &AssumedRole<'_>,
) -> Vec<Finding> {
    // What is handed out does not end with the Worker's own credentials.
    let signs = |rule: &NamedRule<'_>| !matches!(rule.rule, Rule::Credentials(_));
    let too_long =
        |rule: &NamedRule<'_>| signs(rule) && rule.expires_secs() > role.duration_secs / 2;
    let finding = |rule: NamedRule<'_>| {
        Finding::warning("longer-than-credentials", format!("{}.expires", configured.place_of_rule(rule)))
            .says("what this rule signs can end earlier, with the credentials of its bucket, which are renewed at half of their life")
            .hint("write a shorter `expires`, or a `duration` in the bucket's credentials that is at least twice as long")
    };
    configured.rules_of(bucket).filter(too_long).map(finding).collect()
}
