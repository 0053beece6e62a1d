//! Everything that is to be said of one request.

use core::fmt;

use serde::Serialize;

use crate::{Cause, Comparison};

/// What is wrong with a request, if anything.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Diagnosis {
    /// What it is about: `PUT https://...`, without the query.
    pub subject: String,
    /// What is wrong; empty for nothing.
    pub causes: Vec<Cause>,
    /// What is worth knowing besides.
    pub remarks: Vec<String>,
    /// What was signed beside what arrived, where that says more than words.
    pub comparisons: Vec<Comparison>,
}

impl Diagnosis {
    /// Whether nothing is wrong, as far as that can be seen.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.causes.is_empty()
    }
}

/// For people: the subject, each cause with its hint, and the differing lines.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.subject)?;
        match self.causes.len() {
            0 => f.write_str("nothing wrong")?,
            1 => f.write_str("1 thing is wrong")?,
            count => write!(f, "{count} things are wrong")?,
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

/// One line under the other where they differ, since canonical requests are wider than any terminal.
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
