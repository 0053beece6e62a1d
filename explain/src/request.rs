//! The canonical request: the parts of a request that are signed.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::evidence::Evidence;
use crate::evidence::{Sent, folded};
use crate::link::Link;

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// The value that a presigned URL signs instead of a hash of the body.
pub(crate) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The parts of a canonical request. An unknown method or header value is `None`.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Option<String>,
    pub(crate) host: String,
    /// The host in the link.
    pub(crate) link_host: Option<String>,
    /// Percent-encoded, as it was sent.
    pub(crate) path: String,
    /// How the signer wrote the canonical request.
    pub(crate) signer: SignerVariant,
    /// Percent-encoded, as it was sent, including the signature.
    pub(crate) query: Vec<(String, String)>,
    /// The signed headers except `host`, sorted.
    pub(crate) headers: Vec<(String, Option<String>)>,
    pub(crate) payload: String,
    /// The name of the parameter with the signature, which is not itself signed.
    pub(crate) signature: String,
}

/// How a signer writes the canonical request: S3's way, or a mistake that signers are known for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignerVariant {
    S3,
    /// The path is encoded twice, as for services other than S3.
    EncodesPathTwice,
    /// Escapes have lower-case digits: `%2f`.
    LowerCaseEscapes,
    /// The characters `!'()*` are not encoded.
    LeavesMarks,
    /// A space in the query is `+`.
    PlusForSpace,
}

impl Request {
    /// The request as it was sent. Unknown parts are filled in from the signed request.
    pub(crate) fn as_sent(link: &Link, evidence: &Evidence) -> Self {
        let unknown = Sent::default();
        let sent = evidence.sent.as_ref().unwrap_or(&unknown);
        let signed = evidence.signed.as_ref().unwrap_or(&unknown);
        let value = |name: &str| {
            let sent_value = sent.header(name);
            let known = sent_value.or_else(|| sent.complete.then(String::new));
            known.or_else(|| signed.header(name))
        };
        let mut headers: Vec<_> = link.signed_headers();
        headers.sort();
        headers.retain(|name| name != "host");
        let headers: Vec<_> =
            headers.into_iter().map(|name| (name.clone(), value(&name))).collect();
        let payload = link.part("Content-Sha256").or_else(|| value("x-amz-content-sha256"));
        Self {
            method: sent.method.clone().or_else(|| signed.method.clone()),
            host: sent.header("host").unwrap_or_else(|| link.host.clone()),
            link_host: Some(link.host.clone()),
            path: link.path.clone(),
            signer: SignerVariant::S3,
            query: link.query.clone(),
            headers,
            payload: payload.filter(|text| !text.is_empty()).unwrap_or_else(|| UNSIGNED.into()),
            signature: link.name_of("Signature"),
        }
    }

    /// The request with the method and headers of the signer's answer.
    pub(crate) fn with_signed(mut self, signed: Option<&Sent>) -> Self {
        self.host = self.link_host.clone().unwrap_or(self.host);
        let Some(signed) = signed else { return self };
        self.method = signed.method.clone().or(self.method);
        for (name, value) in &mut self.headers {
            *value = signed.header(name).or_else(|| value.take());
        }
        self
    }

    /// The approximate length of the text whose hash is signed, in bytes.
    pub(crate) fn size(&self) -> usize {
        let query = self.query.iter().map(|(name, value)| name.len() + value.len());
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.as_ref().map_or(0, String::len));
        self.path.len() + query.chain(headers).sum::<usize>()
    }

    /// The text whose hash is signed.
    pub(crate) fn canonical(&self) -> String {
        let method = self.method.as_deref().unwrap_or("GET");
        let mut text = format!("{method}\n{}\n{}\n", self.canonical_path(), self.canonical_query());
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), folded(value.as_deref().unwrap_or_default())))
            .collect();
        headers.push(("host", self.host.clone()));
        headers.sort();
        for (name, value) in &headers {
            text.extend([*name, ":", value, "\n"]);
        }
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        text + "\n" + &names.join(";") + "\n" + &self.payload
    }

    fn canonical_path(&self) -> String {
        let bytes: Vec<u8> = percent_decode_str(&self.path).collect();
        let once = percent_encode(&bytes, RESERVED_IN_PATH).to_string();
        match self.signer {
            SignerVariant::EncodesPathTwice => {
                percent_encode(once.as_bytes(), RESERVED_IN_PATH).to_string()
            }
            SignerVariant::LowerCaseEscapes => lower_case_escapes(&once),
            SignerVariant::LeavesMarks => with_marks(&once),
            SignerVariant::S3 | SignerVariant::PlusForSpace => once,
        }
    }

    fn canonical_query(&self) -> String {
        // S3 reads + as a space, so a client that sends + for %2B sends another request.
        let encode = |text: &str| {
            let text = text.replace('+', " ");
            let bytes: Vec<u8> = percent_decode_str(&text).collect();
            let once = percent_encode(&bytes, RESERVED).to_string();
            match self.signer {
                SignerVariant::LowerCaseEscapes => lower_case_escapes(&once),
                SignerVariant::LeavesMarks => with_marks(&once),
                SignerVariant::PlusForSpace => once.replace("%20", "+"),
                SignerVariant::S3 | SignerVariant::EncodesPathTwice => once,
            }
        };
        let pairs = self.query.iter().map(|(name, value)| (encode(name), encode(value)));
        let mut pairs: Vec<_> = pairs.filter(|(name, _)| *name != self.signature).collect();
        pairs.sort();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }
}

/// Writes `%2F` as `%2f`; the text has no other percent signs.
fn lower_case_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        lower.extend(["%", &digits.to_ascii_lowercase(), rest]);
    }
    lower
}

/// Writes `!'()*` without escapes.
fn with_marks(text: &str) -> String {
    let marks = [("%21", "!"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*")];
    marks.iter().fold(text.to_owned(), |text, (escape, mark)| text.replace(escape, mark))
}
