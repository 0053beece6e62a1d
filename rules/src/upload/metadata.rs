//! Metadata: names and values that S3 stores with an object.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>

use litemap::LiteMap;
use percent_encoding::{CONTROLS, utf8_percent_encode};
use signer::HeaderValue;

use crate::config::error::ConfigError;
use crate::config::join_names::join_names;
use crate::config::reader::ConfigValue;
use crate::denial::Denial;
use crate::upload::attributes::{Attribute, AttributeName};

/// Largest metadata that S3 stores with an object, names and values together, in bytes.
const MAX_BYTES: usize = 2_048;

/// The names that a rule lets the browser set.
#[derive(Clone, Debug, Default)]
pub(crate) struct MetadataNames(LiteMap<String, AttributeName>);

impl MetadataNames {
    pub(crate) fn parse(
        entry: Option<&ConfigValue<'_>>,
        prefix: &str,
    ) -> Result<Self, ConfigError> {
        const EXPECTED: &str = r#"a list of names such as "album", each a-z, 0-9 or -"#;
        let Some(entry) = entry else { return Ok(Self::default()) };
        let mut names = LiteMap::new();
        for entry in entry.list(EXPECTED)? {
            let read = |name: &str| Some((name.to_owned(), attribute_name(prefix, name)?));
            let (name, attribute) = entry.parsed(EXPECTED, read)?;
            names.insert(name, attribute);
        }
        Ok(Self(names))
    }

    /// Returns the names, each with the provider's prefix.
    pub(crate) fn attribute_names(&self) -> impl Iterator<Item = &AttributeName> {
        self.0.values()
    }

    /// Selects the metadata that the rule accepts, and percent-encodes all but printable ASCII.
    pub(crate) fn select(
        &self,
        sent: impl Iterator<Item = (String, String)>,
    ) -> LiteMap<String, String> {
        let known = sent.filter(|(name, _)| self.0.contains_key(name));
        known
            .map(|(name, value)| (name, utf8_percent_encode(&value, CONTROLS).to_string()))
            .collect()
    }

    /// Checks the metadata of a request.
    pub(crate) fn read(
        &self,
        metadata: &LiteMap<String, String>,
    ) -> Result<Vec<Attribute>, Denial> {
        if metadata.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_BYTES
        {
            return Err(Denial::MetadataTooLarge { max: MAX_BYTES });
        }
        let invalid = |why: &str| Denial::InvalidArgument { name: "metadata", why: why.into() };
        let entry = |(name, value): (&String, &String)| {
            let name = self.0.get(name).ok_or_else(|| {
                let names = join_names(self.0.keys().map(String::as_str));
                if names.is_empty() {
                    invalid("is not accepted by this rule")
                } else {
                    invalid(&format!("may have only the names {names}"))
                }
            })?;
            // A browser cannot send other characters in a header.
            let value = HeaderValue::new(value).ok();
            let value = value.ok_or_else(|| {
                invalid("must have printable ASCII values; percent-encode others")
            })?;
            Ok(name.clone().with(value))
        };
        metadata.iter().map(entry).collect()
    }
}

/// Makes the name `x-amz-meta-album`, or the same with the provider's own prefix.
fn attribute_name(prefix: &str, name: &str) -> Option<AttributeName> {
    let valid_chars = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    let fits = valid_chars && (1..=64).contains(&name.len());
    AttributeName::new(&format!("{prefix}{name}")).filter(|_| fits)
}
