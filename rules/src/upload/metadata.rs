//! Names and values that S3 stores with an object.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>

use litemap::LiteMap;
use percent_encoding::CONTROLS;
use signer::{FieldName, HeaderName, HeaderValue};

use crate::config::join_names::join_names;
use crate::config::reader::ConfigValue;
use crate::{ConfigError, Denial};

/// Most that S3 stores of one object, names and values together, in bytes.
const MAX_BYTES: usize = 2_048;

/// The names that a rule lets the browser set.
#[derive(Clone, Debug, Default)]
pub(crate) struct MetadataNames(LiteMap<String, MetadataName>);

/// `x-amz-meta-...`, or the store's own prefix, as a form field and as a header.
#[derive(Clone, Debug)]
pub(crate) struct MetadataName {
    pub(crate) field: FieldName,
    pub(crate) header: HeaderName,
}

/// One entry to sign.
#[derive(Clone, Debug)]
pub(crate) struct MetadataEntry {
    pub(crate) name: MetadataName,
    pub(crate) value: HeaderValue,
}

pub(crate) type Metadata = Vec<MetadataEntry>;

impl MetadataNames {
    pub(crate) fn parse(
        entry: Option<&ConfigValue<'_>>,
        prefix: &str,
    ) -> Result<Self, ConfigError> {
        const EXPECTED: &str = r#"a list of names such as "album", each a-z, 0-9 or -"#;
        let Some(entry) = entry else { return Ok(Self::default()) };
        let mut names = LiteMap::new();
        for entry in entry.list(EXPECTED)? {
            let name = |name: &str| Some((name.to_owned(), MetadataName::new(prefix, name)?));
            let (name, full) = entry.parsed(EXPECTED, name)?;
            names.insert(name, full);
        }
        Ok(Self(names))
    }

    /// The headers of a PUT that carry it.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|name| name.header.as_str())
    }

    /// Of what a client sends along unasked, what a browser may store; values percent-encoded where they must be.
    pub(crate) fn among(
        &self,
        sent: impl Iterator<Item = (String, String)>,
    ) -> LiteMap<String, String> {
        let mut known = LiteMap::new();
        for (name, value) in sent.filter(|(name, _)| self.0.contains_key(name)) {
            known.insert(name, percent_encoding::utf8_percent_encode(&value, CONTROLS).to_string());
        }
        known
    }

    /// Checks what a browser wants to store.
    pub(crate) fn read(&self, asked: &LiteMap<String, String>) -> Result<Metadata, Denial> {
        if asked.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_BYTES {
            return Err(Denial::MetadataTooLarge { max: MAX_BYTES });
        }
        let invalid = |why: &str| Denial::InvalidArgument { name: "metadata", why: why.into() };
        let entry = |(name, value): (&String, &String)| {
            let name = self.0.get(name).ok_or_else(|| {
                let names = join_names(self.0.keys().map(String::as_str));
                if names.is_empty() {
                    invalid("is not taken by this rule")
                } else {
                    invalid(&format!("may have only the names {names}"))
                }
            })?;
            // A browser cannot send other characters in a header.
            let value = HeaderValue::new(value).ok().filter(|value| value.as_str().is_ascii());
            let value = value.ok_or_else(|| {
                invalid("must have printable ASCII values; percent-encode others")
            })?;
            Ok(MetadataEntry { name: name.clone(), value })
        };
        asked.iter().map(entry).collect()
    }
}

impl MetadataName {
    fn new(prefix: &str, name: &str) -> Option<Self> {
        let spelled = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        let full = format!("{prefix}{name}");
        let fits = spelled && (1..=64).contains(&name.len());
        fits.then_some(Self {
            field: FieldName::new(&full).ok()?,
            header: HeaderName::new(&full).ok()?,
        })
    }
}
