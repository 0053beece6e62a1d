//! The bucket policy, which allows the signing user the actions that the rules need and denies that user all others.

use alloc::collections::{BTreeMap, BTreeSet};

use rules::BucketEntry;
use rules::iam::{Use, arn, supports_all_conditions, supports_signature_conditions};
use serde_json::{Value, json};

use super::user_policy;
use crate::policy::{Effect, Policy, Statement};

/// The actions most useful to the thief of a key, denied by name since not every server applies `NotAction`.
const OTHER_ACTIONS: &[&str] = &[
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetBucketAcl",
    "s3:GetBucketCORS",
    "s3:GetBucketPolicy",
    "s3:GetObjectAcl",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "s3:PutBucketAcl",
    "s3:PutBucketCORS",
    "s3:PutBucketPolicy",
    "s3:PutObjectAcl",
    "s3:PutObjectTagging",
];

pub(crate) fn of(bucket: &BucketEntry, uses: &[Use<'_>], principal: &str) -> Policy {
    let mut statements = user_policy::statements(bucket, uses);
    statements.extend(deny_other_requests(uses, supports_signature_conditions(bucket)));
    if supports_signature_conditions(bucket) {
        statements.extend(deny_other_signatures(uses));
    }
    if supports_all_conditions(bucket) {
        statements.extend(deny_overwriting(uses));
    }
    statements.extend(deny_plain_http(bucket, uses));
    let principal = json!({ "AWS": [principal] });
    for statement in &mut statements {
        statement.principal = Some(principal.clone());
    }
    Policy::new(statements)
}

/// Denies all other actions, and the rules' actions on other keys.
fn deny_other_requests(uses: &[Use<'_>], applies_not_action: bool) -> Vec<Statement> {
    let Some(bucket) = uses.first().map(|each| arn(each.bucket)) else { return Vec::new() };
    let actions: BTreeSet<_> = uses.iter().flat_map(|each| &each.actions).copied().collect();
    let bucket_and_objects = vec![bucket.clone(), format!("{bucket}/*")];
    let other_keys = actions.iter().map(|action| Statement {
        action: vec![action],
        not_resource: resources(uses.iter().filter(|each| each.actions.contains(action))),
        ..Statement::new(Effect::Deny, format!("Deny{}OnOtherKeys", &action.replace("s3:", "")))
    });
    let mut statements: Vec<_> = other_keys.collect();
    if !applies_not_action {
        statements.push(Statement {
            action: OTHER_ACTIONS
                .iter()
                .filter(|action| !actions.contains(*action))
                .copied()
                .collect(),
            resource: bucket_and_objects.clone(),
            ..Statement::new(Effect::Deny, "DenyListedActions")
        });
    }
    statements.push(Statement {
        not_action: actions.into_iter().collect(),
        resource: bucket_and_objects,
        ..Statement::new(Effect::Deny, "DenyOtherActions")
    });
    statements
}

/// The signatures that requests for the keys of one resource may have.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Signing {
    resource: String,
    auth_types: BTreeSet<&'static str>,
    max_age_ms: u64,
}

/// Denies signatures that no rule makes for these keys: of another authentication type, or older than the rules allow.
fn deny_other_signatures(uses: &[Use<'_>]) -> Vec<Statement> {
    let mut signings: BTreeMap<Signing, BTreeSet<&'static str>> = BTreeMap::new();
    for each in uses {
        for action in &each.actions {
            signings.entry(Signing::of(each, action, uses)).or_default().insert(action);
        }
    }
    let deny = |(signing, actions): (Signing, BTreeSet<&'static str>)| signing.deny(&actions, uses);
    signings.into_iter().flat_map(deny).collect()
}

impl Signing {
    /// The signatures of all uses of the action that may have the same keys as `each`.
    fn of(each: &Use<'_>, action: &str, uses: &[Use<'_>]) -> Self {
        let overlapping =
            uses.iter().filter(|other| other.actions.contains(&action) && other.overlaps(each));
        Self {
            resource: each.resource(),
            auth_types: overlapping.clone().map(|other| other.auth_type.as_str()).collect(),
            max_age_ms: overlapping.map(|other| other.max_age_ms).max().unwrap_or_default(),
        }
    }

    fn deny(&self, actions: &BTreeSet<&'static str>, uses: &[Use<'_>]) -> [Statement; 2] {
        let is_covered = |each: &&Use<'_>| {
            each.resource() == self.resource
                && each.actions.iter().any(|action| actions.contains(action))
        };
        let sid = uses.iter().find(is_covered).map(|each| each.sid.to_string()).unwrap_or_default();
        let deny = |suffix: &str, condition: Value| Statement {
            action: actions.iter().copied().collect(),
            resource: vec![self.resource.clone()],
            condition: Some(condition),
            ..Statement::new(Effect::Deny, format!("{sid}{suffix}"))
        };
        let other_type = json!({ "StringNotEquals": { "s3:authType": self.auth_types } });
        let too_old = json!({ "NumericGreaterThan": { "s3:signatureAge": self.max_age_ms } });
        [deny("DenyOtherSignatures", other_type), deny("DenyOldSignatures", too_old)]
    }
}

/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html>
fn deny_overwriting(uses: &[Use<'_>]) -> Option<Statement> {
    let resource = resources(uses.iter().filter(|each| each.forbids_overwrite));
    (!resource.is_empty()).then(|| Statement {
        action: vec!["s3:PutObject"],
        resource,
        condition: Some(json!({ "Null": { "s3:if-none-match": "true" } })),
        ..Statement::new(Effect::Deny, "DenyOverwriting")
    })
}

/// Denies requests without TLS, on providers where no proxy ends TLS in front of the server.
fn deny_plain_http(bucket: &BucketEntry, uses: &[Use<'_>]) -> Option<Statement> {
    let objects = format!("{}/*", arn(uses.first()?.bucket));
    let plain = bucket.endpoint().starts_with("http://");
    (supports_all_conditions(bucket) && !plain).then(|| Statement {
        action: vec!["s3:*"],
        resource: vec![objects],
        condition: Some(json!({ "Bool": { "aws:SecureTransport": "false" } })),
        ..Statement::new(Effect::Deny, "DenyPlainHttp")
    })
}

fn resources<'u>(uses: impl Iterator<Item = &'u Use<'u>>) -> Vec<String> {
    uses.map(Use::resource).collect::<BTreeSet<_>>().into_iter().collect()
}
