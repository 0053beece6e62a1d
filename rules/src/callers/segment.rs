//! Values of a caller that can be a segment of a key.

/// Longest value, in bytes. Four of them fit into a key, which has at most 1,024.
const MAX_LEN: usize = 200;

/// Exactly one segment of a key: no `/`, no `..`, and no `${filename}`, which S3 would replace.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Segment(String);

impl Segment {
    /// Accepts a value if it can be one segment.
    pub(crate) fn new(value: &str) -> Option<Self> {
        let fits = (1..=MAX_LEN).contains(&value.len())
            && !matches!(value, "." | "..")
            && !value.contains(['/', '\\'])
            && !value.contains("${")
            && !value.contains(char::is_control);
        fits.then(|| Self(value.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_exactly_one_segment() {
        for good in
            ["u1", "auth0|5f7c", "ada@example.com", "...", "a b", "Zoë", "{uuid}", "$", "x.."]
        {
            assert_eq!(Segment::new(good).as_ref().map(Segment::as_str), Some(good));
        }
        for bad in
            ["", ".", "..", "../x", "a/b", "/", "a\\b", "${filename}", "a\0", "a\nb", "\u{85}"]
        {
            assert_eq!(Segment::new(bad), None, "{bad:?}");
        }
        assert!(Segment::new(&"x".repeat(MAX_LEN)).is_some());
        assert!(Segment::new(&"x".repeat(MAX_LEN + 1)).is_none());
    }
}
