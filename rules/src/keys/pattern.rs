//! The pattern and the prefix of a template's keys.

use crate::keys::part::{Part, Placeholder};
use crate::keys::template::KeyTemplate;

impl KeyTemplate {
    /// Replaces the placeholders with `wildcard`: `avatars/*/*.png`.
    #[must_use]
    pub fn pattern(&self, wildcard: &str) -> String {
        let mut pattern = String::new();
        for part in self.parts() {
            match part {
                Part::Literal(text) => pattern.push_str(text),
                _ if pattern.ends_with(wildcard) => {}
                Part::Placeholder(_) | Part::Claim(_) => pattern.push_str(wildcard),
            }
        }
        pattern
    }

    /// Returns the prefix that all keys share.
    #[must_use]
    pub fn prefix(&self) -> &str {
        match self.parts() {
            [Part::Literal(text), ..] => text,
            _ => "",
        }
    }

    /// Returns whether two callers can get the same key.
    #[must_use]
    pub fn is_shared_by_callers(&self) -> bool {
        let unique = self.uses(Placeholder::Uuid) || self.uses(Placeholder::Caller);
        !unique && !self.uses_claims()
    }

    /// Returns whether the key contains the name of the caller's entry.
    #[must_use]
    pub fn has_entry(&self) -> bool {
        self.uses(Placeholder::Entry)
    }

    /// Returns whether the request's path names the object.
    #[must_use]
    pub fn has_path(&self) -> bool {
        self.uses(Placeholder::Path)
    }
}
