//! Tags of objects: `tags` and `expire_unconfirmed`.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>

use maud::html;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use signer::{FieldName, HeaderValue};

use super::of_rule::{RuleAttributes, RuleValue};
use super::{Attribute, AttributeName, Attributes};
use crate::bucket::entry::BucketEntry;
use crate::bucket::features::{Feature, unsupported};
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::quantity;
use crate::config::reader::{ConfigValue, TableReader};
use crate::hidden_char::is_hidden;
use crate::upload::multipart::{Element, InvalidXml, read_xml};

/// Most tags of an object.
const MAX_TAGS: usize = 10;
/// Longest key of a tag, in characters.
const MAX_KEY: usize = 128;
/// Longest value of a tag, in characters.
const MAX_VALUE: usize = 256;

const EXPECTED: &str = r#"a table of at most 10 tags such as { project = "apollo" }, each with a key of at most 128 and a value of at most 256 letters, digits, spaces and + - = . _ : / @"#;
const DAYS: &str = r#"a number of days such as "2 days", at most 3650 days"#;
const MAX_DAYS: u64 = 3_650;
const SECS_OF_DAY: u64 = 86_400;

pub(crate) const HEADER: &str = "x-amz-tagging";

/// The tag of a file that nobody has confirmed.
pub(crate) const UNCONFIRMED: (&str, &str) = ("signpost", "unconfirmed");

/// The characters that a query string encodes.
const NOT_UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Keys and values of tags, in the order of the keys.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Tags(Vec<(String, String)>);

/// After how many days the bucket removes a file that nobody has confirmed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ExpireUnconfirmed {
    pub(crate) days: u64,
}

/// One tag that an object must have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tag {
    /// `scan`
    pub key: String,
    /// `clean`
    pub value: String,
}

impl Tag {
    /// Reads a table such as `{ key = "scan", value = "clean" }`.
    pub(crate) fn parse(entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        const KEY: &str = r#"the key of a tag such as "scan""#;
        const VALUE: &str = r#"the value of a tag such as "clean""#;
        let mut table = TableReader::new(entry)?;
        let text = |text: &str| text.to_owned();
        let key = table.required("key", KEY)?.parsed(KEY, |key| is_key(key).then(|| text(key)))?;
        let value = table
            .required("value", VALUE)?
            .parsed(VALUE, |value| (!value.is_empty() && is_value(value)).then(|| text(value)))?;
        table.finish()?;
        Ok(Self { key, value })
    }
}

impl Tags {
    fn parse(entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        let table = entry.value.as_object().ok_or_else(|| entry.expected(EXPECTED))?;
        let mut tags = Vec::new();
        for (key, value) in table {
            let value = value.as_str().filter(|value| is_key(key) && is_value(value));
            let value = value.ok_or_else(|| entry.expected(EXPECTED))?;
            tags.push((key.clone(), value.to_owned()));
        }
        if tags.len() > MAX_TAGS { Err(entry.expected(EXPECTED)) } else { Ok(Self(tags)) }
    }

    /// Returns whether an object has no tags.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes `project=apollo&stage=raw`, the header's format.
    fn to_header(&self) -> String {
        let mut header = String::new();
        for (key, value) in &self.0 {
            if !header.is_empty() {
                header.push('&');
            }
            header.extend(utf8_percent_encode(key, NOT_UNRESERVED));
            header.push('=');
            header.extend(utf8_percent_encode(value, NOT_UNRESERVED));
        }
        header
    }

    /// Reads the tags of S3's XML.
    pub(crate) fn read(xml: &str) -> Result<Self, InvalidXml> {
        let mut tags = Vec::new();
        read_xml(xml, &mut |Element { depth, name, text }| {
            if (depth, name) == (2, "Tag") {
                tags.push((String::new(), String::new()));
            } else if let (3, Some((key, value))) = (depth, tags.last_mut()) {
                match name {
                    "Key" => text.clone_into(key),
                    "Value" => text.clone_into(value),
                    _ => {}
                }
            }
        })?;
        Ok(Self(tags))
    }

    /// Removes the tag of an unconfirmed file, and returns whether it was there.
    pub(crate) fn confirm(&mut self) -> bool {
        let (key, value) = UNCONFIRMED;
        let all = self.0.len();
        self.0.retain(|tag| *tag != (key.to_owned(), value.to_owned()));
        self.0.len() < all
    }

    /// Writes the XML of a form field, and of the request that sets the tags of an object.
    pub(crate) fn to_xml(&self) -> String {
        html! {
            Tagging {
                TagSet { @for (key, value) in &self.0 { Tag { Key { (key) } Value { (value) } } } }
            }
        }
        .into_string()
    }
}

