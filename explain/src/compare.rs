//! A comparison of two texts, line by line.

use serde::Serialize;

use crate::mask;

/// The signed text compared with the received text.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Comparison {
    /// What is compared, such as `canonical request`.
    pub of: &'static str,
    /// The source of the received text: the server's error, or the sent request.
    pub right: &'static str,
    /// The lines, from the first to the last.
    pub lines: Vec<Line>,
}

/// One line of both texts.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Line {
    /// The line that was signed.
    pub signed: String,
    /// The line that was received.
    pub received: String,
    /// Whether they differ.
    pub differs: bool,
}

impl Comparison {
    pub(crate) fn new(of: &'static str, right: &'static str, signed: &str, received: &str) -> Self {
        let masked = [signed, received].map(mask::canonical_request);
        let differs = differing(signed, received);
        let [mut left, mut right_lines] = masked.each_ref().map(|text| text.lines());
        let count = masked.iter().map(|text| text.lines().count()).max().unwrap_or_default();
        let line = |at| Line {
            signed: left.next().unwrap_or_default().into(),
            received: right_lines.next().unwrap_or_default().into(),
            differs: differs(at),
        };
        Self { of, right, lines: (0..count).map(line).collect() }
    }

    /// Whether any line differs.
    pub(crate) fn differs(&self) -> bool {
        self.lines.iter().any(|line| line.differs)
    }
}

/// Compares the unmasked texts, since two masked tokens look alike.
fn differing<'t>(signed: &'t str, received: &'t str) -> impl Fn(usize) -> bool + use<'t> {
    let [signed, received]: [Vec<_>; 2] = [signed, received].map(|text| text.lines().collect());
    move |at| signed.get(at) != received.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_a_line_that_differs_only_in_masked_text() {
        let [signed, received] =
            ["GET\n/\nX-Amz-Security-Token=a&b=c", "GET\n/\nX-Amz-Security-Token=d&b=c"];
        let compared = Comparison::new("canonical request", "the server's", signed, received);
        let [.., last] = compared.lines.as_slice() else { panic!("no lines") };
        assert_eq!(
            (last.signed.as_str(), last.differs),
            ("X-Amz-Security-Token=(hidden)&b=c", true)
        );
        assert_eq!(last.signed, last.received);
        assert!(!compared.lines[0].differs);
    }
}
