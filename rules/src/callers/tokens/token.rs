//! Reads a JSON Web Token, without verifying it.
//!
//! No JWT library fits: all verify synchronously, while the platform's cryptography is asynchronous, and none rejects
//! duplicate names. `hmac` or the platform verifies the signature.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7515>, <https://www.rfc-editor.org/rfc/rfc8725>

use core::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::callers::token_fault::TokenFault;
use crate::callers::tokens::algorithm::Algorithm;
use crate::denial::{Denial, token_refused};
use crate::secret::Secret;
use crate::strict_json;

/// Longest token accepted, in bytes. A token of Microsoft Entra ID with its 200 groups has about 12,000.
///
/// Source: <https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference#groups-overage-claim>
pub(crate) const MAX_LEN: usize = 16_384;

/// The content of a token whose signature has not been verified.
pub(crate) struct UnverifiedToken {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
    pub(crate) claims: Map<String, Value>,
    /// `header.payload`, which the signature covers.
    pub(crate) signed: Zeroizing<String>,
    pub(crate) signature: Zeroizing<Vec<u8>>,
}

impl UnverifiedToken {
    /// Parses the compact form.
    ///
    /// # Errors
    ///
    /// [`Denial::TokenRefused`], with the reason.
    pub(crate) fn parse(token: &Secret) -> Result<Self, Denial> {
        let text = token.expose();
        if text.len() > MAX_LEN {
            return Err(token_refused(TokenFault::Malformed, "is longer than 16384 bytes"));
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(SHAPE)?;
        let (header, payload) = signed.split_once('.').ok_or(SHAPE)?;
        let signature = decode(signature)?;
        let header = strict_json::object(&decode(header)?).ok_or(HEADER)?;
        let claims = strict_json::object(&decode(payload)?).ok_or(CLAIMS)?;
        let (algorithm, key_id) = read_header(&header)?;
        Ok(Self { algorithm, key_id, claims, signed: Zeroizing::new(signed.into()), signature })
    }
}

const SHAPE: Denial =
    token_refused(TokenFault::Malformed, "must have three parts of base64url, joined by dots");
const HEADER: Denial =
    token_refused(TokenFault::Malformed, "must have a JSON header without duplicate names");
const CLAIMS: Denial =
    token_refused(TokenFault::Malformed, "must have JSON claims without duplicate names");

fn decode(part: &str) -> Result<Zeroizing<Vec<u8>>, Denial> {
    let bytes = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| SHAPE)?);
    if bytes.is_empty() { Err(SHAPE) } else { Ok(bytes) }
}

/// Reads the algorithm and the key ID. Keys in the header, or at a URL in it (`jwk`, `jku`, `x5u`), are never used. The key
/// ID can be any text, since it is only compared with those of the issuer's keys.
fn read_header(header: &Map<String, Value>) -> Result<(Algorithm, Option<String>), Denial> {
    if header.contains_key("crit") {
        return Err(token_refused(
            TokenFault::Malformed,
            "has a critical header (`crit`), which is not supported",
        ));
    }
    let text = |name| header.get(name).map(Value::as_str);
    // `typ` marks tokens for other purposes, such as logout tokens.
    match text("typ") {
        None => {}
        Some(Some(kind)) if is_for_access(kind) => {}
        Some(_) => {
            return Err(token_refused(
                TokenFault::Malformed,
                "has a `typ` other than JWT or at+jwt",
            ));
        }
    }
    let algorithm = text("alg").flatten().and_then(Algorithm::named);
    let algorithm = algorithm.ok_or(token_refused(
        TokenFault::Algorithm,
        "must have one of these `alg`: HS256, RS256, PS256, ES256, EdDSA",
    ))?;
    match text("kid") {
        None => Ok((algorithm, None)),
        Some(Some(id)) => Ok((algorithm, Some(id.into()))),
        Some(None) => Err(token_refused(TokenFault::Malformed, "has a `kid` that is not a string")),
    }
}

/// Returns whether a `typ` is that of an ID token or an access token. It is a media type, whose `application/` may be left out.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9>, <https://www.rfc-editor.org/rfc/rfc9068#section-4>
fn is_for_access(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    matches!(kind.strip_prefix("application/").unwrap_or(&kind), "jwt" | "at+jwt")
}

/// Shows nothing but the algorithm.
impl fmt::Debug for UnverifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedToken")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
