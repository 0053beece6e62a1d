//! The IAM policy of the user whose credentials sign.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>

use rules::{BucketEntry, Iam};
use serde_json::{Map, Value, json};

use super::uses::{AuthType, Use};
use crate::policy::{Effect, Policy, Statement};

pub(crate) fn of(bucket: &BucketEntry, uses: &[Use<'_>]) -> Policy {
    Policy::new(statements(bucket, uses))
}

/// One statement for each use.
pub(super) fn statements(bucket: &BucketEntry, uses: &[Use<'_>]) -> Vec<Statement> {
    let statement = |each: &Use<'_>| Statement {
        action: each.actions.to_vec(),
        resource: vec![each.resource()],
        condition: supports_signature_conditions(bucket).then(|| condition(bucket, each)),
        ..Statement::new(Effect::Allow, each.sid.as_str())
    };
    uses.iter().map(statement).collect()
}

/// Whether the provider evaluates conditions on signatures. Other providers may treat an unknown condition as not met.
pub(super) fn supports_signature_conditions(bucket: &BucketEntry) -> bool {
    match bucket.provider().iam() {
        Iam::Aws | Iam::MinIo => true,
        Iam::WithoutConditions | Iam::R2Token | Iam::B2Key | Iam::GoogleRole | Iam::GarageKey => {
            false
        }
    }
}

/// Whether the provider evaluates Amazon's other conditions: on `If-None-Match`, and on TLS.
pub(super) fn supports_all_conditions(bucket: &BucketEntry) -> bool {
    match bucket.provider().iam() {
        Iam::Aws => true,
        Iam::MinIo
        | Iam::WithoutConditions
        | Iam::R2Token
        | Iam::B2Key
        | Iam::GoogleRole
        | Iam::GarageKey => false,
    }
}

fn condition(bucket: &BucketEntry, each: &Use<'_>) -> Value {
    let version = if each.version_2 { "AWS" } else { "AWS4-HMAC-SHA256" };
    let authentication =
        json!({ "s3:authType": each.auth_type.as_str(), "s3:signatureversion": version });
    let mut condition = Map::from_iter([("StringEquals".into(), authentication)]);
    let age = json!({ "s3:signatureAge": each.max_age_ms });
    match each.auth_type {
        AuthType::Link => condition.insert("NumericLessThanEquals".into(), age),
        // Not every server evaluates the age of a form's signature.
        AuthType::Form => condition.insert("NumericLessThanEqualsIfExists".into(), age),
        // The Worker signs its own requests just before it sends them.
        AuthType::Header => None,
    };
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    if each.forbids_overwrite && supports_all_conditions(bucket) {
        condition.insert("Null".into(), json!({ "s3:if-none-match": "false" }));
    }
    condition.into()
}
