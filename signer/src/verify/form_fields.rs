//! Checks the fields of an upload form against the conditions of its policy.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use litemap::LiteMap;

use super::policy_condition::PolicyCondition;
use super::policy_document::PolicyDocument;
use crate::form_key::FILENAME;
use crate::verify::{Place, Refusal};

/// The fields that the policy must cover, by name in lower case.
#[derive(Clone)]
pub(super) struct Fields(LiteMap<String, String>);

impl Fields {
    pub(super) fn collect<'f>(
        fields: impl IntoIterator<Item = (&'f str, &'f str)>,
    ) -> Result<Self, Refusal> {
        let mut collected = Vec::new();
        for (name, value) in fields {
            let name = name.to_ascii_lowercase();
            if name != "file" && !name.starts_with("x-ignore-") {
                collected.push((name, value.to_string()));
            }
        }
        // Sorted once: to insert each field at its place would move all others, again and again.
        collected.sort_unstable();
        // With two values, one could be checked and the other used.
        let mut pairs = collected.iter().zip(collected.iter().skip(1));
        if let Some(((name, _), _)) = pairs.find(|((name, _), (next, _))| name == next) {
            return Err(Refusal::Repeated { place: Place::Form, name: name.clone() });
        }
        Ok(Self(LiteMap::from_sorted_store_unchecked(collected)))
    }

    /// The value of a field; `name` is in lower case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let missing = || Refusal::Missing { place: Place::Form, name: name.into() };
        self.get(name).ok_or_else(missing)
    }

    /// Checks that the form has a key, a policy and a signature, whose fields are `names`.
    ///
    /// S3 checks this before the policy. It takes a form without a policy, or without any field of a signature, for an
    /// anonymous one.
    pub(super) fn check_presence(&self, names: &[&str]) -> Result<(), Refusal> {
        self.required("key")?;
        let is_signed = names.iter().any(|name| self.get(name).is_some());
        if !is_signed && self.get("awsaccesskeyid").is_some() {
            return Err(Refusal::Version2);
        }
        if !is_signed || self.get("policy").is_none() {
            return Err(Refusal::Unsigned);
        }
        names.iter().try_for_each(|name| self.required(name).map(drop))
    }

    /// Removes the fields that need no condition, and replaces `${filename}` in the others. S3 does so before it checks
    /// the policy.
    pub(super) fn expand(&mut self, filename: &str, exempt: &[&str]) {
        let filename = filename.rsplit(['/', '\\']).next().unwrap_or_default();
        self.0.retain(|name, _| name != "policy" && !exempt.contains(&name.as_str()));
        for (_, value) in self.0.iter_mut().filter(|(_, value)| value.contains(FILENAME)) {
            *value = value.replace(FILENAME, filename);
        }
    }

    /// Checks that every condition holds, and that every field has a condition.
    pub(super) fn check(&self, document: &PolicyDocument, bucket: &str) -> Result<(), Refusal> {
        // The URL names the bucket, so a field that names another one is rejected even if the policy allows it.
        let is_bucket = PolicyCondition::Exact { field: "bucket".into(), value: bucket.into() };
        // Marked one by one, so that the time does not grow with the number of fields times that of conditions.
        let mut covered = vec![false; self.0.len()];
        for condition in [&is_bucket].into_iter().chain(&document.conditions) {
            let field = condition.field();
            let value = match field {
                // The size of the file is checked later.
                None => Some(""),
                Some("bucket") => self.get("bucket").or(Some(bucket)),
                Some(field) => self.get(field),
            };
            if !value.is_some_and(|value| condition.accepts(value)) {
                return Err(Refusal::Condition { condition: condition.to_string() });
            }
            let place = field.and_then(|field| self.0.find_index(field).ok());
            if let Some(covered) = place.and_then(|place| covered.get_mut(place)) {
                *covered = true;
            }
        }
        if !document.conditions.iter().any(|condition| condition.field() == Some("bucket")) {
            return Err(Refusal::AnyBucket);
        }
        match self.0.keys().zip(covered).find(|(_, covered)| !covered) {
            Some((name, _)) => Err(Refusal::ExtraField { name: name.clone() }),
            None => Ok(()),
        }
    }
}
