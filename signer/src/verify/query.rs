//! Parses the query of a request.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use alloc::string::String;
use alloc::vec::Vec;

use percent_encoding::percent_decode_str;

use crate::encode;
use crate::verify::{Place, Refusal};

/// Decoded parameters, in the order received.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(query: &str) -> Result<Self, Refusal> {
        let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(String::from);
        let pairs = Some(query).filter(|query| !query.is_empty());
        let pairs = pairs.into_iter().flat_map(|query| query.split('&')).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            decode(name).zip(decode(value))
        });
        pairs.collect::<Option<_>>().map(Self).ok_or_else(|| Refusal::Malformed {
            place: Place::Query,
            name: "encoding".into(),
            expected: "UTF-8, percent-encoded",
        })
    }

    #[cfg(feature = "sigv2")]
    pub(super) fn iter(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter()
    }

    /// Removes the parameter `name` and returns its value.
    pub(super) fn take(&mut self, name: &str) -> Result<String, Refusal> {
        let value = self.required(name)?.into();
        self.0.retain(|(found, _)| found != name);
        Ok(value)
    }

    /// The value of the parameter `name`, which must not be repeated.
    pub(super) fn get(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut found = self.0.iter().filter(|(found, _)| found == name);
        match (found.next(), found.next()) {
            (value, None) => Ok(value.map(|(_, value)| value.as_str())),
            _ => Err(Refusal::Repeated { place: Place::Query, name: name.into() }),
        }
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let missing = || Refusal::Missing { place: Place::Query, name: name.into() };
        self.get(name)?.ok_or_else(missing)
    }

    /// The query as it is signed: encoded again, and sorted.
    pub(super) fn canonical(&self) -> String {
        let mut pairs: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| (encode::query(name), encode::query(value)))
            .collect();
        pairs.sort_unstable();
        encode::query_string(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}
