//! Parses the parameters of a header: `; name="file"; filename="a.png"`.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7578>

/// Parses parameters one by one into a name in lower case and a value. The last item is `None` if the rest is malformed.
pub(crate) struct Parameters<'a> {
    rest: &'a str,
}

impl<'a> Parameters<'a> {
    /// Parses the text after the first semicolon.
    pub(crate) const fn of(rest: &'a str) -> Self {
        Self { rest }
    }

    fn read(&mut self) -> Option<(String, String)> {
        let (name, rest) = self.rest.split_once('=')?;
        let name = name.trim_ascii();
        if name.is_empty() || name.contains([';', '"', ' ']) {
            return None;
        }
        let (value, rest) = if let Some(rest) = rest.trim_ascii_start().strip_prefix('"') {
            let (value, rest) = quoted(rest)?;
            let rest = rest.trim_ascii_start();
            (value, if rest.is_empty() { rest } else { rest.strip_prefix(';')? })
        } else {
            let (value, rest) = rest.split_once(';').unwrap_or((rest, ""));
            (value.trim_ascii().to_owned(), rest)
        };
        self.rest = rest;
        Some((name.to_ascii_lowercase(), value))
    }
}

impl Iterator for Parameters<'_> {
    type Item = Option<(String, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        // RFC 9110, 5.6.6 allows empty parameters.
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n', ';']);
        if self.rest.is_empty() {
            return None;
        }
        let read = self.read();
        if read.is_none() {
            self.rest = "";
        }
        Some(read)
    }
}

/// Parses up to the closing quote. `\"` and `\\` are escapes, as written by older versions of curl. Any other backslash
/// is kept, because the name of a file may be a Windows path.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (c, chars.peek()) {
            ('"', _) => return Some((value, text.get(at + 1..)?)),
            ('\\', Some((_, escaped @ ('"' | '\\')))) => {
                value.push(*escaped);
                chars.next();
            }
            _ => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_values() {
        let read = |text| Parameters::of(text).collect::<Option<Vec<_>>>();
        let pairs = |pairs: &[(&str, &str)]| {
            Some(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
        };
        assert_eq!(read(""), pairs(&[]));
        assert_eq!(
            read(" name=a ; FileName=\"b;\\\"c\\\\\""),
            pairs(&[("name", "a"), ("filename", "b;\"c\\")])
        );
        assert_eq!(
            read(" name=\"\"; filename=\"C:\\a\\b.png\""),
            pairs(&[("name", ""), ("filename", "C:\\a\\b.png")])
        );
        for bad in ["name", "=a", "name=\"a", "name=\"a\" b", "na me=a", "name=\"a\\\""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
