//! The policy of whoever signs.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>

use serde_json::{Map, Value, json};

use super::uses::{AuthType, Use};
use crate::configured::Entry;
use crate::policy::{Effect, Policy, Statement};

pub(crate) fn of(bucket: &Entry<'_>, uses: &[Use<'_>]) -> Policy {
    Policy::new(statements(bucket, uses))
}

/// One statement for each use.
pub(super) fn statements(bucket: &Entry<'_>, uses: &[Use<'_>]) -> Vec<Statement> {
    let statement = |each: &Use<'_>| Statement {
        action: each.actions.to_vec(),
        resource: vec![each.resource()],
        condition: knows_signatures(bucket).then(|| condition(bucket, each)),
        ..Statement::new(Effect::Allow, each.sid.as_str())
    };
    uses.iter().map(statement).collect()
}

/// Amazon's own, and `MinIO`'s, which copies them; others would take a condition that they do not know for one that fails.
pub(super) fn knows_signatures(bucket: &Entry<'_>) -> bool {
    matches!(bucket.text("provider"), Some("aws" | "minio"))
}

fn condition(bucket: &Entry<'_>, each: &Use<'_>) -> Value {
    let version = if each.outdated { "AWS" } else { "AWS4-HMAC-SHA256" };
    let travels = json!({ "s3:authType": each.auth_type.as_str(), "s3:signatureversion": version });
    let mut condition = Map::from_iter([("StringEquals".into(), travels)]);
    let age = json!({ "s3:signatureAge": each.max_age_ms });
    match each.auth_type {
        AuthType::Link => condition.insert("NumericLessThanEquals".into(), age),
        // Of a form, not every server tells the age.
        AuthType::Form => condition.insert("NumericLessThanEqualsIfExists".into(), age),
        // The Worker signs its own requests the moment it sends them.
        AuthType::Header => None,
    };
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    if each.creates && bucket.text("provider") == Some("aws") {
        condition.insert("Null".into(), json!({ "s3:if-none-match": "false" }));
    }
    condition.into()
}
