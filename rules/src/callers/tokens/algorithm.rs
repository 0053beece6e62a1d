//! The signature algorithms of tokens.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7518#section-3.1>, <https://www.rfc-editor.org/rfc/rfc8037>

/// A signature algorithm; `none` is not one. A kind of caller uses either HS256, with a shared secret, or the others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Algorithm {
    Hs256,
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

impl Algorithm {
    /// Finds the algorithm with exactly this name in `alg`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "HS256" => Self::Hs256,
            "RS256" => Self::Rs256,
            "PS256" => Self::Ps256,
            "ES256" => Self::Es256,
            // RFC 9864 names it after the curve.
            "EdDSA" | "Ed25519" => Self::EdDsa,
            _ => return None,
        })
    }

    /// Returns the name in [`Effect::Verify`](crate::effect::Effect::Verify).
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}
