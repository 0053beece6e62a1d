//! A role that tokens of the Worker assume, and all buckets that use it.

use rules::{BucketEntry, TrustedToken};

use super::role;
use crate::configured::Configured;
use crate::failure::Failure;

/// The parts of a role's ARN, such as `arn:aws:iam::123456789012:role/team/signpost`.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoleArn<'a> {
    partition: &'a str,
    account: &'a str,
    /// The path, which begins and ends with a slash.
    pub(super) path: &'a str,
    pub(super) name: &'a str,
}

impl<'a> RoleArn<'a> {
    /// Splits an ARN that the configuration has accepted.
    fn of(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':').skip(1);
        let partition = parts.next()?;
        let account = parts.nth(2)?;
        let role = parts.next()?.strip_prefix("role")?;
        let (path, name) = role.split_at(role.rfind('/')? + 1);
        Some(Self { partition, account, path, name })
    }

    /// Returns the ARN of an identity provider in the role's account. `name` is its URL without the scheme.
    pub(super) fn provider(&self, name: &str) -> String {
        let Self { partition, account, .. } = self;
        format!("arn:{partition}:iam::{account}:oidc-provider/{name}")
    }
}

/// A role, and the buckets whose tokens assume it.
#[derive(Debug)]
pub(super) struct SharedRole<'c> {
    pub(super) arn: RoleArn<'c>,
    pub(super) buckets: Vec<&'c BucketEntry>,
}

impl<'c> SharedRole<'c> {
    /// Finds the other buckets that use the role of this one.
    ///
    /// Rejects a role that a key assumes as well: the trust policy would name only the tokens, and close that bucket.
    pub(super) fn of(configured: &'c Configured, bucket: &'c BucketEntry) -> Result<Self, Failure> {
        let (text, _) = role::role(bucket)?;
        let arn = RoleArn::of(text)
            .ok_or_else(|| Failure::rejected(format!("{text:?} is not the ARN of a role")))?;
        let shares = |other: &&BucketEntry| {
            other.assumed_role().is_some_and(|assumed| assumed.role == Some(text))
                && configured.rules_of(other).next().is_some()
        };
        let by_token = |other: &&BucketEntry| {
            other.assumed_role().is_some_and(|assumed| assumed.token.is_some())
        };
        let (buckets, by_key): (Vec<_>, Vec<_>) =
            configured.rules.buckets().filter(shares).partition(by_token);
        match by_key.first() {
            None => Ok(Self { arn, buckets }),
            Some(other) => Err(Failure::rejected(format!(
                "a key assumes {text} for {}, and this policy would allow only tokens to",
                configured.place_of_bucket(other)
            ))
            .hint("give that bucket another role, or `web_identity` instead of its `secret`")),
        }
    }

    pub(super) fn tokens(&self) -> Vec<TrustedToken<'c>> {
        self.buckets.iter().filter_map(|bucket| bucket.assumed_role()?.token).collect()
    }
}
