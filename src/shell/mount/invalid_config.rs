//! The errors of a configuration.

use core::error::Error;
use core::fmt;

/// The errors of a configuration, each with its place.
///
/// Its text is `Signpost at /files: UPLOADS.avatar.max_size: expected a size such as "5 MiB", found "5 megs"`, and further errors after
/// semicolons.
#[derive(Clone, Debug)]
pub struct InvalidConfig {
    base_path: String,
    errors: Vec<String>,
}

impl InvalidConfig {
    pub(super) fn new<E: ToString>(base_path: &str, errors: impl IntoIterator<Item = E>) -> Self {
        let errors = errors.into_iter().map(|error| error.to_string()).collect();
        Self { base_path: base_path.into(), errors }
    }

    /// Returns the errors, each with its place.
    #[must_use]
    pub fn errors(&self) -> &[String] {
        &self.errors
    }
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base_path, errors } = self;
        let place = if base_path.is_empty() { String::new() } else { format!(" at {base_path}") };
        write!(f, "Signpost{place}: {}", errors.join("; "))
    }
}

impl Error for InvalidConfig {}

impl From<InvalidConfig> for worker::Error {
    fn from(error: InvalidConfig) -> Self {
        Self::RustError(error.to_string())
    }
}
