//! The policies around a role that the Worker assumes: who may assume it, what its key may do, and the session policy.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html>

use rules::{AssumedRole, BucketEntry, Iam};
use serde_json::json;

use crate::failure::Failure;
use crate::policy::{Effect, Policy, Statement};

const ASSUME_ROLE: &str = "sts:AssumeRole";

/// The trust policy of the role, which allows one user to assume it.
pub(crate) fn trust_policy(bucket: &BucketEntry, principal: &str) -> Result<Policy, Failure> {
    let (_, AssumedRole { external_id, .. }) = role(bucket)?;
    // Other servers may not know the condition, and then treat it as not met.
    let external_id = external_id.filter(|_| bucket.provider().iam() == Iam::Aws);
    let condition = |id| json!({ "StringEquals": { "sts:ExternalId": id } });
    Ok(Policy::new(vec![Statement {
        principal: Some(json!({ "AWS": [principal] })),
        action: vec![ASSUME_ROLE],
        condition: external_id.map(condition),
        ..Statement::new(Effect::Allow, "AssumeBySignpost")
    }]))
}

/// The policy of the key's user, which allows nothing but to assume the role.
pub(crate) fn key_policy(bucket: &BucketEntry) -> Result<Policy, Failure> {
    let (role, _) = role(bucket)?;
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

fn role(bucket: &BucketEntry) -> Result<(&str, AssumedRole<'_>), Failure> {
    let assumed = bucket.assumed_role().ok_or_else(|| without_role(bucket))?;
    let role = assumed.role.ok_or_else(|| {
        Failure::rejected(format!("{} has no `role` in its credentials", bucket.name()))
            .hint("without a role, the credentials belong to the key's user, who needs the policy of `signpost iam`")
    })?;
    Ok((role, assumed))
}

fn without_role(bucket: &BucketEntry) -> Failure {
    Failure::rejected(format!("the key of {} itself signs, so there is no role", bucket.name()))
        .hint(r#"write credentials = { secret = "MEDIA", role = "arn:aws:iam::123456789012:role/signpost" }"#)
}
