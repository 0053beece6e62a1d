//! The algorithms of Signature Version 4, and the format that each gives the parts of a link.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>,
//! <https://docs.cloud.google.com/storage/docs/authentication/signatures>

use signer::Dialect;

/// An algorithm, as the parameter `X-Amz-Algorithm` or `X-Goog-Algorithm` names it.
#[derive(Debug)]
pub(crate) struct Algorithm {
    pub(crate) name: &'static str,
    pub(crate) dialect: Dialect,
    /// The services whose links are for objects.
    services: &'static [&'static str],
    terminator: &'static str,
    /// Whether the credential names a region.
    has_region: bool,
    signature: Signature,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Signature {
    /// 32 bytes, which the secret access key computes again.
    Hmac,
    /// As long as the key's modulus, which has 2048 bits or more.
    Rsa,
    /// Two numbers in DER, about 70 bytes.
    Ecdsa,
}

const ALGORITHMS: &[Algorithm] = &[
    Algorithm {
        name: "AWS4-HMAC-SHA256",
        dialect: Dialect::Amazon,
        services: &["s3", "s3express", "s3-outposts", "s3-object-lambda"],
        terminator: "aws4_request",
        has_region: true,
        signature: Signature::Hmac,
    },
    // Signature Version 4A: for multi-region access points.
    Algorithm {
        name: "AWS4-ECDSA-P256-SHA256",
        dialect: Dialect::Amazon,
        services: &["s3", "s3express", "s3-outposts", "s3-object-lambda"],
        terminator: "aws4_request",
        has_region: false,
        signature: Signature::Ecdsa,
    },
    Algorithm {
        name: "GOOG4-HMAC-SHA256",
        dialect: Dialect::Google,
        services: &["storage"],
        terminator: "goog4_request",
        has_region: true,
        signature: Signature::Hmac,
    },
    // For the key of a service account.
    Algorithm {
        name: "GOOG4-RSA-SHA256",
        dialect: Dialect::Google,
        services: &["storage"],
        terminator: "goog4_request",
        has_region: true,
        signature: Signature::Rsa,
    },
];

/// The parts of a credential. Version 4A has no region in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Credential {
    pub(crate) access_key_id: String,
    pub(crate) day: String,
    pub(crate) region: Option<String>,
    pub(crate) service: String,
    pub(crate) terminator: String,
}

impl Credential {
    /// Whether it is of the day of a date such as `20151229T000000Z`.
    pub(crate) fn is_of_day(&self, date: &str) -> bool {
        !self.day.is_empty() && date.starts_with(&self.day)
    }
}

impl Algorithm {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        ALGORITHMS.iter().find(|algorithm| algorithm.name == name)
    }

    /// The algorithm of a dialect's links that name none of these.
    pub(crate) fn usual(dialect: Dialect) -> &'static str {
        let mut of_dialect = ALGORITHMS.iter().filter(|algorithm| algorithm.dialect == dialect);
        of_dialect.next().map_or("", |algorithm| algorithm.name)
    }

    /// Splits `AKIA.../20151229/eu-west-1/s3/aws4_request`; access key ids may contain slashes.
    pub(crate) fn credential(&self, text: &str) -> Option<Credential> {
        let mut parts = text.rsplitn(if self.has_region { 5 } else { 4 }, '/').map(String::from);
        let (terminator, service) = (parts.next()?, parts.next()?);
        let region = if self.has_region { Some(parts.next()?) } else { None };
        let (day, access_key_id) = (parts.next()?, parts.next()?);
        let credential = Credential { access_key_id, day, region, service, terminator };
        (!credential.access_key_id.is_empty() && credential.region.as_deref() != Some(""))
            .then_some(credential)
    }

    /// Whether a credential is for objects.
    pub(crate) fn accepts(&self, credential: &Credential) -> bool {
        self.services.contains(&credential.service.as_str())
            && credential.terminator == self.terminator
    }

    /// The credential's format, for people.
    pub(crate) fn credential_format(&self) -> String {
        let region = if self.has_region { "<region>/" } else { "" };
        let service = self.services.first().unwrap_or(&"s3");
        format!("<access key id>/<yyyymmdd>/{region}{service}/{}", self.terminator)
    }

    /// The expected format, unless the signature has it.
    pub(crate) fn unmet_format(&self, signature: &str) -> Option<&'static str> {
        let is_hex = signature.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let (is_met, expected) = match self.signature {
            Signature::Hmac => (signature.len() == 64, "64 hexadecimal digits in lower case"),
            Signature::Rsa => (
                signature.len() >= 512 && signature.len().is_multiple_of(2),
                "512 or more hexadecimal digits in lower case",
            ),
            Signature::Ecdsa => (
                is_der_sequence(signature),
                "hexadecimal digits in lower case, as many as the second byte says",
            ),
        };
        (!is_hex || !is_met).then_some(expected)
    }

    /// Whether the secret access key computes the signature.
    pub(crate) fn is_hmac(&self) -> bool {
        self.signature == Signature::Hmac
    }
}

/// Whether a text is one DER sequence of less than 128 bytes in hexadecimal: `30`, the length of the rest, the rest.
fn is_der_sequence(hex: &str) -> bool {
    let length = hex.strip_prefix("30").and_then(|rest| rest.get(..2));
    let length = length.and_then(|digits| usize::from_str_radix(digits, 16).ok());
    length.is_some_and(|length| (8..128).contains(&length) && hex.len() == 2 * (length + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_credentials_with_and_without_a_region() {
        for (name, text, expected) in [
            (
                "AWS4-HMAC-SHA256",
                "a/b/20151229/eu-west-1/s3/aws4_request",
                Some(("a/b", Some("eu-west-1"))),
            ),
            ("AWS4-ECDSA-P256-SHA256", "AKIA/20151229/s3/aws4_request", Some(("AKIA", None))),
            ("AWS4-HMAC-SHA256", "AKIA/20151229/s3/aws4_request", None),
            ("AWS4-HMAC-SHA256", "/20151229/eu-west-1/s3/aws4_request", None),
            ("GOOG4-RSA-SHA256", "", None),
        ] {
            let found = Algorithm::named(name).unwrap().credential(text);
            let found = found.as_ref();
            let found = found.map(|found| (found.access_key_id.as_str(), found.region.as_deref()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn knows_a_signature_that_was_cut() {
        let whole = format!("3045{}", "0a".repeat(69));
        let ecdsa = Algorithm::named("AWS4-ECDSA-P256-SHA256").unwrap();
        assert_eq!(ecdsa.unmet_format(&whole), None);
        for cut in [&whole[..138], "3045", "", "30zz", &whole.to_uppercase()] {
            assert!(ecdsa.unmet_format(cut).is_some(), "{cut}");
        }
        let rsa = Algorithm::named("GOOG4-RSA-SHA256").unwrap();
        assert_eq!(rsa.unmet_format(&"0a".repeat(384)), None);
        assert!(rsa.unmet_format(&"0a".repeat(255)).is_some());
    }
}
