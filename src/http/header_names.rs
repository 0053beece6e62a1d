//! Lists of request headers that answers contain. A header of a kind of caller that pages send belongs to both.

/// The headers that a script of another origin may send: what a preflight is answered with.
pub(crate) const FROM_SCRIPTS: &str = "authorization, content-type, turnstile-token";

/// The headers of an object that a script of another origin may read, besides those that every script may.
pub(crate) const OF_OBJECTS: &str = "Accept-Ranges, Content-Disposition, Content-Encoding, Content-Range, ETag, Retry-After, x-amz-checksum-sha1, x-amz-checksum-sha256";

/// The headers that an answer depends on if browsers authenticate by themselves: the `vary` of rules with such callers. So no
/// page embeds what was cached for another page.
pub(crate) const OF_INITIATORS: &str = "Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest, Referer";

/// The headers that a cached link depends on: the answer's `vary`.
pub(crate) const OF_CACHED_LINKS: &str = "Accept, Authorization, Cookie, Turnstile-Token";
