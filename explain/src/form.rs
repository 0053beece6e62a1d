//! An upload form: its URL and its fields.

use core::fmt;

use signer::Dialect;

use crate::link::Link;

/// Maximum number of fields that are read.
pub(crate) const MAX_FIELDS: usize = 1_000;

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
    /// The name of the field with the file, if the form was sent.
    pub(crate) file_field: String,
    /// The names of fields after the file, which S3 ignores.
    pub(crate) fields_after_file: Vec<String>,
    /// Whether the fields that are added come after the file.
    pub(crate) has_file_input: bool,
    /// How it was sent.
    pub(crate) encoding: Encoding,
}

/// How the body of a form was encoded.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Encoding {
    /// As `multipart/form-data`, or not known.
    #[default]
    Multipart,
    /// The Content-Type has no boundary.
    NoBoundary,
    /// The Content-Type has another boundary than the body.
    OtherBoundary,
    /// As another type, such as `application/x-www-form-urlencoded`.
    NotMultipart,
    /// The record of the request has no body.
    NotRecorded,
}

impl Form {
    /// A form with only its URL and fields, as it was signed.
    #[must_use]
    pub fn new(url: Link, fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let fields = fields.into_iter().take(MAX_FIELDS);
        let fields = fields.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Self {
            url,
            fields,
            file_bytes: None,
            filename: None,
            file_field: String::new(),
            fields_after_file: Vec::new(),
            has_file_input: false,
            encoding: Encoding::default(),
        }
    }

    /// Adds a field. S3 ignores those after the file.
    pub(crate) fn push(&mut self, name: &str, value: String) {
        let name = name.to_ascii_lowercase();
        if self.has_file_input {
            self.fields_after_file.push(name);
        } else {
            self.fields.push((name, value));
        }
    }

    /// Notes the file. S3 ignores whatever comes after the first.
    pub(crate) fn push_file(&mut self, name: &str, filename: &str) {
        if self.has_file_input {
            self.fields_after_file.push(name.to_ascii_lowercase());
        } else {
            self.has_file_input = true;
            name.clone_into(&mut self.file_field);
            // S3 takes the text after the last slash or backslash of a path.
            let name = filename.rsplit(['/', '\\']).next();
            self.filename = Some(name.unwrap_or_default().to_owned());
        }
    }

    /// Whether it has a policy, also one that S3 ignores.
    pub(crate) fn has_policy(&self) -> bool {
        self.field("policy").is_some() || self.fields_after_file.iter().any(|name| name == "policy")
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

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form").field("url", &self.url).finish_non_exhaustive()
    }
}
