//! JSON Web Keys: the public keys of an issuer.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7517>, <https://www.rfc-editor.org/rfc/rfc7518#section-6>

use core::ops::RangeInclusive;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Map, Value};

use crate::callers::tokens::algorithm::Algorithm;
use crate::strict_json;

/// Most keys that are read from one set.
pub(crate) const MAX_KEYS: usize = 64;

/// Size of an RSA modulus, in bits. RFC 7518 requires 2,048; larger keys than 8,192 cost more time than they are worth.
const RSA_BITS: RangeInclusive<usize> = 2_048..=8_192;

/// Smallest public exponent, as FIPS 186-5 requires. With 1, every text is its own signature.
const MIN_EXPONENT: u32 = 65_537;

/// Length of a coordinate of P-256, and of a key for Ed25519, in bytes.
const POINT_LEN: usize = 32;

/// A public key. It has only the members that verification needs, so a private part is dropped.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Jwk {
    id: Option<String>,
    algorithm: Option<String>,
    /// `None` if no algorithm here can use the key. It is kept, since a set with it is still the issuer's answer.
    key_type: Option<KeyType>,
    members: Map<String, Value>,
}

/// The type of a key that is strong enough.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum KeyType {
    Rsa,
    P256,
    Ed25519,
}

/// The members of public keys.
const PUBLIC: [&str; 6] = ["kty", "crv", "n", "e", "x", "y"];

impl Jwk {
    /// Reads a key for signatures; returns `None` for other keys, which a set may contain.
    fn parse(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let text = |name| object.get(name).map(|value| value.as_str().map(str::to_owned));
        let can_verify = match object.get("key_ops") {
            None => true,
            Some(operations) => {
                operations.as_array()?.iter().any(|operation| operation == "verify")
            }
        };
        let is_for_signatures = text("use").is_none_or(|purpose| purpose.as_deref() == Some("sig"));
        // A symmetric key in a public set would let everybody sign.
        if !can_verify || !is_for_signatures || object.get("kty")?.as_str()? == "oct" {
            return None;
        }
        let members = public_members(object);
        let (id, algorithm) = (text("kid").flatten(), text("alg").flatten());
        Some(Self { id, algorithm, key_type: KeyType::of(&members), members })
    }

    /// Returns whether the key can verify signatures of an algorithm.
    fn fits(&self, algorithm: Algorithm) -> bool {
        let key_type = match algorithm {
            Algorithm::Hs256 => return false,
            Algorithm::Rs256 | Algorithm::Ps256 => KeyType::Rsa,
            Algorithm::Es256 => KeyType::P256,
            Algorithm::EdDsa => KeyType::Ed25519,
        };
        self.key_type == Some(key_type)
            && self
                .algorithm
                .as_deref()
                .is_none_or(|name| Algorithm::named(name) == Some(algorithm))
    }

    /// Returns the key as JSON.
    pub(crate) fn to_json(&self) -> String {
        Value::Object(self.members.clone()).to_string()
    }
}

/// Returns the members of a key that anybody may see.
pub(crate) fn public_members(key: &Map<String, Value>) -> Map<String, Value> {
    let member = |name: &&str| Some(((*name).into(), key.get(*name)?.clone()));
    PUBLIC.iter().filter_map(member).collect()
}

impl KeyType {
    /// Returns the type of a key; `None` if it is not supported, too weak, or malformed.
    pub(crate) fn of(members: &Map<String, Value>) -> Option<Self> {
        let text = |name| members.get(name).and_then(Value::as_str);
        let bytes = |name| BASE64_URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let is_point = |name| bytes(name).is_some_and(|point| point.len() == POINT_LEN);
        match (text("kty")?, text("crv")) {
            ("RSA", _) if is_modulus(&bytes("n")?) && is_exponent(&bytes("e")?) => Some(Self::Rsa),
            ("EC", Some("P-256")) if is_point("x") && is_point("y") => Some(Self::P256),
            ("OKP", Some("Ed25519")) if is_point("x") => Some(Self::Ed25519),
            _ => None,
        }
    }
}

