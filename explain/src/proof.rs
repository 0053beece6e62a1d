//! Computes a signature with the secret, to prove which request was signed.

use sha2::{Digest as _, Sha256};
use signer::{Credentials, Dialect, Region, Scope, SigningKey, UnixTime};

use crate::form::Form;
use crate::link::{Link, credential};
use crate::request::Request;

/// A signature, and the values needed to compute it.
pub(crate) struct Proof {
    key: SigningKey,
    algorithm: &'static str,
    date: String,
    scope: String,
    signature: String,
}

impl Proof {
    /// Returns `None` if the credentials belong to another access key, the secret does not compute such signatures, or the
    /// link lacks a part.
    pub(crate) fn of_link(link: &Link, credentials: &Credentials) -> Option<Self> {
        link.algorithm().filter(|algorithm| algorithm.is_hmac())?;
        let claim = [link.part("Credential")?, link.part("Date")?, link.part("Signature")?];
        Self::new(claim, link.dialect()?, credentials)
    }

    pub(crate) fn of_form(form: &Form, credentials: &Credentials) -> Option<Self> {
        let field = |part| form.field(&form.name_of(part)).map(String::from);
        let claim = [field("credential")?, field("date")?, field("signature")?];
        Self::new(claim, form.dialect(), credentials)
    }

    fn new(claim: [String; 3], dialect: Dialect, credentials: &Credentials) -> Option<Self> {
        let [claimed, date, signature] = claim;
        let [id, day, region, service, terminator] = credential(&claimed)?;
        let scope =
            Scope::new(&Region::new(region.as_str()).ok()?, midnight(&day)?).in_dialect(dialect);
        let scope = if service == "s3express" { scope.for_directory_bucket() } else { scope };
        let text = format!("{day}/{region}/{service}/{terminator}");
        (id == credentials.access_key_id() && scope.to_string() == text).then(|| Self {
            key: SigningKey::derive(credentials, &scope),
            algorithm: algorithm(dialect),
            date,
            scope: text,
            signature,
        })
    }

    /// Whether the signature is that of this request.
    pub(crate) fn signs(&self, request: &Request) -> bool {
        let text = string_to_sign(self.algorithm, &self.date, &self.scope, &request.canonical());
        self.key.sign(&text).to_string() == self.signature
    }

    /// Whether the signature is that of this policy.
    pub(crate) fn signs_policy(&self, base64: &str) -> bool {
        self.key.sign(base64).to_string() == self.signature
    }
}

pub(crate) const fn algorithm(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Amazon => "AWS4-HMAC-SHA256",
        Dialect::Google => "GOOG4-HMAC-SHA256",
    }
}

/// The four lines that a signing key signs.
pub(crate) fn string_to_sign(algorithm: &str, date: &str, scope: &str, request: &str) -> String {
    format!("{algorithm}\n{date}\n{scope}\n{}", hex(&Sha256::digest(request.as_bytes())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn midnight(day: &str) -> Option<UnixTime> {
    UnixTime::parse_amz_date(&format!("{day}T000000Z"))
}
