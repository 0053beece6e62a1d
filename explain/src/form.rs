//! An upload form: its URL and its fields.

use core::fmt;

use post_object::{Boundary, FormHead};
use signer::Dialect;

use crate::link::Link;

/// Maximum number of fields that are read.
const MAX_FIELDS: usize = 1_000;

/// A form as it was signed, or as it was sent.
#[derive(Clone)]
pub struct Form {
    pub(crate) url: Link,
    /// Names in lower case, and values.
    pub(crate) fields: Vec<(String, String)>,
    /// The size of the file in bytes, if the form was sent.
    pub(crate) file_bytes: Option<u64>,
    /// The name of the file, if the form was sent.
    pub(crate) filename: Option<String>,
    /// The names of fields after the file, which S3 ignores.
    pub(crate) fields_after_file: Vec<String>,
}

impl Form {
    /// A form with only its URL and fields, as it was signed.
    #[must_use]
    pub fn new(url: Link, fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let fields = fields.into_iter().take(MAX_FIELDS);
        let fields = fields.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Self { url, fields, file_bytes: None, filename: None, fields_after_file: Vec::new() }
    }

    /// Parses the body that a browser sent.
    pub(crate) fn read(url: Link, content_type: &str, body: &str) -> Option<Self> {
        let boundary = Boundary::from_content_type(content_type).ok()?;
        let head = FormHead::read(body.as_bytes(), &boundary).ok()?;
        let file = body.get(head.file_start..)?;
        let end = file.find(&boundary.delimiter());
        let file_bytes = end.and_then(|end| u64::try_from(end).ok());
        let rest = end.and_then(|end| file.get(end..)).unwrap_or_default();
        Some(Self {
            url,
            fields: head.fields,
            file_bytes,
            filename: Some(head.filename),
            fields_after_file: names_in(rest, &boundary),
        })
    }

    /// The value of a field; `name` is in lower case.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        let google = self.fields.iter().any(|(name, _)| name.starts_with("x-goog-"));
        if google { Dialect::Google } else { Dialect::Amazon }
    }

    /// A field of the signature: `x-amz-date` for `date`.
    pub(crate) fn name_of(&self, part: &str) -> String {
        let google = self.dialect() == Dialect::Google;
        format!("{}{part}", if google { "x-goog-" } else { "x-amz-" })
    }

    pub(crate) fn is_version_2(&self) -> bool {
        self.field("awsaccesskeyid").is_some()
    }
}

/// The names of the parts of a body that begins at a delimiter.
fn names_in(body: &str, boundary: &Boundary) -> Vec<String> {
    let delimiter = boundary.delimiter();
    let delimiter = delimiter.trim_start();
    let parts = body.split(delimiter).filter_map(|part| {
        let (_, after) = part.split_once("name=\"")?;
        Some(after.split('"').next()?.to_ascii_lowercase())
    });
    parts.take(100).collect()
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form").field("url", &self.url).finish_non_exhaustive()
    }
}
