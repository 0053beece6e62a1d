//! Where words go: data to standard output, the rest to standard error.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::failure::Failure;

/// Writes data, with colours where a terminal shows them.
pub(crate) fn show(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    quiet(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// Writes data for programs.
pub(crate) fn show_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::refused(format!("cannot write JSON: {error}")))?;
    show(&text)
}

/// Writes a remark. One that cannot be written is lost.
pub(crate) fn tell(text: &str) {
    let mut out = anstream::stderr().lock();
    let _ = writeln!(out, "{text}");
}

/// Whoever reads may stop early, as `head` does.
pub(crate) fn quiet(outcome: io::Result<()>) -> Result<(), Failure> {
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
