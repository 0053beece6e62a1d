//! The IAM policy of the user whose credentials sign.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>

use rules::{BucketEntry, Iam, Tag};
use serde_json::{Map, Value, json};

use super::encryption;
use super::uses::{AuthType, Use};
use crate::configured::Configured;
use crate::policy::{Effect, Policy, Statement};

pub(crate) fn of(configured: &Configured, bucket: &BucketEntry, uses: &[Use<'_>]) -> Policy {
    let mut statements = statements(bucket, uses);
    statements.extend(encryption::statements(configured, bucket));
    Policy::new(statements)
}

/// One statement for each use, and two for each required tag.
pub(super) fn statements(bucket: &BucketEntry, uses: &[Use<'_>]) -> Vec<Statement> {
    let statement = |each: &Use<'_>| Statement {
        action: each.actions.clone(),
        resource: vec![each.resource()],
        condition: condition(bucket, each),
        ..Statement::new(Effect::Allow, each.sid.as_str())
    };
    uses.iter().map(statement).chain(uses.iter().flat_map(deny_untagged)).collect()
}

/// Denies reading objects without the tag that a rule requires: with another value of it, or without it. At Amazon
/// `StringNotEquals` also holds without the tag; at Ceph it does not, so there is a second statement.
///
/// The statement that allows the rule's requests has the condition as well, but it is not enough: Ceph lets the user who has
/// stored an object read it, unless a policy denies that.
fn deny_untagged(each: &Use<'_>) -> Vec<Statement> {
    let Some(tag) = each.required_tag else { return Vec::new() };
    let key = existing_tag(tag);
    let conditions = [
        ("DenyOtherTag", json!({ "StringNotEquals": { &key: tag.value } })),
        ("DenyUntagged", json!({ "Null": { &key: "true" } })),
    ];
    let deny = |(sid, condition)| Statement {
        action: each.actions.clone(),
        resource: vec![each.resource()],
        condition: Some(condition),
        ..Statement::new(Effect::Deny, format!("{}{sid}", each.sid))
    };
    conditions.into_iter().map(deny).collect()
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

fn condition(bucket: &BucketEntry, each: &Use<'_>) -> Option<Value> {
    let mut equals = Map::new();
    if let Some(tag) = each.required_tag {
        equals.insert(existing_tag(tag), tag.value.as_str().into());
    }
    if !supports_signature_conditions(bucket) {
        return (!equals.is_empty()).then(|| json!({ "StringEquals": equals }));
    }
    let version = if each.version_2 { "AWS" } else { "AWS4-HMAC-SHA256" };
    equals.insert("s3:authType".into(), each.auth_type.as_str().into());
    equals.insert("s3:signatureversion".into(), version.into());
    let mut condition = Map::from_iter([("StringEquals".into(), Value::from(equals))]);
    let age = json!({ "s3:signatureAge": each.max_age_ms });
    match each.auth_type {
        AuthType::Link => condition.insert("NumericLessThanEquals".into(), age),
        // Not every server evaluates the age of a form's signature.
        AuthType::Form => condition.insert("NumericLessThanEqualsIfExists".into(), age),
        // The Worker signs its own requests just before it sends them.
        AuthType::Header => None,
    };
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    // Only an upload has the precondition, not what else a rule does with its objects.
    if each.forbids_overwrite && each.writes() && supports_all_conditions(bucket) {
        condition.insert("Null".into(), json!({ "s3:if-none-match": "false" }));
    }
    Some(condition.into())
}

/// The condition key for a tag of the object that is requested. An object without the tag has no such key.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html>
fn existing_tag(tag: &Tag) -> String {
    format!("s3:ExistingObjectTag/{}", tag.key)
}
