//! A JSON Web Token before anybody has verified it.
//!
//! Read here and not by a JWT library: those at hand verify synchronously with cryptography of their own (so not by
//! the platform), and none refuses a name that stands twice. The mathematics is `hmac`'s or the platform's.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7515>, <https://www.rfc-editor.org/rfc/rfc8725>

use core::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::algorithm::Algorithm;
use crate::denial::refused;
use crate::strict_json;
use crate::{Denial, Secret};

/// Longest token taken, in bytes.
pub(crate) const MAX_LEN: usize = 8_192;

/// Longest name of a key, in bytes.
const MAX_KEY_ID: usize = 256;

/// What a token says, none of it to be believed yet.
pub(crate) struct UnverifiedToken {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
    pub(crate) claims: Map<String, Value>,
    /// `header.payload`, over which the signature goes.
    pub(crate) signed: Zeroizing<String>,
    pub(crate) signature: Vec<u8>,
}

impl UnverifiedToken {
    /// Reads a token in its compact form.
    ///
    /// # Errors
    ///
    /// [`Denial::TokenRefused`], with what is wrong with it.
    pub(crate) fn parse(token: &Secret) -> Result<Self, Denial> {
        let text = token.expose();
        if text.len() > MAX_LEN {
            return Err(refused("is longer than 8192 bytes"));
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

const SHAPE: Denial = refused("must have three parts of base64url, joined by dots");
const HEADER: Denial = refused("must have a header in JSON, without a name that stands twice");
const CLAIMS: Denial = refused("must have claims in JSON, without a name that stands twice");

fn decode(part: &str) -> Result<Vec<u8>, Denial> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| SHAPE)?;
    if bytes.is_empty() { Err(SHAPE) } else { Ok(bytes) }
}

/// The algorithm and the key's name. Keys that a header brings along or points to (`jwk`, `jku`, `x5u`) are never used.
fn read_header(header: &Map<String, Value>) -> Result<(Algorithm, Option<String>), Denial> {
    if header.contains_key("crit") {
        return Err(refused("has a critical header (`crit`), and none is known here"));
    }
    let text = |name| header.get(name).map(Value::as_str);
    // A token of another purpose, such as a logout token, says so.
    match text("typ") {
        None => {}
        Some(Some(kind))
            if ["jwt", "at+jwt"].iter().any(|known| kind.eq_ignore_ascii_case(known)) => {}
        Some(_) => return Err(refused("has another `typ` than JWT")),
    }
    let algorithm = text("alg").flatten().and_then(Algorithm::named);
    let algorithm =
        algorithm.ok_or(refused("must have one of the `alg` HS256, RS256, PS256, ES256, EdDSA"))?;
    match text("kid") {
        None => Ok((algorithm, None)),
        Some(Some(id)) if is_name(id) => Ok((algorithm, Some(id.into()))),
        Some(_) => Err(refused("has a `kid` that is no name of a key")),
    }
}

/// A key's name is only ever compared with those of the key set; one that looks like a way to somewhere is not even that.
fn is_name(id: &str) -> bool {
    (1..=MAX_KEY_ID).contains(&id.len())
        && !id.contains(char::is_control)
        && !["://", "..", "\\"].iter().any(|part| id.contains(part))
        && !id.starts_with('/')
}

/// Nothing of a token is shown.
impl fmt::Debug for UnverifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedToken")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
