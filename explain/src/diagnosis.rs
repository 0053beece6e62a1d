//! The diagnosis of one request, and its text.

use core::fmt;

use serde::Serialize;

use crate::cause::Cause;
use crate::compare::Comparison;

/// The diagnosis of one request.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Diagnosis {
    /// The request: `PUT https://...`, without the query.
    pub subject: String,
    /// The causes of the failure; empty if no problem was found.
    pub causes: Vec<Cause>,
    /// Further notes.
    pub remarks: Vec<String>,
    /// Signed texts compared with received texts, where they differ.
    pub comparisons: Vec<Comparison>,
}

impl Diagnosis {
    /// Whether no cause was found.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.causes.is_empty()
    }
}

/// Writes the subject, each cause with its hint, and the lines that differ.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.subject)?;
        match self.causes.len() {
            0 => f.write_str("no problems found")?,
            1 => f.write_str("1 problem")?,
            count => write!(f, "{count} problems")?,
        }
        for cause in &self.causes {
            write!(f, "\n\nerror: {}\nhint: {}", cause.message, cause.hint)?;
        }
        for remark in &self.remarks {
            write!(f, "\n\nnote: {remark}")?;
        }
        self.comparisons.iter().try_for_each(|comparison| comparison.fmt(f))
    }
}

/// Writes two differing lines below each other, since canonical requests are wider than a terminal.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n\n{} (- as signed, + {})", self.of, self.right)?;
        self.lines.iter().try_for_each(|line| {
            if line.differs {
                write!(f, "\n- {}\n+ {}", line.signed, line.received)
            } else {
                write!(f, "\n  {}", line.signed)
            }
        })
    }
}
