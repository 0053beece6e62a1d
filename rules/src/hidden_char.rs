//! Characters that hide text or change how it is shown.

use alloc::borrow::Cow;

/// Returns whether a character is invisible, or changes how the text around it is shown.
///
/// These are control characters, line and paragraph separators, and format characters: the categories Cc, Zl, Zp and Cf of
/// Unicode. With U+202E, for example, `exe.gnp` is shown as `png.exe`. U+200C and U+200D are not among them, because Persian,
/// the scripts of India and emoji cannot be written without them.
///
/// Spec: <https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{890}'..='\u{891}'
                | '\u{8e2}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2064}'
                | '\u{2066}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{110bd}'
                | '\u{110cd}'
                | '\u{13430}'..='\u{1343f}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0001}'
                | '\u{e0020}'..='\u{e007f}'
        )
}

/// Writes hidden characters as Rust does, so that a reader sees them: `\u{202e}`. Those in `kept` stay as they are.
#[must_use]
pub fn show_hidden<'t>(text: &'t str, kept: &[char]) -> Cow<'t, str> {
    let is_shown = |c: char| is_hidden(c) && !kept.contains(&c);
    if !text.contains(is_shown) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_shown(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use unicode_general_category::{GeneralCategory, get_general_category};

    use super::*;

    #[test]
    fn are_those_of_unicode_without_the_two_joiners() {
        for c in '\0'..=char::MAX {
            let category = matches!(
                get_general_category(c),
                GeneralCategory::Control
                    | GeneralCategory::Format
                    | GeneralCategory::LineSeparator
                    | GeneralCategory::ParagraphSeparator
            );
            let is_joiner = matches!(c, '\u{200c}' | '\u{200d}');
            assert_eq!(is_hidden(c), category && !is_joiner, "{c:?}");
        }
    }

    #[test]
    fn are_written_as_rust_does() {
        let shown = show_hidden("a\u{1b}[31m\t\u{202e}ü\u{200d}\n", &['\n']);
        assert_eq!(shown, "a\\u{1b}[31m\\u{9}\\u{202e}ü\u{200d}\n");
        assert!(matches!(show_hidden("plain", &[]), Cow::Borrowed("plain")));
    }
}
