//! The ids of short links.

use core::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

use crate::state::object_name::object_name;

/// The id of a short link: 128 random bits in base64url, such as `Xv4nq0pJQm2cJ1dO0c0u5A`. Whoever has it can use the link.
#[derive(Clone, Eq, PartialEq)]
pub struct LinkId(pub(super) String);

impl LinkId {
    /// Makes an id.
    #[must_use]
    pub fn new(random: [u8; 16]) -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(random))
    }

    /// Parses an ID. Returns `None` if the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        // The decoder accepts one spelling only.
        let len = BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (len == bytes.len()).then(|| Self(text.to_owned()))
    }

    /// Returns the text in the link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name of the object that keeps the link.
    pub(super) fn object(&self) -> String {
        object_name("link", &[&self.0])
    }
}

/// Shows nothing, since the id is a capability.
impl fmt::Debug for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkId(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling_of_22_characters() {
        let id = LinkId::new([0xfb; 16]);
        assert_eq!(id.as_str(), "-_v7-_v7-_v7-_v7-_v7-w");
        assert_eq!(LinkId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(format!("{id:?}"), "LinkId(..)");
        let long = "A".repeat(100_000);
        for other in [
            "",
            "A",
            "-_v7-_v7-_v7-_v7-_v7-x",
            "-_v7-_v7-_v7-_v7-_v7-w==",
            "+/v7+/v7+/v7+/v7+/v7+w",
            "-_v7-_v7-_v7-_v7-_v7-_v7",
            "-_v7-_v7-_v7-_v7-_v7-\u{e4}",
            &long,
        ] {
            assert_eq!(LinkId::parse(other), None, "{other}");
        }
    }
}
