//! What is wrong with the configuration.

use core::error::Error;
use core::fmt;

/// One mistake and its place: `UPLOADS.avatar.max_size: expected a size such as "5 MiB", found "5 megs"`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError(Box<Mistake>); // one word for all readers to pass on

#[derive(Clone, Debug, Eq, PartialEq)]
struct Mistake {
    place: String,
    problem: String,
}

impl ConfigError {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self(Box::new(Mistake { place: place.into(), problem: problem.into() }))
    }

    /// Where, such as `UPLOADS.avatar.max_size`; names only, never a value.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.0.place
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.place, self.0.problem)
    }
}

impl Error for ConfigError {}
