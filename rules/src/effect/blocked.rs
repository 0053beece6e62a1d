//! The reason why a function has no result: a refusal, or an effect to perform first.

use super::Effect;
use crate::denial::Denial;

/// A refusal, or an effect to perform first.
#[derive(Debug)]
pub enum Blocked<E> {
    /// The request is refused.
    Refused(E),
    /// The shell must perform this effect, then call again with its result.
    Pending(Effect),
}

impl<E> Blocked<E> {
    /// Converts the refusal.
    pub fn map<F>(self, convert: impl FnOnce(E) -> F) -> Blocked<F> {
        match self {
            Self::Refused(error) => Blocked::Refused(convert(error)),
            Self::Pending(effect) => Blocked::Pending(effect),
        }
    }
}

impl<E: From<Denial>> From<Denial> for Blocked<E> {
    fn from(denial: Denial) -> Self {
        Self::Refused(denial.into())
    }
}
