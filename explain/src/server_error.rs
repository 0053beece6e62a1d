//! The error that an S3 server answered with.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

use core::fmt;

use roxmltree::Document;

/// Longest text that is compared, in bytes.
const MAX_TEXT: usize = 65_536;

/// An error: its code, its sentence, and what else stands in it.
#[derive(Clone, Eq, PartialEq)]
pub struct ServerError {
    fields: Vec<(String, String)>,
}

impl ServerError {
    /// Reads `<Error>...</Error>`, also where it stands within a `<Response>`; `None` if it has no code.
    #[must_use]
    pub fn parse(xml: &str) -> Option<Self> {
        // A document with a DTD is refused: no server writes one, and entities could grow without end.
        let document = Document::parse(xml.trim()).ok()?;
        let mut elements = document.descendants();
        let error = elements.find(|node| node.tag_name().name() == "Error")?;
        let children = error.children().filter(roxmltree::Node::is_element);
        let text = |node: roxmltree::Node<'_, '_>| {
            (node.tag_name().name().to_owned(), node.text().unwrap_or_default().to_owned())
        };
        let fields: Vec<_> = children.map(text).collect();
        let server_error = Self { fields };
        (!server_error.code().is_empty()).then_some(server_error)
    }

    /// S3's code, such as `SignatureDoesNotMatch`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.field("Code").unwrap_or_default()
    }

    pub(crate) fn message(&self) -> &str {
        self.field("Message").unwrap_or_default()
    }

    /// Whether the server's sentence has these words, in any case.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.message().to_ascii_lowercase().contains(words)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter().filter(|(found, _)| found == name);
        fields.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// What the server computed its signature over, if it says so.
    pub(crate) fn canonical_request(&self) -> Option<&str> {
        self.field("CanonicalRequest").filter(|text| text.len() <= MAX_TEXT)
    }

    pub(crate) fn string_to_sign(&self) -> Option<&str> {
        self.field("StringToSign").filter(|text| text.len() <= MAX_TEXT)
    }

    /// The region that the server wants, from its own field or its sentence: `... expecting 'eu-west-1'`.
    pub(crate) fn region(&self) -> Option<&str> {
        let (_, after) = self.message().split_once("expecting '")?;
        after.split('\'').next()
    }
}

/// The code alone: some errors repeat the signature.
impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerError({:?})", self.code())
    }
}
