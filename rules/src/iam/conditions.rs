//! The conditions under which a policy allows what a rule needs.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>

use core::fmt::Write as _;

use super::uses::{AuthType, Use};
use crate::bucket::entry::BucketEntry;
use crate::bucket::provider::Iam;
use crate::upload::attributes::tags::Tag;

/// Returns whether the provider evaluates conditions on signatures. Other providers may treat an unknown condition as not met.
#[must_use]
pub fn supports_signature_conditions(bucket: &BucketEntry) -> bool {
    match bucket.provider().iam() {
        Iam::Aws | Iam::MinIo => true,
        Iam::WithoutConditions | Iam::R2Token | Iam::B2Key | Iam::GoogleRole | Iam::GarageKey => {
            false
        }
    }
}

/// Returns whether the provider evaluates Amazon's other conditions: on `If-None-Match`, and on TLS.
#[must_use]
pub fn supports_all_conditions(bucket: &BucketEntry) -> bool {
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

/// Which conditions a statement has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Precision {
    /// All that the provider evaluates.
    Exact,
    /// Those that do not depend on the signature: to save characters.
    AnySignature,
}

/// Returns the conditions of a statement, as the JSON of an object; empty if there are none.
pub(super) fn conditions(bucket: &BucketEntry, each: &Use<'_>, precision: Precision) -> String {
    let (mut operators, mut equals) = (Vec::new(), Vec::new());
    if let Some(tag) = each.required_tag {
        equals.push(format!("{}:{}", existing_tag(tag), ascii_string(&tag.value)));
    }
    if precision == Precision::Exact && supports_signature_conditions(bucket) {
        let version = if each.version_2 { "AWS" } else { "AWS4-HMAC-SHA256" };
        equals.push(format!(r#""s3:authType":"{}""#, each.auth_type.as_str()));
        equals.push(format!(r#""s3:signatureversion":"{version}""#));
        operators.extend(of_age(each));
    }
    if !equals.is_empty() {
        operators.push(format!(r#""StringEquals":{{{}}}"#, equals.join(",")));
    }
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    if each.forbids_overwrite && supports_all_conditions(bucket) {
        operators.push(r#""Null":{"s3:if-none-match":"false"}"#.to_owned());
    }
    if operators.is_empty() { String::new() } else { format!("{{{}}}", operators.join(",")) }
}

fn of_age(each: &Use<'_>) -> Option<String> {
    let operator = match each.auth_type {
        AuthType::Link => "NumericLessThanEquals",
        // Not every server evaluates the age of a form's signature.
        AuthType::Form => "NumericLessThanEqualsIfExists",
        // The Worker signs its own requests just before it sends them.
        AuthType::Header => return None,
    };
    Some(format!(r#""{operator}":{{"s3:signatureAge":{}}}"#, each.max_age_ms))
}

/// Returns the condition key for a tag of the object that is requested, as a JSON string. An object without the tag has no such
/// key.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html>
pub(super) fn existing_tag(tag: &Tag) -> String {
    ascii_string(&format!("s3:ExistingObjectTag/{}", tag.key))
}

/// Writes a JSON string in ASCII, since a session policy can have only characters up to U+00FF.
pub(super) fn ascii_string(text: &str) -> String {
    let mut json = String::from("\"");
    for char in text.chars() {
        match char {
            ' '..='~' if !matches!(char, '"' | '\\') => json.push(char),
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    let _ = write!(json, "\\u{unit:04x}"); // a string never fails
                }
            }
        }
    }
    json.push('"');
    json
}
