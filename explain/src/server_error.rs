//! An error answer of an S3 server.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

mod json;

use core::fmt;

use rules::Element;
use serde_json::Value;

/// Longest text that is compared, in bytes.
const MAX_TEXT: usize = 65_536;

/// An error: its code, its message and its other fields.
#[derive(Clone, Eq, PartialEq)]
pub struct ServerError {
    fields: Vec<(String, String)>,
}

impl ServerError {
    /// Parses `<Error>...</Error>`, also inside a `<Response>`, or an error in JSON; `None` if it has no code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim_start().starts_with('{') {
            return Self::from_json(&serde_json::from_str(text).ok()?);
        }
        Self::from_xml(text)
    }

    /// Reads an error of Google's JSON API, of B2's native API or of Cloudflare's API.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let fields = json::fields(value);
        (!fields.is_empty()).then_some(Self { fields })
    }

    fn from_xml(xml: &str) -> Option<Self> {
        let (mut fields, mut error) = (Vec::new(), None);
        rules::read_xml(xml, &mut |Element { depth, name, text }| match error {
            None if name == "Error" => error = Some(depth),
            Some(parent) if depth == parent + 1 => fields.push((name.to_owned(), text.to_owned())),
            _ => {}
        })
        .ok()?;
        let server_error = Self { fields };
        (!server_error.code().is_empty()).then_some(server_error)
    }

    /// An error of which only the code and the message are known.
    pub(crate) fn new(code: &str, message: &str) -> Self {
        let fields = [("Code", code), ("Message", message)];
        Self { fields: fields.map(|(name, value)| (name.into(), value.into())).into() }
    }

    /// S3's code, such as `SignatureDoesNotMatch`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.field("Code").unwrap_or_default()
    }

    pub(crate) fn message(&self) -> &str {
        self.field("Message").unwrap_or_default()
    }

    /// Whether neither a message nor anything else is known besides the code.
    pub(crate) fn is_only_code(&self) -> bool {
        self.fields.iter().all(|(name, value)| name == "Code" || value.is_empty())
    }

    /// Google's details, in lower case.
    pub(crate) fn details(&self) -> String {
        self.field("Details").unwrap_or_default().to_ascii_lowercase()
    }

    /// Whether the message contains these words, in any case.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.message().to_ascii_lowercase().contains(words)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter().filter(|(found, _)| found == name);
        fields.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The canonical request that the server computed, if the error has it.
    pub(crate) fn canonical_request(&self) -> Option<&str> {
        self.field("CanonicalRequest").filter(|text| text.len() <= MAX_TEXT)
    }

    pub(crate) fn string_to_sign(&self) -> Option<&str> {
        self.field("StringToSign").filter(|text| text.len() <= MAX_TEXT)
    }

    /// The region that the server expects: `... expecting 'eu-west-1'`, Amazon's element, or R2's list of regions, of which
    /// signatures can name `auto`.
    pub(crate) fn region(&self) -> Option<&str> {
        let in_message = self
            .message()
            .split_once("expecting '")
            .and_then(|(_, after)| after.split('\'').next());
        let in_list = || self.says("must be one of").then_some(()).and(self.last_of_list("auto"));
        in_message.or_else(|| self.field("Region")).or_else(in_list)
    }

    fn last_of_list(&self, item: &str) -> Option<&str> {
        self.message().rsplit(", ").next().filter(|last| last.trim_end_matches('.') == item)
    }

    /// The region that was signed, from the message: `the region 'us-east-1' is wrong`, `The region name 'x' is not valid`.
    pub(crate) fn signed_region(&self) -> Option<&str> {
        let message = self.message();
        let (_, after) =
            message.split_once("region '").or_else(|| message.split_once("region name '"))?;
        after.split('\'').next().filter(|region| !region.is_empty())
    }
}

/// Shows only the code, since some errors repeat the signature.
impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerError({:?})", self.code())
    }
}
