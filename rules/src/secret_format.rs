//! What the values of secrets must look like.

use crate::denial::Denial;
use crate::secret::Secret;
use crate::secret_name::SecretName;

/// What the value of one kind of secret must look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecretFormat {
    /// Shortest value accepted, in bytes.
    min_len: usize,
    accepts: fn(&str) -> bool,
    /// A description of the values that `accepts` takes.
    expected: &'static str,
}

impl SecretFormat {
    /// A value that both sides only compute with, so it can be anything.
    pub(crate) const KEY: Self = Self::of(|_| true, "");

    /// A value that was given out by a provider. A line end in it comes from two values, or from text around one.
    pub(crate) const LINE: Self = Self::of(
        |value| !value.bytes().any(|b| b.is_ascii_control()),
        "one line without control characters",
    );

    /// A value that callers send in a header, in which no other character arrives.
    pub(crate) const TOKEN: Self = Self::of(
        |value| value.bytes().all(|b| b.is_ascii_graphic()),
        "printable ASCII without spaces, since callers send it in a header",
    );

    /// Makes the format of values that a function accepts, and that `expected` describes.
    pub(crate) const fn of(accepts: fn(&str) -> bool, expected: &'static str) -> Self {
        Self { min_len: 0, accepts, expected }
    }

    /// Sets the length below which a value is refused, in bytes.
    pub(crate) const fn of_at_least(self, min_len: usize) -> Self {
        Self { min_len, ..self }
    }

    /// Checks a value.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretTooShort`] or [`Denial::SecretMalformed`].
    pub(crate) fn check(self, name: &SecretName, value: &Secret) -> Result<(), Denial> {
        let Self { min_len, expected, .. } = self;
        if value.expose().len() < min_len {
            return Err(Denial::SecretTooShort { name: name.clone(), min: min_len });
        }
        if (self.accepts)(value.expose()) {
            Ok(())
        } else {
            Err(Denial::SecretMalformed { name: name.clone(), expected })
        }
    }
}
