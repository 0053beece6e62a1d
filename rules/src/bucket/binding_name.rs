//! Names of bindings in the Worker's environment.

/// The name of a binding: letters, digits and `_`, not beginning with a digit, at most 64 characters.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct BindingName(String);

impl BindingName {
    pub(crate) fn new(name: &str) -> Option<Self> {
        let valid_chars = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let valid_start = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        (valid_chars && valid_start && name.len() <= 64).then(|| Self(name.into()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_only_javascript_identifiers() {
        for (name, good) in [
            ("MEDIA", true),
            ("_a1", true),
            ("", false),
            ("1A", false),
            ("A-B", false),
            ("A.B", false),
        ] {
            assert_eq!(BindingName::new(name).is_some(), good, "{name}");
        }
        assert_eq!(BindingName::new(&"A".repeat(65)), None);
    }
}
