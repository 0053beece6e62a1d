//! Names of bindings in the Worker's environment.

/// The name of a binding in the Worker's environment: a JavaScript identifier, at most 64 characters.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct BindingName(String);

impl BindingName {
    pub(crate) fn new(name: &str) -> Option<Self> {
        let spelled = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        (spelled && begins && name.len() <= 64).then(|| Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_has_a_name_that_javascript_takes() {
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
