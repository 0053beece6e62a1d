//! Who asks.

use crate::table::{Entry, Table};
use crate::{ConfigError, Denial, Secret, SecretName, Secrets};

/// Shortest bearer secret taken, in bytes: 128 bits, if it is random.
const MIN_BEARER_LEN: usize = 16;

/// Someone whose token has been checked; a value of this type is the proof.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Caller {
    subject: Option<String>,
}

impl Caller {
    /// Who it is: one segment of a key, or `None` for anyone.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }
}

/// An entry of `CALLERS`: how a caller proves who it is.
#[derive(Clone, Debug)]
pub(crate) struct CallerKind {
    name: String,
    proof: Proof,
}

#[derive(Clone, Debug)]
enum Proof {
    /// None is asked for.
    Anyone,
    /// The value of a secret, as `Authorization: Bearer ...`; the caller is the entry's name.
    Bearer { secret: SecretName },
}

impl CallerKind {
    pub(crate) fn parse(name: &str, entry: &Entry<'_>) -> Result<Self, ConfigError> {
        const KINDS: &str = r#""bearer" or "anyone""#;
        let mut table = Table::new(entry)?;
        let kind = table.required("kind", KINDS)?;
        let proof = match kind.text(KINDS)? {
            "anyone" => Proof::Anyone,
            "bearer" => {
                let secret = table.required("secret", SECRET)?;
                // What was found is not repeated: it might be the secret itself.
                let name = secret.value.as_str().and_then(SecretName::new);
                Proof::Bearer {
                    secret: name.ok_or_else(|| secret.problem(format!("expected {SECRET}")))?,
                }
            }
            _ => return Err(kind.expected(KINDS)),
        };
        table.finish()?;
        Ok(Self { name: name.into(), proof })
    }

    /// Whether it tells callers apart, so that `{caller}` has a value.
    pub(crate) const fn has_subject(&self) -> bool {
        !matches!(self.proof, Proof::Anyone)
    }

    pub(crate) const fn secret(&self) -> Option<&SecretName> {
        match &self.proof {
            Proof::Anyone => None,
            Proof::Bearer { secret } => Some(secret),
        }
    }
}

const SECRET: &str = r#"the name of a secret such as "SITE_TOKEN", not its value"#;

/// Finds out who presents `token`, among the `kinds` that a rule takes.
///
/// A wrong token is refused even where anyone may ask, so that nobody loses a right without noticing.
pub(crate) fn authenticate(
    kinds: &[CallerKind],
    token: Option<&Secret>,
    secrets: &Secrets,
) -> Result<Caller, Denial> {
    let mut bearers = 0;
    let mut found = None;
    for kind in kinds {
        let Proof::Bearer { secret } = &kind.proof else { continue };
        bearers += 1;
        let expected = secrets.required(secret)?;
        if expected.expose().len() < MIN_BEARER_LEN {
            return Err(Denial::SecretTooShort { name: secret.clone(), min: MIN_BEARER_LEN });
        }
        if token.is_some_and(|token| expected.matches(token)) {
            found = Some(Caller { subject: Some(kind.name.clone()) });
        }
    }
    let anyone = kinds.iter().any(|kind| matches!(kind.proof, Proof::Anyone));
    match (found, token) {
        (Some(caller), _) => Ok(caller),
        (None, Some(_)) if bearers > 0 => Err(Denial::TokenInvalid),
        (None, _) if anyone => Ok(Caller { subject: None }),
        (None, _) => Err(Denial::TokenMissing),
    }
}
