//! The IAM policy of the user or role whose credentials sign.

use rules::iam::{Permission, Precision, Use, encryption, handed_out, permissions};
use rules::{BucketEntry, Rules};

use crate::policy::{Effect, Policy, Statement};

pub(crate) fn of(rules: &Rules, bucket: &BucketEntry, uses: &[Use<'_>]) -> Policy {
    let mut statements = statements(bucket, uses);
    statements.extend(handed_out::of_rules(rules, bucket).into_iter().map(statement));
    statements.extend(encryption(rules, bucket).into_iter().map(statement));
    Policy::new(statements)
}

/// One statement for each use, and two for each required tag.
pub(super) fn statements(bucket: &BucketEntry, uses: &[Use<'_>]) -> Vec<Statement> {
    permissions(bucket, uses, Precision::Exact).into_iter().map(statement).collect()
}

fn statement(permission: Permission<'_>) -> Statement {
    let Permission { sid, denies, actions, resource, condition } = permission;
    let effect = if denies { Effect::Deny } else { Effect::Allow };
    Statement {
        action: actions,
        resource: vec![resource],
        condition: serde_json::from_str(&condition).ok(),
        ..Statement::new(effect, sid.to_string())
    }
}
