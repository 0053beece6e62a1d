//! Output: data to standard output, notes to standard error.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::failure::Failure;

/// Writes data, with colours where a terminal shows them.
pub(crate) fn show(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    ignore_closed_pipe(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// Writes data for programs.
pub(crate) fn show_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::rejected(format!("cannot write JSON: {error}")))?;
    show(&text)
}

/// Writes a note. Errors are ignored, since there is nowhere to report them.
pub(crate) fn note(text: &str) {
    let mut out = anstream::stderr().lock();
    let _ = writeln!(out, "{text}");
}

/// Ignores a closed pipe: the reader stopped early, as `head` does.
pub(crate) fn ignore_closed_pipe(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
