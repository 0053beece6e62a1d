//! The HTTP headers that a rule has stored with its objects: caching, disposition, encoding, language.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc9110#section-8>

use signer::{FieldName, HeaderValue};

use super::AttributeName;
use super::of_rule::{RuleAttributes, RuleValue};
use crate::bucket::entry::{BucketEntry, UploadMethod};
use crate::bucket::features::Feature;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::{ConfigValue, TableReader};
use crate::download::attachment;
use crate::keys::file_name::FileName;

const CACHE_CONTROL: &str = r#"a value of Cache-Control such as "private, max-age=3600""#;
const DISPOSITION: &str = r#""attachment" or "inline""#;
const ENCODING: &str = r#"content codings such as "gzip""#;
const LANGUAGE: &str = r#"language tags such as "de" or "mi, en""#;

/// What a browser does with an object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Disposition {
    Attachment,
    Inline,
}

impl Disposition {
    fn new(text: &str) -> Option<Self> {
        match text {
            "attachment" => Some(Self::Attachment),
            "inline" => Some(Self::Inline),
            _ => None,
        }
    }

    /// Writes the header, with the file's name if it is known.
    pub(super) fn of_file(self, name: Option<&FileName>) -> HeaderValue {
        let kind = match self {
            Self::Attachment => "attachment",
            Self::Inline => "inline",
        };
        let text = name.map_or_else(|| kind.to_owned(), |name| attachment::write(kind, name));
        HeaderValue::new(&text).expect("ASCII, and a name of at most 255 bytes")
    }
}

/// Reads `cache_control`, `content_disposition`, `content_encoding` and `content_language`.
pub(super) fn read(
    table: &mut TableReader<'_>,
    bucket: &BucketEntry,
    rule: &mut RuleAttributes,
) -> Result<(), ConfigError> {
    if let Some(entry) = table.optional("cache_control") {
        rule.add(name(FieldName::CACHE_CONTROL), text(&entry, CACHE_CONTROL, |_| true)?);
    }
    if let Some(entry) = table.optional("content_disposition") {
        let disposition = entry.parsed(DISPOSITION, Disposition::new)?;
        rule.add(name(FieldName::CONTENT_DISPOSITION), RuleValue::Disposition(disposition));
    }
    if let Some(entry) = table.optional("content_encoding") {
        rule.add(name(FieldName::CONTENT_ENCODING), text(&entry, ENCODING, is_coding)?);
    }
    if let Some(entry) = table.optional("content_language") {
        let value = text(&entry, LANGUAGE, is_language)?;
        check_form(&entry, bucket)?;
        rule.add(name(FieldName::CONTENT_LANGUAGE), value);
    }
    Ok(())
}

fn name(field: FieldName) -> Option<AttributeName> {
    let header = field.as_str().to_owned();
    AttributeName::of_field(field, &header)
}

/// Reads a value that is sent both as a header and as a form field: a list whose items are valid.
fn text(
    entry: &ConfigValue<'_>,
    expected: &str,
    is_item: fn(&str) -> bool,
) -> Result<RuleValue, ConfigError> {
    let value = entry.parsed(expected, |value| {
        let is_literal = !value.contains("${") && !value.trim_ascii().is_empty();
        let is_valid = is_literal && value.split(',').all(|item| is_item(item.trim_ascii()));
        HeaderValue::new(value).ok().filter(|_| is_valid)
    })?;
    Ok(RuleValue::Fixed(value))
}

/// Whether a text is a content coding. S3 removes `aws-chunked`, the framing of signed streams.
fn is_coding(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_token) && text != "aws-chunked"
}

/// Whether a text is a language tag, as in RFC 5646: letters and digits between hyphens.
fn is_language(text: &str) -> bool {
    let is_subtag = |tag: &str| {
        (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.split('-').all(is_subtag)
}

fn check_form(entry: &ConfigValue<'_>, bucket: &BucketEntry) -> Result<(), ConfigError> {
    let stores = bucket.upload_method == UploadMethod::Put
        || bucket.binding.is_some()
        || bucket.provider.features.has(Feature::LanguageByForm);
    if stores {
        return Ok(());
    }
    let name = bucket.provider.name();
    let problem = format!("{name} does not document this header for forms, only for PUT");
    Err(entry.problem(&problem).with_kind(ConfigErrorKind::AttributeByOtherMethod))
}
