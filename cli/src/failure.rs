//! Failures of the command: a message, a hint and an exit status.

use core::fmt;
use std::io;
use std::process::ExitCode;

/// Why the command failed. The exit status is 1 for a rejected request, 2 for a usage error.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
    exit_code: u8,
}

impl Failure {
    /// The command line, or a file that it names, is not valid.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit_code: 2 }
    }

    /// The command line is valid, but the request is rejected.
    pub(crate) fn rejected(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit_code: 1 }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The message and the hint, for JSON.
    pub(crate) fn in_one_line(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{}; hint: {hint}", self.message),
            None => self.message.clone(),
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit_code)
    }
}

/// Writes `error: ...` and, on the next line, `hint: ...` if there is a hint.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\nhint: {hint}"))
    }
}

/// Standard output is closed, or the disk is full.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::rejected(format!("cannot write: {}", reason(&error)))
    }
}

/// The system's text for an error, without its number: `No such file or directory`. WASI has other numbers than Linux.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error ").next().unwrap_or_default().to_owned()
}
