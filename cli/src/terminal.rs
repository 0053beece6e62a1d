//! Output: data to standard output, notes to standard error.
//!
//! Everything that the command prints may repeat foreign text: an argument, a file, the answer of a server. So everything
//! passes through here, and no text can control the terminal or reverse what is shown in it.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::{env, process};

use rules::{is_hidden, show_hidden};
use serde::Serialize;

use crate::failure::Failure;

/// The control characters that texts of several lines need.
const LAYOUT: [char; 2] = ['\n', '\t'];

/// Writes data.
pub(crate) fn show(text: &str) -> Result<(), Failure> {
    show_styled(&printable(text))
}

/// Writes data with colours where a terminal shows them. All foreign text in it must be [`printable`].
pub(crate) fn show_styled(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    ignore_closed_pipe(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// Writes data for programs.
pub(crate) fn show_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::rejected(format!("cannot write JSON: {error}")))?;
    show(&visible_json(&text))
}

/// Writes a note. Errors are ignored, since there is nowhere to report them.
pub(crate) fn note(text: &str) {
    let mut out = anstream::stderr().lock();
    let _ = writeln!(out, "{}", printable(text));
}

/// Writes the error, help or version of clap, and ends the program. An error repeats arguments.
pub(crate) fn exit(error: &clap::Error) -> ! {
    let is_printable = |arg: OsString| is_printable(&arg.to_string_lossy());
    if !error.use_stderr() || env::args_os().all(is_printable) {
        error.exit();
    }
    // Without colours, since the argument's escape sequences could pass as clap's own.
    note(error.render().to_string().trim_end());
    process::exit(error.exit_code())
}

/// The text with hidden characters written as `\u{202e}`, except line ends and tabs.
pub(crate) fn printable(text: &str) -> String {
    show_hidden(text, &LAYOUT).into_owned()
}

/// Whether [`printable`] would change the text.
pub(crate) fn is_printable(text: &str) -> bool {
    !text.contains(needs_escape)
}

fn needs_escape(c: char) -> bool {
    is_hidden(c) && !LAYOUT.contains(&c)
}

/// The same JSON in characters that a terminal shows: JSON itself escapes only those below U+0020.
pub(crate) fn visible_json(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        if needs_escape(c) {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            visible.extend(units.map(|unit| format!("\\u{unit:04x}")));
        } else {
            visible.push(c);
        }
    }
    visible
}

/// Ignores a closed pipe: the reader stopped early, as `head` does.
pub(crate) fn ignore_closed_pipe(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_value_in_visible_characters() {
        let value = serde_json::json!({ "a\u{202e}": "\u{1b}[31m\u{7f}\u{9b}\u{e0041}ü\n" });
        let visible = visible_json(&serde_json::to_string(&value).unwrap());
        assert!(is_printable(&visible), "{visible:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&visible).unwrap(), value);
    }
}
