//! Inputs that cannot be parsed.

use core::fmt;

/// The reason why a text cannot be explained.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Unreadable(pub(crate) &'static str);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl core::error::Error for Unreadable {}
