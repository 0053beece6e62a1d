//! The diagnosis of one request, and its text.

use core::fmt;

use rules::show_hidden;
use serde::Serialize;

use crate::cause::Cause;
use crate::compare::Comparison;
use crate::context::KnownBucket;
use crate::unverified::Unverified;

/// The diagnosis of one request.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Diagnosis {
    /// The request: `PUT https://...`, without the query.
    pub subject: String,
    /// The causes of the failure; empty if no problem was found.
    pub causes: Vec<Cause>,
    /// What was not verified, if no problem was found.
    pub unverified: Vec<Unverified>,
    /// Further notes.
    pub remarks: Vec<String>,
    /// Signed texts compared with received texts, where they differ.
    pub comparisons: Vec<Comparison>,
    /// Whether a signature that was computed with the secret is that of the request.
    #[serde(skip)]
    pub(crate) is_signature_verified: bool,
}

impl Diagnosis {
    /// The same with every hidden character visible: most texts repeat a part of the request or of the server's answer.
    pub(crate) fn with_visible_text(mut self) -> Self {
        let causes = self.causes.iter_mut().flat_map(|cause| [&mut cause.message, &mut cause.hint]);
        let comparisons = self.comparisons.iter_mut().flat_map(|comparison| &mut comparison.lines);
        let lines = comparisons.flat_map(|line| [&mut line.signed, &mut line.received]);
        let texts = causes.chain(lines).chain(&mut self.remarks).chain([&mut self.subject]);
        for text in texts {
            *text = show_hidden(text, &[]).into_owned();
        }
        self
    }

    /// Whether a hint names a setting of the bucket.
    #[must_use]
    pub fn names(&self, bucket: &KnownBucket) -> bool {
        let settings = [Some(&bucket.region_setting), bucket.endpoint_setting.as_ref()];
        let hints = || self.causes.iter().map(|cause| &cause.hint);
        settings.into_iter().flatten().any(|setting| hints().any(|hint| hint.contains(setting)))
    }

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
            0 => match self.unverified.as_slice() {
                [] => f.write_str("no problems found")?,
                [first, rest @ ..] => {
                    write!(f, "nothing wrong in what can be seen; not verified: {first}")?;
                    rest.iter().try_for_each(|what| write!(f, ", {what}"))?;
                }
            },
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
