//! Reads the headers of a request and the list of signed headers.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use litemap::LiteMap;

use crate::dialect::Dialect;
use crate::verify::{Place, Refusal};

/// Headers by name in lower case. Spaces in values are folded; values of one name are joined by commas.
pub(super) struct Headers(LiteMap<String, String>);

impl Headers {
    pub(super) fn collect(headers: &[(&str, &str)]) -> Self {
        let mut collected: LiteMap<String, String> = LiteMap::new();
        for (name, value) in headers {
            let words: Vec<_> = value.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            let value = words.join(" ");
            let name = name.to_ascii_lowercase();
            if let Some(all) = collected.get_mut(&name) {
                all.extend([",", &value]);
            } else {
                collected.insert(name, value);
            }
        }
        Self(collected)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    #[cfg(feature = "sigv2")]
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let missing = || Refusal::Missing { place: Place::Header, name: name.into() };
        self.get(name).ok_or_else(missing)
    }
}

/// The list of signed headers: `content-type;host;x-amz-date`.
pub(super) struct SignedHeaders<'r>(pub(super) Vec<&'r str>);

impl<'r> SignedHeaders<'r> {
    /// Parses the list. It must contain `host` and every header that the store acts on (`x-amz-*`, `x-goog-*`).
    pub(super) fn parse(
        list: &'r str,
        headers: &Headers,
        dialect: Dialect,
        place: Place,
    ) -> Result<Self, Refusal> {
        let names: Vec<_> = list.split(';').collect();
        let ascending = names.is_sorted_by(|before, after| before < after);
        let lower = names.iter().all(|name| !name.bytes().any(|b| b.is_ascii_uppercase()));
        if !ascending || !lower || !names.contains(&"host") {
            return Err(Refusal::Malformed {
                place,
                name: "SignedHeaders".into(),
                expected: "lower-case names in ascending order with `host` among them",
            });
        }
        if let Some(name) = names.iter().find(|name| headers.get(name).is_none()) {
            return Err(Refusal::Missing { place: Place::Header, name: (*name).to_string() });
        }
        let mut required = headers.0.keys().filter(|name| dialect.owns_header(name));
        // The names are in ascending order.
        match required.find(|name| names.binary_search(&name.as_str()).is_err()) {
            Some(name) => Err(Refusal::UnsignedHeader { name: name.clone() }),
            None => Ok(Self(names)),
        }
    }
}
