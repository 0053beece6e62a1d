//! Why the keys of an issuer are not available.

/// The keys that are not available, and why. None of it is secret: all but the failure is configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MissingKeys {
    /// The entry of `CALLERS`.
    pub entry: String,
    /// The URL of the key set, without its query.
    pub url: String,
    /// How the last fetch failed.
    pub failure: KeysFailure,
}

/// How the fetch of a key set failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeysFailure {
    /// No connection, or no complete answer within the limits of time and size.
    Unreachable,
    /// An answer with another status than 200. Redirects are not followed.
    Status(u16),
    /// An answer that is not a key set with a usable key.
    Malformed,
}

impl MissingKeys {
    pub(crate) fn new(entry: &str, url: &str, failure: KeysFailure) -> Self {
        let url = url.split('?').next().unwrap_or_default();
        Self { entry: entry.into(), url: url.into(), failure }
    }
}

impl KeysFailure {
    /// Returns the word in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Status(_) => "status",
            Self::Malformed => "malformed",
        }
    }

    /// Returns the status of the answer, if that is the failure.
    #[must_use]
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(status),
            Self::Unreachable | Self::Malformed => None,
        }
    }
}
