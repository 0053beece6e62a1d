//! The lifetime of a grant, and what shortens it.

use serde::{Serialize, Serializer};
use signer::{Expires, UnixTime};

/// What makes a grant expire before its rule's `expires` has passed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndsWith {
    /// The caller's ticket.
    Ticket,
    /// The hours of its rule.
    Hours,
    /// The session credentials that sign it: once they have expired, S3 rejects the signature.
    Credentials,
    /// The upload in parts that a part belongs to.
    Upload,
}

impl EndsWith {
    /// Returns the name in answers and records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Hours => "hours",
            Self::Credentials => "credentials",
            Self::Upload => "upload",
        }
    }
}

/// Writes the name.
impl Serialize for EndsWith {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The lifetime of a grant: the `expires` of its rule, or less.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    pub(crate) expires: Expires,
    pub(crate) ends_with: Option<EndsWith>,
}

impl Lifetime {
    pub(crate) const fn new(expires: Expires) -> Self {
        Self { expires, ends_with: None }
    }

    /// Shortens the lifetime so that it ends at `end` at the latest; returns `None` if `end` has passed.
    pub(crate) fn until(self, end: UnixTime, ends_with: EndsWith, now: UnixTime) -> Option<Self> {
        let left = end.as_secs().checked_sub(now.as_secs())?;
        if left >= self.expires.as_secs().into() {
            return Some(self);
        }
        let expires = Expires::from_secs(u32::try_from(left).ok()?)?;
        Some(Self { expires, ends_with: Some(ends_with) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soonest_end_counts_and_is_named() {
        let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
        let rule = Lifetime::new(Expires::from_secs(600).unwrap());
        let until = |left| rule.until(now.plus_secs(left), EndsWith::Ticket, now);
        let secs =
            |left| until(left).map(|lifetime| (lifetime.expires.as_secs(), lifetime.ends_with));
        assert_eq!(secs(601), Some((600, None)));
        assert_eq!(secs(600), Some((600, None)));
        assert_eq!(secs(599), Some((599, Some(EndsWith::Ticket))));
        assert_eq!(secs(0), None);
        assert!(rule.until(UnixTime::from_secs(0), EndsWith::Credentials, now).is_none());
        let both =
            until(300).unwrap().until(now.plus_secs(200), EndsWith::Credentials, now).unwrap();
        assert_eq!((both.expires.as_secs(), both.ends_with), (200, Some(EndsWith::Credentials)));
    }
}
