//! Lists of request headers that answers contain. A header of a kind of caller that pages send belongs to both.

/// The headers that a script of another origin may send: what a preflight is answered with.
pub(crate) const FROM_SCRIPTS: &str = "authorization, content-type, turnstile-token";

/// The headers that a cached link depends on: the answer's `vary`.
pub(crate) const OF_CACHED_LINKS: &str = "Accept, Authorization, Cookie, Turnstile-Token";
