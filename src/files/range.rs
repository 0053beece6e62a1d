//! The header `Range`: the part of an object that a client asks for.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc9110#section-14>

use core::ops::RangeInclusive;

/// One range of bytes, as a client asks for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ByteRange {
    /// `bytes=500-`
    From(u64),
    /// `bytes=0-499`: the first and the last byte.
    Between(u64, u64),
    /// `bytes=-500`: as many bytes at the end.
    Suffix(u64),
}

impl ByteRange {
    /// Parses the header's value. Returns `None` for what is answered with the whole object: another unit, a malformed value,
    /// and several ranges, which R2 and S3 do not support either.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let (unit, range) = value.split_once('=')?;
        let (first, last) = range.trim_matches([' ', '\t']).split_once('-')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        match (first, last) {
            ("", last) => number(last).map(Self::Suffix),
            (first, "") => number(first).map(Self::From),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::Between(first, last))
            }
        }
    }

    /// Returns the first and the last byte of an object of this size; `None` if it has no byte in the range.
    pub(crate) fn within(self, size: u64) -> Option<RangeInclusive<u64>> {
        let end = size.checked_sub(1)?;
        let (first, last) = match self {
            Self::From(first) => (first, end),
            Self::Between(first, last) => (first, last.min(end)),
            Self::Suffix(0) => return None,
            Self::Suffix(length) => (size.saturating_sub(length), end),
        };
        (first <= end).then_some(first..=last)
    }
}

/// Parses decimal digits. A number that is too large is beyond the end of every object.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}
