//! Why the command did not do its work.

use core::fmt;
use std::io;
use std::process::ExitCode;

use crate::terminal;

/// What was asked for cannot be done: exit code 1, or 2 if it was asked for in a wrong way.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
    exit_code: u8,
}

impl Failure {
    /// The command line, or a file that it names, is not what it must be.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit_code: 2 }
    }

    /// What was asked for is refused.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit_code: 1 }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Says so, where it does not mix with data.
    pub(crate) fn tell(self) -> ExitCode {
        terminal::tell(&self.to_string());
        ExitCode::from(self.exit_code)
    }
}

/// `error: ...`, and below it `hint: ...` where there is one.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\nhint: {hint}"))
    }
}

/// Standard output is gone, or full.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::refused(format!("cannot write: {error}"))
    }
}