fn is_modulus(bytes: &[u8]) -> bool {
    let is_odd = bytes.last().is_some_and(|last| last % 2 == 1);
    without_sign(bytes).is_some_and(|bytes| {
        let unused = bytes.first().map_or(0, |first| first.leading_zeros());
        let bits = (bytes.len() * 8).checked_sub(unused.try_into().unwrap_or(usize::MAX));
        is_odd && bits.is_some_and(|bits| RSA_BITS.contains(&bits))
    })
}

/// Returns whether an exponent is odd, not too small, and fits into 32 bits. Each bit of it costs time.
fn is_exponent(bytes: &[u8]) -> bool {
    let number = without_sign(bytes)
        .filter(|bytes| bytes.len() <= 4)
        .map(|bytes| bytes.iter().fold(0, |number: u32, byte| (number << 8) | u32::from(*byte)));
    number.is_some_and(|number| number % 2 == 1 && number >= MIN_EXPONENT)
}

/// Removes the zero byte that some libraries write before a number whose first bit is 1. RFC 7518 allows none; more would
/// make a short number look long.
fn without_sign(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.strip_prefix(&[0]).unwrap_or(bytes);
    bytes.first().is_some_and(|first| *first != 0).then_some(bytes)
}

/// The public keys of an issuer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct KeySet(Vec<Jwk>);

impl KeySet {
    /// Reads `{"keys":[...]}`; returns `None` for anything else, and for a set without a key for signatures.
    pub(crate) fn parse(json: &[u8]) -> Option<Self> {
        Self::from_object(&strict_json::object(json)?)
    }

