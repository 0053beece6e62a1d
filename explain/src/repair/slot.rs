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
