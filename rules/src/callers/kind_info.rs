//! Properties of a kind of caller.

/// The properties of one kind of caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KindInfo {
    pub(crate) source: Source,
    pub(crate) identity: Identity,
    pub(crate) precedence: Precedence,
}

/// Where a request carries the proof of who sent it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    /// Nowhere: no proof is required.
    None,
    /// `Authorization: Bearer ...`
    Bearer,
    /// `Authorization: Bearer ...`, or a path that begins with `/t/<ticket>/`.
    BearerOrPath,
    /// A header that only this kind uses. Its name is in lower case.
    Header(&'static str),
}

/// What a kind of caller reveals about a caller.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Identity {
    /// Nothing.
    Anonymous,
    /// A name, the value of `{caller}`.
    Named,
    /// A name and claims, the values of `{claim.NAME}`. A ticket can lack both: then it names the key.
    NamedWithClaims,
}

/// When a kind is tried, if a rule accepts several.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Precedence {
    /// First: a signed token.
    Token,
    /// Second: a shared secret.
    Secret,
    /// Third: anyone.
    Anyone,
    /// Last: anyone who solves a challenge.
    Challenge,
}