    pub(crate) fn from_object(set: &Map<String, Value>) -> Option<Self> {
        let keys = set.get("keys")?.as_array()?;
        let keys: Vec<_> = keys.iter().take(MAX_KEYS).filter_map(Jwk::parse).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Returns whether some key can be used, since it is strong enough and of a supported type.
    pub(crate) fn is_usable(&self) -> bool {
        self.0.iter().any(|key| key.key_type.is_some())
    }

    /// Finds the key with this ID; without an ID, the only key for the algorithm.
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&Jwk> {
        let mut fitting = self.0.iter().filter(|key| key.fits(algorithm));
        match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(keys: &str) -> Option<KeySet> {
        KeySet::parse(format!(r#"{{"keys":[{keys}]}}"#).as_bytes())
    }

    /// A coordinate or key of 32 bytes.
    const POINT: &str = "ya7zati12eU4Xt0sBdWolS4eTPKk1TvE-JYC3DIcgyI";

    fn encode(bytes: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// A modulus of this many bits, behind `padding` zero bytes.
    fn modulus(bits: usize, padding: usize) -> String {
        let mut bytes = vec![0; padding];
        let first = [0xff, 0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f][bits % 8];
        bytes.push(first);
        bytes.resize(padding + bits.div_ceil(8), 0xab);
        encode(&bytes)
    }

    fn finds(key: &str, algorithm: Algorithm) -> bool {
        set(key).is_some_and(|set| set.find(None, algorithm).is_some())
    }

    #[test]
    fn finds_a_key_by_name_and_algorithm() {
        let set = set(&format!(r#"{{"kty":"EC","crv":"P-256","kid":"a","x":"{POINT}","y":"{POINT}","d":"private"}},{{"kty":"OKP","crv":"Ed25519","kid":"b","x":"{POINT}"}}"#)).unwrap();
        let key = set.find(Some("a"), Algorithm::Es256).unwrap();
        assert!(!key.to_json().contains("private"));
        assert_eq!(set.find(None, Algorithm::Es256), Some(key));
        for (id, algorithm) in [
            (Some("b"), Algorithm::Es256),
            (Some("c"), Algorithm::Es256),
            (None, Algorithm::Rs256),
            (None, Algorithm::Hs256),
        ] {
            assert_eq!(set.find(id, algorithm), None);
        }
    }

    #[test]
    fn takes_no_key_for_another_purpose() {
        for unfit in [
            r#"{"kty":"oct","k":"c2VjcmV0"}"#,
            r#"{"kty":"EC","crv":"P-256","use":"enc"}"#,
            r#"{"kty":"EC","crv":"P-256","key_ops":["sign"]}"#,
            r#"{"kty":"EC","crv":"P-256","use":1}"#,
            r#""EC""#,
            "",
        ] {
            assert_eq!(set(unfit), None, "{unfit}");
        }
        let ec = format!(r#"{{"kty":"EC","crv":"P-256","x":"{POINT}","y":"{POINT}"}}"#);
        assert!(finds(&ec, Algorithm::Es256));
        assert!(!finds(&ec.replace("\"x\"", "\"alg\":\"ES384\",\"x\""), Algorithm::Es256));
        assert!(
            !finds(&format!("{ec},{ec}"), Algorithm::Es256),
            "two keys without an ID are ambiguous"
        );
    }

    #[test]
    fn counts_the_bits_of_an_rsa_modulus() {
        for (bits, padding, is_usable) in [
            (2_047, 0, false),
            (2_048, 0, true),
            (2_048, 1, true), // Java's BigInteger writes a zero byte before a high bit
            (3_072, 0, true),
            (8_192, 0, true),
            (8_193, 0, false),
            (1_024, 128, false),
            (1_024, 1_000, false),
            (8, 255, false),
            (2_048, 100_000, false),
        ] {
            let key = format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, modulus(bits, padding));
            for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
                let found = finds(&key, algorithm);
                assert_eq!(found, is_usable, "{bits} bits behind {padding} zero bytes");
            }
        }
        let even = encode(&[0xaa; 256]);
        for n in ["", "short", &even, &format!("{}=", modulus(2_048, 0)), &"*".repeat(342)] {
            assert!(!finds(&format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB"}}"#), Algorithm::Rs256));
        }
    }

    #[test]
    fn requires_a_public_exponent_that_is_safe() {
        let n = modulus(2_048, 0);
        for (e, is_usable) in [
            (&[1, 0, 1][..], true),
            (&[0, 1, 0, 1], true),
            (&[0xff, 0xff, 0xff, 0xff], true),
            (&[1, 0, 3], true),
            (&[], false),
            (&[1], false), // every message is its own signature
            (&[3], false),
            (&[0xff, 0xff], false),    // 65535
            (&[1, 0, 2], false),       // even
            (&[1, 0, 0, 0, 1], false), // each bit costs time
            (&[0; 4], false),
        ] {
            let key = format!(r#"{{"kty":"RSA","n":"{n}","e":"{}"}}"#, encode(e));
            assert_eq!(finds(&key, Algorithm::Rs256), is_usable, "{e:?}");
        }
        assert!(!finds(&format!(r#"{{"kty":"RSA","n":"{n}"}}"#), Algorithm::Rs256));
        assert!(!finds(&format!(r#"{{"kty":"RSA","n":"{n}","e":65537}}"#), Algorithm::Rs256));
    }

    #[test]
    fn requires_points_of_the_curves_exact_length() {
        for (len, is_usable) in [(0, false), (31, false), (32, true), (33, false), (64, false)] {
            let (right, tested) = (encode(&[7; 32]), encode(&vec![7; len]));
            for (x, y) in [(&right, &tested), (&tested, &right)] {
                let key = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#);
                assert_eq!(finds(&key, Algorithm::Es256), is_usable, "{len} bytes");
            }
            let key = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{tested}"}}"#);
            assert_eq!(finds(&key, Algorithm::EdDsa), is_usable, "{len} bytes");
        }
        let key = format!(r#"{{"kty":"EC","crv":"P-384","x":"{POINT}","y":"{POINT}"}}"#);
        assert!(!finds(&key, Algorithm::Es256));
    }
}
