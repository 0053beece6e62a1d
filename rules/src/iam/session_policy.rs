//! The session policy, by which a security token service restricts temporary credentials to what the rules need.
//!
//! Spec: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use super::conditions::{Precision, ascii_string};
use super::encryption::encryption;
use super::statements::{Permission, permissions};
use super::uses::Use;
use crate::bucket::entry::BucketEntry;
use crate::rules::Rules;

/// Longest session policy that a security token service accepts, in characters.
pub const MAX_SESSION_POLICY: usize = 2_048;

/// A session policy: the actions and keys of a bucket's rules, in at most [`MAX_SESSION_POLICY`] characters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionPolicy {
    json: String,
    restricts_signatures: bool,
}

impl SessionPolicy {
    /// Writes the policy of a bucket's rules.
    ///
    /// It allows the same as the policy of `signpost iam`. Statements that differ only in their resource are one statement, and
    /// have no id. If that is too long, the conditions on signatures are left out.
    ///
    /// # Errors
    ///
    /// The length in characters if the policy is too long even so.
    pub fn of(rules: &Rules, bucket: &BucketEntry, uses: &[Use<'_>]) -> Result<Self, usize> {
        let with = |precision| {
            let mut all = permissions(bucket, uses, precision);
            all.extend(encryption(rules, bucket));
            to_json(all)
        };
        let exact = with(Precision::Exact);
        if exact.len() <= MAX_SESSION_POLICY {
            return Ok(Self { json: exact, restricts_signatures: true });
        }
        let json = with(Precision::AnySignature);
        let restricts_signatures = json.len() == exact.len();
        if json.len() > MAX_SESSION_POLICY {
            return Err(json.len());
        }
        Ok(Self { json, restricts_signatures })
    }

    /// Writes a policy of these statements.
    ///
    /// # Errors
    ///
    /// The length in characters if the policy is too long.
    pub(crate) fn of_permissions(permissions: Vec<Permission<'_>>) -> Result<Self, usize> {
        let json = to_json(permissions);
        let length = json.len();
        if length > MAX_SESSION_POLICY {
            return Err(length);
        }
        Ok(Self { json, restricts_signatures: true })
    }

    /// Returns the policy, in ASCII.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// Returns whether it has the conditions on signatures that the provider supports. If not, they did not fit.
    #[must_use]
    pub const fn restricts_signatures(&self) -> bool {
        self.restricts_signatures
    }
}

/// The statements that differ only in their id and resource.
struct Group {
    denies: bool,
    actions: Vec<&'static str>,
    condition: String,
    /// JSON strings, sorted.
    resources: Vec<String>,
}

/// Writes one statement for each group.
fn to_json(permissions: Vec<Permission<'_>>) -> String {
    let mut groups: Vec<Group> = Vec::new();
    for Permission { denies, actions, resource, condition, .. } in permissions {
        let resource = ascii_string(&resource);
        let same = |group: &&mut Group| {
            group.denies == denies && group.actions == actions && group.condition == condition
        };
        match groups.iter_mut().find(same) {
            Some(group) => {
                if let Err(at) = group.resources.binary_search(&resource) {
                    group.resources.insert(at, resource);
                }
            }
            None => groups.push(Group { denies, actions, condition, resources: vec![resource] }),
        }
    }
    let mut json = String::from(r#"{"Version":"2012-10-17","Statement":["#);
    for (at, Group { denies, actions, condition, resources }) in groups.iter().enumerate() {
        let separator = if at == 0 { "" } else { "," };
        let (effect, actions) = (if *denies { "Deny" } else { "Allow" }, actions.join("\",\""));
        json.extend([separator, r#"{"Effect":""#, effect, r#"","Action":[""#, &actions]);
        json.extend([r#""],"Resource":["#, &resources.join(","), "]"]);
        if !condition.is_empty() {
            json.extend([r#","Condition":"#, condition]);
        }
        json.push('}');
    }
    json + "]}"
}
