//! The statements about what the rules need.

use super::conditions::{Precision, ascii_string, conditions, existing_tag};
use super::uses::{Sid, Use};
use crate::bucket::entry::BucketEntry;

/// A statement about what a rule needs.
#[derive(Clone, Debug)]
pub struct Permission<'c> {
    /// The id of the statement.
    pub sid: Sid<'c>,
    /// Whether it denies the actions; otherwise it allows them.
    pub denies: bool,
    /// The actions.
    pub actions: Vec<&'static str>,
    /// The ARN.
    pub resource: String,
    /// The conditions, as the JSON of an object; empty if there are none.
    pub condition: String,
}

/// Returns one statement for each use, and two for each required tag.
#[must_use]
pub fn permissions<'c>(
    bucket: &BucketEntry,
    uses: &[Use<'c>],
    precision: Precision,
) -> Vec<Permission<'c>> {
    let permission = |each: &Use<'c>| Permission {
        sid: each.sid,
        denies: false,
        actions: each.actions.clone(),
        resource: each.resource(),
        condition: conditions(bucket, each, precision),
    };
    let mut all: Vec<_> = uses.iter().map(permission).collect();
    for each in uses {
        deny_untagged(each, &mut all);
    }
    all
}

/// Denies reading objects without the tag that a rule requires: with another value of it, or without it. At Amazon
/// `StringNotEquals` also holds without the tag; at Ceph it does not, so there is a second statement.
///
/// The statement that allows the rule's requests has the condition as well, but it is not enough: Ceph lets the user who has
/// stored an object read it, unless a policy denies that.
fn deny_untagged<'c>(each: &Use<'c>, all: &mut Vec<Permission<'c>>) {
    let Some(tag) = each.required_tag else { return };
    let (key, value) = (existing_tag(tag), ascii_string(&tag.value));
    for (end, condition) in [
        ("DenyOtherTag", format!(r#"{{"StringNotEquals":{{{key}:{value}}}}}"#)),
        ("DenyUntagged", format!(r#"{{"Null":{{{key}:"true"}}}}"#)),
    ] {
        all.push(Permission {
            sid: each.sid.ending_with(end),
            denies: true,
            actions: each.actions.clone(),
            resource: each.resource(),
            condition,
        });
    }
}
