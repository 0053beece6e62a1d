//! The part of a request that a repair changes.

/// The part of a request that a repair changes. Two repairs are combined only in this order, so that each pair is tried once.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Slot {
    Method,
    /// The header at this index of the signed headers.
    Header(usize),
    /// Host and URL style.
    Host,
    /// The encoding of the path, or the whole path.
    Path,
    /// The slash at this index of the path.
    Slash(usize),
    /// The encoding of the parameters.
    QueryEncoding,
    /// Parameters that were added.
    Added,
    /// A parameter that was removed or changed.
    Parameter(&'static str),
    Payload,
    /// How the signer wrote the canonical request.
    Signer,
}

impl Slot {
    /// The order of the parts, without the index or name within a part.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Method => 0,
            Self::Header(_) => 1,
            Self::Host => 2,
            // Slashes, and the whole path, are candidates of one group.
            Self::Path | Self::Slash(_) => 3,
            Self::QueryEncoding => 4,
            Self::Added => 5,
            Self::Parameter(_) => 6,
            Self::Payload => 7,
            Self::Signer => 8,
        }
    }
}
