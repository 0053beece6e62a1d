//! The bucket policy: it allows the signing user what the rules need, and denies that user everything else.

use alloc::collections::{BTreeMap, BTreeSet};

use rules::BucketEntry;
use serde_json::{Value, json};

use super::user_policy::{self, knows_all_conditions, knows_signatures};
use super::uses::{Use, arn};
use crate::policy::{Effect, Policy, Statement};

/// The actions that a stolen key is most likely used for: not every server applies `NotAction` in a denial.
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
    statements.extend(elsewhere(uses, knows_signatures(bucket)));
    if knows_signatures(bucket) {
        statements.extend(otherwise_signed(uses));
    }
    if knows_all_conditions(bucket) {
        statements.extend(overwriting(uses));
    }
    statements.extend(over_plain_http(bucket, uses));
    let principal = json!({ "AWS": [principal] });
    for statement in &mut statements {
        statement.principal = Some(principal.clone());
    }
    Policy::new(statements)
}

/// Denies all other actions, and the rules' actions on other keys.
fn elsewhere(uses: &[Use<'_>], applies_not_action: bool) -> Vec<Statement> {
    let Some(bucket) = uses.first().map(|each| arn(each.bucket)) else { return Vec::new() };
    let actions: BTreeSet<_> = uses.iter().flat_map(|each| each.actions).copied().collect();
    let whole = vec![bucket.clone(), format!("{bucket}/*")];
    let other_keys = actions.iter().map(|action| Statement {
        action: vec![action],
        not_resource: resources(uses.iter().filter(|each| each.actions.contains(action))),
        ..Statement::new(Effect::Deny, format!("{}NowhereElse", &action.replace("s3:", "")))
    });
    let mut statements: Vec<_> = other_keys.collect();
    if !applies_not_action {
        statements.push(Statement {
            action: OTHER_ACTIONS.to_vec(),
            resource: whole.clone(),
            ..Statement::new(Effect::Deny, "NoneOfThese")
        });
    }
    statements.push(Statement {
        not_action: actions.into_iter().collect(),
        resource: whole,
        ..Statement::new(Effect::Deny, "NothingElse")
    });
    statements
}

/// How requests for some keys may be signed.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Signing {
    resource: String,
    ways: BTreeSet<&'static str>,
    oldest_ms: u64,
}

/// Denies signatures that no rule makes for such keys: sent in another way, or older than the rules allow.
fn otherwise_signed(uses: &[Use<'_>]) -> Vec<Statement> {
    let mut signings: BTreeMap<Signing, BTreeSet<&'static str>> = BTreeMap::new();
    for each in uses {
        for action in each.actions {
            signings.entry(Signing::of(each, action, uses)).or_default().insert(action);
        }
    }
    let deny = |(signing, actions): (Signing, BTreeSet<&'static str>)| signing.deny(&actions, uses);
    signings.into_iter().flat_map(deny).collect()
}

impl Signing {
    /// What all rules need together that may have the same key.
    fn of(each: &Use<'_>, action: &str, uses: &[Use<'_>]) -> Self {
        let near =
            uses.iter().filter(|other| other.actions.contains(&action) && other.overlaps(each));
        Self {
            resource: each.resource(),
            ways: near.clone().map(|other| other.auth_type.as_str()).collect(),
            oldest_ms: near.map(|other| other.max_age_ms).max().unwrap_or_default(),
        }
    }

    fn deny(&self, actions: &BTreeSet<&'static str>, uses: &[Use<'_>]) -> [Statement; 2] {
        let is_here = |each: &&Use<'_>| {
            each.resource() == self.resource
                && each.actions.iter().any(|action| actions.contains(action))
        };
        let sid = uses.iter().find(is_here).map(|each| each.sid.as_str()).unwrap_or_default();
        let deny = |suffix: &str, condition: Value| Statement {
            action: actions.iter().copied().collect(),
            resource: vec![self.resource.clone()],
            condition: Some(condition),
            ..Statement::new(Effect::Deny, format!("{sid}{suffix}"))
        };
        let otherwise = json!({ "StringNotEquals": { "s3:authType": self.ways } });
        let old = json!({ "NumericGreaterThan": { "s3:signatureAge": self.oldest_ms } });
        [deny("NotOtherwiseSigned", otherwise), deny("NotLater", old)]
    }
}

/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html>
fn overwriting(uses: &[Use<'_>]) -> Option<Statement> {
    let resource = resources(uses.iter().filter(|each| each.creates));
    (!resource.is_empty()).then(|| Statement {
        action: vec!["s3:PutObject"],
        resource,
        condition: Some(json!({ "Null": { "s3:if-none-match": "true" } })),
        ..Statement::new(Effect::Deny, "NothingOverwritten")
    })
}

/// Requires TLS where the server sees it: elsewhere a proxy may end TLS in front of the server.
fn over_plain_http(bucket: &BucketEntry, uses: &[Use<'_>]) -> Option<Statement> {
    let whole = format!("{}/*", arn(uses.first()?.bucket));
    let plain = bucket.endpoint().starts_with("http://");
    (knows_all_conditions(bucket) && !plain).then(|| Statement {
        action: vec!["s3:*"],
        resource: vec![whole],
        condition: Some(json!({ "Bool": { "aws:SecureTransport": "false" } })),
        ..Statement::new(Effect::Deny, "OnlyHttps")
    })
}

fn resources<'u>(uses: impl Iterator<Item = &'u Use<'u>>) -> Vec<String> {
    uses.map(Use::resource).collect::<BTreeSet<_>>().into_iter().collect()
}
