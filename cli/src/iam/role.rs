//! The policies around a role that the Worker assumes: who may assume it, what its key may do, and the session policy.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>

use rules::{AssumedRole, BucketEntry, Iam, TrustedToken};
use serde_json::json;

use super::shared_role::{RoleArn, SharedRole};
use crate::configured::Configured;
use crate::failure::Failure;
use crate::policy::{Effect, Policy, Statement};

const ASSUME_ROLE: &str = "sts:AssumeRole";
const ASSUME_ROLE_BY_TOKEN: &str = "sts:AssumeRoleWithWebIdentity";

/// The trust policy of the role: who may assume it.
pub(crate) fn trust_policy(
    configured: &Configured,
    bucket: &BucketEntry,
    principal: Option<&str>,
) -> Result<Policy, Failure> {
    let (_, assumed) = role(bucket)?;
    match (assumed.token, principal) {
        (Some(token), None) => {
            let shared = SharedRole::of(configured, bucket)?;
            Ok(trust_token(token.issuer, &shared.arn, &shared.tokens()))
        }
        (None, Some(principal)) => Ok(trust_user(bucket, assumed, principal)),
        (Some(_), Some(_)) => Err(Failure::usage(
            "--principal is for a role that a key assumes, and here a token does",
        )
        .hint("leave --principal out: the policy names the token's issuer, audience and subject")),
        (None, None) => Err(Failure::usage("--policy trust also needs --principal")
            .hint("pass the ARN of the user whose key assumes the role")),
    }
}

/// Allows one user to assume the role.
fn trust_user(bucket: &BucketEntry, assumed: AssumedRole<'_>, principal: &str) -> Policy {
    // Other servers may not know the condition, and then treat it as not met.
    let external_id = assumed.external_id.filter(|_| bucket.provider().iam() == Iam::Aws);
    let condition = |id| json!({ "StringEquals": { "sts:ExternalId": id } });
    Policy::new(vec![Statement {
        principal: Some(json!({ "AWS": [principal] })),
        action: vec![ASSUME_ROLE],
        condition: external_id.map(condition),
        ..Statement::new(Effect::Allow, "AssumeBySignpost")
    }])
}

/// Allows the tokens of an issuer to assume the role: only those for these audiences and buckets.
pub(super) fn trust_token(issuer: &str, role: &RoleArn<'_>, tokens: &[TrustedToken<'_>]) -> Policy {
    let provider = issuer.split_once("://").map_or(issuer, |(_, name)| name);
    let distinct =
        |values: Vec<String>| values.into_iter().collect::<alloc::collections::BTreeSet<_>>();
    let audiences = distinct(tokens.iter().map(|token| token.audience.to_owned()).collect());
    let subjects = distinct(tokens.iter().map(|token| token.subject.to_owned()).collect());
    let [aud, sub] = ["aud", "sub"].map(|claim| format!("{provider}:{claim}"));
    Policy::new(vec![Statement {
        principal: Some(json!({ "Federated": [role.provider(provider)] })),
        action: vec![ASSUME_ROLE_BY_TOKEN],
        condition: Some(json!({ "StringEquals": { aud: audiences, sub: subjects } })),
        ..Statement::new(Effect::Allow, "AssumeBySignpost")
    }])
}

/// The policy of the key's user, which allows nothing but to assume the role.
pub(crate) fn key_policy(bucket: &BucketEntry) -> Result<Policy, Failure> {
    let (role, assumed) = role(bucket)?;
    if assumed.token.is_some() {
        return Err(Failure::rejected(format!(
            "{} has no key: a token gets its credentials",
            bucket.name()
        ))
        .hint(
            "leave --policy key out, and give the role the policy of `signpost iam --policy trust`",
        ));
    }
    Ok(Policy::new(vec![Statement {
        action: vec![ASSUME_ROLE],
        resource: vec![role.to_owned()],
        ..Statement::new(Effect::Allow, "AssumeRole")
    }]))
}

/// The session policy, in the characters that the Worker sends.
pub(crate) fn session_policy(bucket: &BucketEntry) -> Result<&str, Failure> {
    let policy = bucket.assumed_role().ok_or_else(|| without_role(bucket))?.policy;
    let policy = policy.ok_or_else(|| {
        Failure::rejected(format!(
            "no rule signs for {}, so the Worker needs no credentials of its own",
            bucket.name()
        ))
        .hint("credentials that are handed out have a policy for each caller")
    });
    Ok(policy?.as_json())
}

pub(super) fn role(bucket: &BucketEntry) -> Result<(&str, AssumedRole<'_>), Failure> {
    let assumed = bucket.assumed_role().ok_or_else(|| without_role(bucket))?;
    let hint = match assumed.token {
        None => {
            "without a role, the credentials belong to the key's user, who needs the policy of `signpost iam`"
        }
        Some(_) => {
            "without a role, the server chooses the policy of a token: give that policy what `signpost iam` prints"
        }
    };
    let role = assumed.role.ok_or_else(|| {
        Failure::rejected(format!("{} has no `role` in its credentials", bucket.name())).hint(hint)
    })?;
    Ok((role, assumed))
}

fn without_role(bucket: &BucketEntry) -> Failure {
    Failure::rejected(format!("the key of {} itself signs, so there is no role", bucket.name()))
        .hint(r#"write credentials = { web_identity = true, role = "arn:aws:iam::123456789012:role/signpost" }, or a `secret` instead of `web_identity`"#)
}
