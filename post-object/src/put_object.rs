//! A presigned `PutObject` whose URL and headers are valid: what to store, and what to check in the body.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>

use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::percent_decode_str;
use signer::{Payload, Place, ReceivedRequest, Refusal, Verifier};

use crate::checksum::{Algorithm, Checksum};
use crate::fault::{CONTENT_SHA256, Fault};
use crate::response::Response;
use crate::stored_fields::StoredFields;

/// Largest object that S3 and R2 accept in one request, in bytes: 5 GiB.
///
/// Spec: <https://developers.cloudflare.com/r2/platform/limits/>
const MAX_BYTES: u64 = 5 << 30;

/// The parameters of the signature, in lower case. Clients write some of the headers `x-amz-*` into the query as well.
const SIGNATURE: [&str; 7] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    SIGNED_HEADERS,
];

const SIGNED_HEADERS: &str = "x-amz-signedheaders";

/// Headers that are stored with the object, and that a browser follows. They count only if they are signed.
const FOLLOWED: [&str; 5] =
    ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"];

/// Values of `Cache-Control` that browsers and proxies add to a request by themselves. They concern the request, not the object.
const OF_REQUEST: [&str; 3] = ["max-age=0", "no-cache", "no-store"];

/// Other headers that S3 stores or acts on, which need not be signed: they describe the body, or make the request stricter.
const UNSIGNED: [&str; 5] =
    ["content-md5", "content-type", "if-match", "if-none-match", "if-unmodified-since"];

/// A presigned PUT with a valid signature. The body is stored if it has the right length and checksums.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PutObject {
    /// The headers and metadata to store.
    pub fields: StoredFields,
    /// The length of the body, in bytes.
    pub length: u64,
    /// The data for the response once the object is stored.
    pub receipt: PutReceipt,
}

/// The data for the response to a PUT. Kept while the body is read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PutReceipt {
    /// The checksums that the body matched, as headers.
    checksums: Vec<(&'static str, String)>,
    /// Whether the SHA-256 that is checked is that of `x-amz-content-sha256`.
    is_payload_signed: bool,
}

impl PutObject {
    /// Checks a request with a presigned URL for a whole object.
    ///
    /// # Errors
    ///
    /// A [`Fault`] that names what is wrong with the signature, or what R2 does not support.
    pub fn check(request: &ReceivedRequest<'_>, verifier: &Verifier<'_>) -> Result<Self, Fault> {
        if !request.query.contains("X-Amz-Signature=") {
            return Err(Fault::Anonymous);
        }
        let payload = verifier.presigned_url(request)?.payload;
        let header = |name| {
            let named = |(header, _): &&(&str, &str)| header.eq_ignore_ascii_case(name);
            request.headers.iter().find(named).map(|(_, value)| *value)
        };
        let length = header("content-length").and_then(|length| length.parse().ok());
        let length = length.ok_or(Fault::LengthMissing)?;
        if length > MAX_BYTES {
            return Err(Refusal::TooLarge { max: MAX_BYTES }.into());
        }
        let fields = fields(request)?;
        let mut pairs = fields.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut fields = StoredFields::read_fields(&mut pairs)?;
        let checksums = fields.checksums.iter().filter(|checksum| checksum.is_s3s());
        let checksums = checksums
            .map(|checksum| (checksum.algorithm.field(), BASE64_STANDARD.encode(&checksum.digest)));
        let checksums = checksums.collect();
        let is_payload_signed = add_payload(payload, &mut fields.checksums)?;
        Ok(Self { fields, length, receipt: PutReceipt { checksums, is_payload_signed } })
    }
}

impl PutReceipt {
    /// Makes the response to send once the object is stored. `etag` is quoted, as in a header.
    #[must_use]
    pub fn into_response(self, etag: &str) -> Response {
        let mut headers = vec![("etag", etag.to_owned())];
        headers.extend(self.checksums);
        Response { status: 200, headers, body: String::new() }
    }

