//! Findings of `signpost check`.

use core::ops::Range;

use serde::Serialize;

/// How serious a finding is. An error stops a deployment; a warning does with `--strict`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// The configuration cannot work.
    Error,
    /// The configuration works, but a reviewer would question it.
    Warning,
    /// The configuration works, but the provider offers something safer.
    Recommendation,
}

/// A problem in the configuration, its place, and a hint.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// The kind of problem, for programs: `refused`, `anyone-writes`, ...
    pub(crate) code: &'static str,
    /// The key, such as `UPLOADS.avatar.max_size`; empty if the finding is about the whole file.
    pub(crate) place: String,
    pub(crate) message: String,
    pub(crate) hint: String,
    /// The position in the file, in bytes.
    pub(crate) span: Range<usize>,
}

impl Finding {
    pub(crate) fn error(code: &'static str, place: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, place)
    }

    pub(crate) fn warning(code: &'static str, place: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, place)
    }

    pub(crate) fn recommendation(code: &'static str, place: impl Into<String>) -> Self {
        Self::new(Severity::Recommendation, code, place)
    }

    fn new(severity: Severity, code: &'static str, place: impl Into<String>) -> Self {
        let (message, hint) = (String::new(), String::new());
        Self { severity, code, place: place.into(), message, hint, span: 0..0 }
    }

    pub(crate) fn says(self, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}
