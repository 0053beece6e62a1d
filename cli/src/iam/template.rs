//! A CloudFormation template: the identity provider, and the role with its trust policy and permissions.
//!
//! Spec: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html>

use alloc::collections::BTreeSet;

use rules::iam::Use;
use rules::{BucketEntry, Iam};
use serde_json::{Value, json};

use super::role;
use super::shared_role::SharedRole;
use super::user_policy;
use crate::configured::Configured;
use crate::failure::Failure;

/// Smallest maximum session duration that a role can have, in seconds.
const MIN_MAX_DURATION: u32 = 3_600;

/// The template for the role that a bucket's tokens assume.
pub(super) fn of(configured: &Configured, bucket: &BucketEntry) -> Result<Value, Failure> {
    let token = bucket.assumed_role().and_then(|assumed| assumed.token);
    let Some(token) = token.filter(|_| bucket.provider().iam() == Iam::Aws) else {
        return Err(Failure::rejected(format!(
            "--trust is for a bucket of aws whose credentials have `web_identity`, and {} is not one",
            bucket.name()
        ))
        .hint("use --policy trust, which prints the trust policy of any role"));
    };
    let shared = SharedRole::of(configured, bucket)?;
    let tokens = shared.tokens();
    let audiences: BTreeSet<_> = tokens.iter().map(|token| token.audience).collect();
    let provider = json!({
        "Type": "AWS::IAM::OIDCProvider",
        "Properties": { "Url": token.issuer, "ClientIdList": audiences },
    });
    let trust = role::trust_token(token.issuer, &shared.arn, &tokens);
    let durations =
        shared.buckets.iter().filter_map(|bucket| Some(bucket.assumed_role()?.duration_secs));
    let longest = durations.max().unwrap_or_default().max(MIN_MAX_DURATION);
    let properties = json!({
        "RoleName": shared.arn.name,
        "Path": shared.arn.path,
        "MaxSessionDuration": longest,
        "AssumeRolePolicyDocument": trust,
        "Policies": shared.buckets.iter().map(|bucket| permissions(configured, bucket)).collect::<Vec<_>>(),
    });
    let role = json!({ "Type": "AWS::IAM::Role", "DependsOn": "IdentityProvider", "Properties": properties });
    Ok(json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": { "IdentityProvider": provider, "Role": role },
    }))
}

/// What the rules of one bucket need.
fn permissions(configured: &Configured, bucket: &BucketEntry) -> Value {
    let uses = Use::all(&configured.rules, bucket);
    let policy = user_policy::of(&configured.rules, bucket, &uses);
    json!({ "PolicyName": format!("signpost-{}", bucket.name()), "PolicyDocument": policy })
}