/// Reads `tags` and `expire_unconfirmed`.
pub(super) fn read(
    table: &mut TableReader<'_>,
    bucket: &BucketEntry,
    rule: &mut RuleAttributes,
) -> Result<(), ConfigError> {
    let (tags, expire) = (table.optional("tags"), table.optional("expire_unconfirmed"));
    let Some(entry) = tags.or(expire) else { return Ok(()) };
    if !bucket.provider.features.has(Feature::Tags) {
        return Err(unsupported(&entry, bucket.provider.name(), "tags of objects"));
    }
    if let Some(entry) = tags {
        rule.tags = Tags::parse(&entry)?;
    }
    let mut all = rule.tags.clone();
    if let Some(entry) = expire {
        if rule.locks() {
            let error = entry.problem("an object that is locked cannot be removed");
            return Err(error.with_kind(ConfigErrorKind::AttributeByOtherMethod));
        }
        all.mark_unconfirmed(&entry)?;
        rule.expire_unconfirmed = Some(ExpireUnconfirmed { days: entry.parsed(DAYS, days)? });
    }
    // The bytes of ten long tags, percent-encoded, can exceed the longest header.
    let header = HeaderValue::new(&all.to_header()).map_err(|_| entry.expected(EXPECTED))?;
    if !all.is_empty() {
        rule.add(name(), RuleValue::Different(header, all.to_xml()));
    }
    Ok(())
}

fn name() -> Option<AttributeName> {
    let name = AttributeName::of_field(FieldName::TAGGING, HEADER)?;
    Some(name.needing("s3:PutObjectTagging"))
}

impl Attributes {
    /// Replaces the tags of an upload.
    pub(crate) fn replace_tags(&mut self, tags: &Tags) {
        self.0.retain(|attribute| attribute.name.header() != HEADER);
        if let (Some(name), Ok(value), false) =
            (name(), HeaderValue::new(&tags.to_header()), tags.is_empty())
        {
            self.0.push(Attribute { name, value, field_value: Some(tags.to_xml()) });
        }
    }
}

impl Tags {
    /// Adds the tag of an unconfirmed file.
    fn mark_unconfirmed(&mut self, entry: &ConfigValue<'_>) -> Result<(), ConfigError> {
        let (key, value) = UNCONFIRMED;
        if self.0.len() == MAX_TAGS || self.0.iter().any(|(other, _)| other == key) {
            return Err(
                entry.problem("this adds the tag `signpost`, so `tags` can have at most 9 others")
            );
        }
        self.0.push((key.into(), value.into()));
        Ok(())
    }
}

fn days(text: &str) -> Option<u64> {
    let secs = quantity::seconds(text, MAX_DAYS * SECS_OF_DAY)?;
    secs.is_multiple_of(SECS_OF_DAY).then_some(secs / SECS_OF_DAY)
}

/// Whether a text can be the key of a tag. Keys that begin with `aws:` are reserved.
fn is_key(text: &str) -> bool {
    let is_reserved = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    !text.is_empty() && !is_reserved && is_text(text, MAX_KEY)
}

fn is_value(text: &str) -> bool {
    is_text(text, MAX_VALUE)
}

/// Whether a text may be part of a tag. Of the characters beyond ASCII, S3 itself rejects those that are neither letters nor
/// digits.
fn is_text(text: &str, max: usize) -> bool {
    let is_part = |c: char| {
        if c.is_ascii() {
            c.is_ascii_alphanumeric() || " +-=._:/@".contains(c)
        } else {
            !is_hidden(c)
        }
    };
    text.chars().all(is_part) && text.chars().count() <= max
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_s3_accepts_as_tags() {
        for (key, is_valid) in [
            ("scan", true),
            ("a b+-=._:/@1", true),
            ("Größe", true),
            ("日本", true),
            ("", false),
            ("aws:created", false),
            ("AWS:created", false),
            ("aws", true),
            ("a&b", false),
            ("a<b", false),
            ("a\u{202e}b", false),
        ] {
            assert_eq!(is_key(key), is_valid, "{key}");
        }
        assert!(is_key(&"ü".repeat(128)) && !is_key(&"ü".repeat(129)));
        assert!(is_value("") && is_value(&"v".repeat(256)) && !is_value(&"v".repeat(257)));
    }

    #[test]
    fn confirms_a_file_and_keeps_its_other_tags() {
        let xml = "<?xml version=\"1.0\"?><Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet>\
            <Tag><Key>scan</Key><Value>a &amp; b</Value></Tag>\n<Tag><Value>unconfirmed</Value><Key>signpost</Key></Tag>\
            <Tag><Key>empty</Key><Value/></Tag></TagSet></Tagging>";
        let mut tags = Tags::read(xml).unwrap();
        assert!(tags.confirm());
        let expected = "<Tagging><TagSet><Tag><Key>scan</Key><Value>a &amp; b</Value></Tag>\
            <Tag><Key>empty</Key><Value></Value></Tag></TagSet></Tagging>";
        assert_eq!(tags.to_xml(), expected);
        assert!(!tags.confirm(), "it was confirmed before");
        assert!(!Tags::read("<Tagging><TagSet/></Tagging>").unwrap().confirm());
        assert!(Tags::read("no XML").is_err());
    }

    #[test]
    fn reads_whole_days() {
        for (text, expected) in [
            ("2 days", Some(2)),
            ("48 h", Some(2)),
            ("3650 d", Some(3_650)),
            ("3651 days", None),
            ("36 h", None),
            ("0 days", None),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
