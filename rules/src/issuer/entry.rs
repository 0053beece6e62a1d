//! The reader of the table `ISSUER`.

use serde_json::{Map, Value};
use signer::{Expires, HttpUrl};

use super::{Issuer, PrivateJwk};
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::quantity;
use crate::config::reader::{ConfigPath, ConfigValue, TableReader};
use crate::secret_format::SecretFormat;
use crate::secret_names::SecretNames;

/// The variable.
pub(crate) const VARIABLE: &str = "ISSUER";

const URL: &str = r#"an address such as "https://files.example.com", without query, fragment or a slash at the end"#;
const RECEIPT_EXPIRES: &str = r#"a length of time such as "1 h", at most 7 days"#;

/// How long a receipt is valid by default, in seconds.
const DEFAULT_EXPIRES: Expires = Expires::from_secs(3_600).expect("at most 7 days");

/// Shortest shared secret, in bytes: the length of its hash, as RFC 7518 requires.
const MIN_SECRET_LEN: usize = 32;

impl Issuer {
    /// What a key must look like: a private JWK, or a shared secret. JSON and PEM are no shared secrets, since a public key would
    /// become one.
    pub(crate) const KEY: SecretFormat = SecretFormat::of(
        |text| match text.bytes().next() {
            Some(b'{') => PrivateJwk::parse(text).is_some(),
            _ => !text.starts_with("-----BEGIN"),
        },
        "a private key as a JWK of the type OKP (Ed25519), EC (P-256) or RSA (from 2048 bits), or another text as a shared secret",
    )
    .of_at_least(MIN_SECRET_LEN);

    /// Reads the table, if the variable is set.
    pub(crate) fn parse(vars: &Map<String, Value>) -> Result<Option<Self>, ConfigError> {
        let Some(value) = vars.get(VARIABLE) else { return Ok(None) };
        let entry = ConfigValue { place: ConfigPath::of_variable(VARIABLE), value };
        if !value.is_object() {
            let error = entry.expected("a table, which is of type JSON in the dashboard");
            return Err(error.with_kind(ConfigErrorKind::NotATable));
        }
        let mut table = TableReader::new(&entry)?;
        let url = table
            .required("url", URL)?
            .parsed(URL, |url| is_issuer(url).then(|| url.to_owned()))?;
        let keys = SecretNames::parse_key(&mut table, "keys")?;
        let receipt_expires = match table.optional("receipt_expires") {
            Some(entry) => {
                entry.parsed(RECEIPT_EXPIRES, |text| quantity::expires(text, Expires::MAX_SECS))?
            }
            None => DEFAULT_EXPIRES,
        };
        table.finish()?;
        Ok(Some(Self { url, keys, receipt_expires }))
    }
}

/// Returns whether a text is an address that verifiers can compare and append a path to: HTTPS, or HTTP to the same machine.
fn is_issuer(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/:[]".contains(&b);
    let is_local = |url: &HttpUrl<'_>| matches!(url.host(), "localhost" | "127.0.0.1");
    let url = HttpUrl::parse(text).filter(|url| url.is_https() || is_local(url));
    url.is_some() && text.bytes().all(plain) && !text.ends_with('/')
}
