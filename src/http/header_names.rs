//! Lists of request headers that answers contain. A header of a kind of caller that pages send belongs to both.

/// The headers that a script of another origin may send: what a preflight is answered with.
pub(crate) const FROM_SCRIPTS: &str = "authorization, content-type, turnstile-token";

/// The headers that an answer depends on if browsers authenticate by themselves: the `vary` of rules with such callers. So no
/// page embeds what was cached for another page.
pub(crate) const OF_INITIATORS: &str = "Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest, Referer";

/// The headers that a cached link depends on: the answer's `vary`.
pub(crate) const OF_CACHED_LINKS: &str = "Accept, Authorization, Cookie, Turnstile-Token";
