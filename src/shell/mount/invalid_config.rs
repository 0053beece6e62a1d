//! The errors of a configuration.

use core::error::Error;
use core::fmt;

/// The errors of a configuration, each with its place.
#[derive(Clone, Debug)]
pub struct InvalidConfig(Vec<String>);

impl InvalidConfig {
    pub(super) fn new<E: ToString>(errors: impl IntoIterator<Item = E>) -> Self {
        Self(errors.into_iter().map(|error| error.to_string()).collect())
    }

    /// Returns the errors, such as `UPLOADS.avatar.max_size: expected a size such as "5 MiB", found "5 megs"`.
    #[must_use]
    pub fn errors(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signpost's configuration: {}", self.0.join("; "))
    }
}

impl Error for InvalidConfig {}

impl From<InvalidConfig> for worker::Error {
    fn from(error: InvalidConfig) -> Self {
        Self::RustError(error.to_string())
    }
}
