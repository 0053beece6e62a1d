//! What is wrong with a token, in one word for the log.

/// What is wrong with a token that is refused. The log has its name; nothing of the token itself is in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum TokenFault {
    /// Another algorithm than the caller's, or none that is supported.
    Algorithm,
    /// Made for another audience.
    Audience,
    /// A claim is missing, or has another value than required.
    Claim,
    /// Made by another issuer.
    Issuer,
    /// Signed with a key that the issuer does not publish.
    Key,
    /// Not of the form of a token.
    Malformed,
    /// The signature is wrong.
    Signature,
    /// The subject is missing, or cannot be a segment of a key.
    Subject,
    /// Not valid yet, no end, or an end that is too far away.
    Time,
    /// Turnstile did not accept it.
    Turnstile,
    /// It is no secret of a caller.
    Unknown,
    /// It is valid once, and has been used.
    Used,
}

impl TokenFault {
    /// Returns the word in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Algorithm => "algorithm",
            Self::Audience => "audience",
            Self::Claim => "claim",
            Self::Issuer => "issuer",
            Self::Key => "key",
            Self::Malformed => "malformed",
            Self::Signature => "signature",
            Self::Subject => "subject",
            Self::Time => "time",
            Self::Turnstile => "turnstile",
            Self::Unknown => "unknown",
            Self::Used => "used",
        }
    }
}
