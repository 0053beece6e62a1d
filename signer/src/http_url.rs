//! An `http` or `https` URL, split into its parts.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc3986#section-3>

use core::fmt;

/// An absolute `http` or `https` URL, borrowed and split once. Nothing is decoded, and letter case is preserved.
///
/// Parsing checks only that the scheme is in lower case and that the host is not empty. Callers check the characters of
/// each part that they use.
///
/// ```
/// use signer::HttpUrl;
///
/// let url = HttpUrl::parse("https://media.example.com:8443/a%20b?c=d#e").ok_or("not a URL")?;
/// assert_eq!(url.scheme(), "https");
/// assert_eq!(url.origin(), "https://media.example.com:8443");
/// assert_eq!((url.host(), url.port()), ("media.example.com", Some("8443")));
/// assert_eq!((url.path(), url.query(), url.fragment()), ("/a%20b", Some("c=d"), Some("e")));
/// assert_eq!(HttpUrl::parse("ftp://media.example.com"), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct HttpUrl<'a> {
    is_https: bool,
    origin: &'a str,
    authority: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> HttpUrl<'a> {
    /// Splits a URL; `None` without `http://` or `https://` in lower case, or without a host.
    #[must_use]
    pub fn parse(url: &'a str) -> Option<Self> {
        let (is_https, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return None,
        };
        let authority = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
        let after_origin = rest.strip_prefix(authority)?;
        let origin = url.strip_suffix(after_origin)?;
        let (before_fragment, fragment) = split_off(after_origin, '#');
        let (path, query) = split_off(before_fragment, '?');
        Some(Self { is_https, origin, authority, path, query, fragment })
    }

    /// Whether the scheme is `https`.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.is_https
    }

    /// `https` or `http`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        if self.is_https { "https" } else { "http" }
    }

    /// The default port of the scheme: 443 or 80.
    #[must_use]
    pub const fn default_port(&self) -> u16 {
        if self.is_https { 443 } else { 80 }
    }

    /// Scheme, host and port: `https://media.example.com:8443`.
    #[must_use]
    pub const fn origin(&self) -> &'a str {
        self.origin
    }

    /// Host and port: `media.example.com:8443`. A user name, `ada@`, is included, so that a check of the host rejects it.
    #[must_use]
    pub const fn authority(&self) -> &'a str {
        self.authority
    }

    /// The host without its port: `media.example.com` or `[::1]`.
    #[must_use]
    pub fn host(&self) -> &'a str {
        self.split_port().0
    }

    /// The port as it is written, if the URL names one.
    #[must_use]
    pub fn port(&self) -> Option<&'a str> {
        self.split_port().1
    }

    /// The path, from its first `/` on; empty if there is none.
    #[must_use]
    pub const fn path(&self) -> &'a str {
        self.path
    }

    /// The query, without its `?`.
    #[must_use]
    pub const fn query(&self) -> Option<&'a str> {
        self.query
    }

    /// The fragment, without its `#`.
    #[must_use]
    pub const fn fragment(&self) -> Option<&'a str> {
        self.fragment
    }

    fn split_port(&self) -> (&'a str, Option<&'a str>) {
        match self.authority.rsplit_once(':') {
            // In `[::1]` the last colon does not begin a port.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (self.authority, None),
        }
    }
}

/// Shows only the path, since the other parts may hold secrets.
impl fmt::Debug for HttpUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpUrl").field("path", &self.path).finish_non_exhaustive()
    }
}

fn split_off(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_a_url_into_its_parts() {
        for (url, origin, path, query, fragment) in [
            ("https://a.example", "https://a.example", "", None, None),
            ("http://a:1/", "http://a:1", "/", None, None),
            ("https://a/b/?c=d/e", "https://a", "/b/", Some("c=d/e"), None),
            ("https://a?b?c", "https://a", "", Some("b?c"), None),
            ("https://a#b?c#d/", "https://a", "", None, Some("b?c#d/")),
            ("https://a/?#", "https://a", "/", Some(""), Some("")),
        ] {
            let parsed = HttpUrl::parse(url).unwrap();
            assert_eq!(parsed.origin(), origin, "{url}");
            let rest = (parsed.path(), parsed.query(), parsed.fragment());
            assert_eq!(rest, (path, query, fragment), "{url}");
        }
    }

    #[test]
    fn splits_host_and_port() {
        for (url, authority, host, port) in [
            ("https://a", "a", "a", None),
            ("https://a:", "a:", "a", Some("")),
            ("https://[::1]/", "[::1]", "[::1]", None),
            ("https://[::1]:80/", "[::1]:80", "[::1]", Some("80")),
            ("https://u:p@a", "u:p@a", "u", Some("p@a")),
        ] {
            let parsed = HttpUrl::parse(url).unwrap();
            let found = (parsed.authority(), parsed.host(), parsed.port());
            assert_eq!(found, (authority, host, port), "{url}");
        }
    }

    #[test]
    fn rejects_text_that_is_not_an_http_url() {
        for text in
            ["", "a.example", "//a", "https:", "https://", "https:///a", "https://?a", "HTTPS://a"]
        {
            assert_eq!(HttpUrl::parse(text), None, "{text}");
        }
        assert_eq!(HttpUrl::parse("wss://a"), None);
    }
}
