//! Names in a sentence.

/// `a, b, c`. One function for all kinds of lists: the standard library's `join` is 1 KB for each.
pub(crate) fn listed(names: &mut dyn Iterator<Item = &str>) -> String {
    let mut text = String::new();
    for name in names {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(name);
    }
    text
}
