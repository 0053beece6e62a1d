//! Checks of a credential's text.

use rules::is_hidden;

use crate::failure::Failure;

/// The value of a variable without white space around it; `None` if nothing is left. A line end comes from a file that
/// was written by `echo` or with the line ends of Windows, and no server accepts it.
///
/// # Errors
///
/// A rejection that names the variable, if the value has a control or invisible character inside, or quotes around it: those of a file
/// such as `.dev.vars`, which whoever reads the file removes, but not whoever copies a line from it.
pub(super) fn trimmed<'v>(name: &str, value: &'v str) -> Result<Option<&'v str>, Failure> {
    let value = value.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if value.contains(is_hidden) {
        return Err(Failure::rejected(format!(
            "{name} has a control or invisible character inside"
        ))
        .hint("copy the value again, without line ends"));
    }
    if is_quoted(value) {
        return Err(Failure::rejected(format!("{name} has quotes around its value"))
            .hint("remove the quotes: here, they would be part of the credential"));
    }
    Ok(Some(value).filter(|value| !value.is_empty()))
}

/// Whether the text begins and ends with the same quote.
fn is_quoted(text: &str) -> bool {
    text.len() > 1
        && ['"', '\'', '`']
            .into_iter()
            .any(|quote| text.starts_with(quote) && text.ends_with(quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_trimmed() {
        for (value, expected) in [
            ("AKIA", Some("AKIA")),
            // https://github.com/boto/boto/pull/3066
            ("AKIA\r", Some("AKIA")),
            // https://github.com/boto/botocore/issues/2001
            ("AKIA\r\n", Some("AKIA")),
            // https://github.com/Noovolari/leapp/issues/88
            ("AKIA ", Some("AKIA")),
            ("\t AKIA\n\n", Some("AKIA")),
            ("\u{a0}AKIA\u{feff}", Some("AKIA")),
            ("a pass phrase", Some("a pass phrase")),
            ("\"AKIA", Some("\"AKIA")),
            ("'AKIA\"", Some("'AKIA\"")),
            ("'", Some("'")),
            (" \n", None),
            ("", None),
        ] {
            assert_eq!(trimmed("NAME", value), Ok(expected), "{value:?}");
        }
    }

    /// <https://github.com/moby/moby/issues/46773>, <https://github.com/phasehq/console/issues/466>, <https://github.com/naftulikay/aws-env/issues/12>
    #[test]
    fn have_no_quotes_around_them() {
        for value in ["\"AKIA\"", "'AKIA'", "`AKIA`", " \"AKIA\"\r\n", "\"\""] {
            let message = trimmed("AWS_ACCESS_KEY_ID", value).unwrap_err().to_string();
            assert!(message.contains("AWS_ACCESS_KEY_ID has quotes"), "{message}");
            assert!(!message.contains("AKIA\"") && !message.contains("AKIA'"), "{message}");
        }
    }

    #[test]
    fn are_named_and_not_shown_if_they_are_broken_inside() {
        for value in ["AKIA\nAKIA", "AK\u{200b}IA", "AK\0IA", "AKIA\r\nSECRET"] {
            let message = trimmed("AWS_ACCESS_KEY_ID", value).unwrap_err().to_string();
            assert!(
                message.contains("AWS_ACCESS_KEY_ID") && !message.contains("AKIA"),
                "{message}"
            );
        }
    }
}
