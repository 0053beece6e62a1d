//! Why nothing is decided, or not yet.

use crate::{Denial, Need};

/// Why there is no decision, or none yet.
#[derive(Debug)]
pub enum Stop {
    /// Refused.
    Denied(Denial),
    /// Ask again once this is done.
    Need(Need),
}

impl From<Denial> for Stop {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}
