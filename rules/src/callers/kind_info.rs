//! Properties of a kind of caller.

/// The properties of one kind of caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KindInfo {
    pub(crate) source: Source,
    pub(crate) credential: Credential,
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

/// Who adds the proof to a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Credential {
    /// The client, on purpose; or there is no proof.
    Explicit,
    /// The browser, by itself, even to requests that pages of other sites cause: a cookie, or what a proxy makes of one.
    Ambient,
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