    /// Returns the fault of a body whose digest by this algorithm is another one.
    #[must_use]
    pub fn bad_digest(&self, algorithm: Algorithm) -> Fault {
        let field = match algorithm {
            Algorithm::Sha256 if self.is_payload_signed => CONTENT_SHA256,
            algorithm => algorithm.field(),
        };
        Fault::BadDigest { field }
    }
}

/// Adds the signed hash of the body to the checksums. Returns whether it is the one that is checked.
fn add_payload(payload: Payload, checksums: &mut Vec<Checksum>) -> Result<bool, Fault> {
    let Payload::Sha256(hash) = payload else { return Ok(false) };
    let algorithm = Algorithm::Sha256;
    match checksums.iter().find(|checksum| checksum.algorithm == algorithm) {
        // No body matches both.
        Some(other) if other.digest != hash => Err(Fault::BadDigest { field: algorithm.field() }),
        Some(_) => Ok(false),
        None => {
            checksums.push(Checksum { algorithm, digest: hash.into() });
            Ok(true)
        }
    }
}

/// Collects what S3 stores or acts on, from the headers and from the query, by its name in lower case.
fn fields(request: &ReceivedRequest<'_>) -> Result<Fields, Fault> {
    let mut fields = Fields::default();
    let mut signed = String::new();
    for pair in request.query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (name, value) = (decode(name).to_ascii_lowercase(), decode(value));
        match name.as_str() {
            SIGNED_HEADERS => signed = value,
            name if SIGNATURE.contains(&name) => {}
            // A body that is signed has its hash in the header.
            CONTENT_SHA256 if value == "UNSIGNED-PAYLOAD" => {}
            CONTENT_SHA256 => {
                let expected = "UNSIGNED-PAYLOAD in a query; a hash is sent as a header";
                return Err(Fault::InvalidField { field: CONTENT_SHA256, expected });
            }
            name if name.starts_with("x-amz-") => fields.add(name, &value),
            // Amazon leaves such names to the users.
            name if name.is_empty() || name.starts_with("x-") => {}
            _ => return Err(Fault::NotTheObject),
        }
    }
    let signed: Vec<_> = signed.split(';').collect();
    for (name, value) in request.headers {
        let name = name.to_ascii_lowercase();
        if name == "content-encoding" && value.split(',').any(is_chunked) {
            return Err(Fault::Chunked);
        }
        if is_stored(&name, value, &signed)? {
            fields.add(&name, value);
        }
    }
    fields.check_once()
}

/// Whether a content coding is the framing of signed streams, which is not part of the object.
fn is_chunked(coding: &str) -> bool {
    coding.trim_ascii().eq_ignore_ascii_case("aws-chunked")
}

/// Returns whether a header is stored, or says how to store the object.
fn is_stored(name: &str, value: &str, signed: &[&str]) -> Result<bool, Fault> {
    if FOLLOWED.contains(&name) && !signed.contains(&name) {
        let is_of_request = name == "cache-control" && OF_REQUEST.contains(&value);
        if is_of_request || value.is_empty() {
            return Ok(false);
        }
        return Err(Refusal::UnsignedHeader { name: name.into() }.into());
    }
    let is_signature = name == CONTENT_SHA256 || SIGNATURE.contains(&name);
    let is_known =
        FOLLOWED.contains(&name) || UNSIGNED.contains(&name) || name.starts_with("x-amz-");
    Ok(is_known && !is_signature && !value.is_empty())
}

/// Fields by the names that they have in a form.
#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn add(&mut self, name: &str, value: &str) {
        let form_name = if name == "x-amz-acl" { "acl" } else { name };
        self.0.push((form_name.into(), value.into()));
    }

    /// Rejects two fields of one name: a header, and one in the query.
    fn check_once(mut self) -> Result<Self, Fault> {
        self.0.sort_unstable();
        let mut pairs = self.0.iter().zip(self.0.iter().skip(1));
        match pairs.find(|((name, _), (next, _))| name == next) {
            None => Ok(self),
            Some(((name, _), _)) => {
                Err(Refusal::Repeated { place: Place::Query, name: name.clone() }.into())
            }
        }
    }
}
