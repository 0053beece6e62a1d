//! The URL of a request.

use core::fmt;

use signer::HttpUrl;

/// A request's URL in its parts: `https://signpost.example.com/uploads/avatar?type=image/png`.
#[derive(Clone, Copy)]
pub struct Url<'a> {
    /// Where Signpost is: `https://signpost.example.com`, or `https://www.example.com/files` if it is mounted at `/files`.
    pub(crate) base: &'a str,
    /// The ticket in `/t/<ticket>/...`, for clients that cannot send headers.
    pub(crate) ticket: Option<&'a str>,
    /// The path without the ticket, still percent-encoded: `/uploads/avatar`.
    pub(crate) path: &'a str,
    /// What follows the `?`: `type=image/png`.
    pub(crate) query: &'a str,
}

impl<'a> Url<'a> {
    /// Splits an absolute URL.
    #[must_use]
    pub fn new(url: &'a str) -> Self {
        Self::below(url, "")
    }

    /// Splits an absolute URL of a Signpost that is mounted at `base_path`, such as `/files`. A URL elsewhere has an empty path.
    #[must_use]
    pub fn below(url: &'a str, base_path: &str) -> Self {
        let Some(parts) = HttpUrl::parse(url) else { return Self::EMPTY };
        let below = parts.path().strip_prefix(base_path).filter(|path| path.starts_with('/'));
        let Some(path) = below else { return Self::EMPTY };
        let base = url.get(..parts.origin().len() + base_path.len()).unwrap_or_default();
        let (ticket, path) = split_ticket(path);
        Self { base, ticket, path, query: parts.query().unwrap_or_default() }
    }

    /// The base of a call by another Worker that does not say where browsers reach Signpost.
    pub(crate) const NOWHERE: &'static str = "https://signpost.invalid";

    const EMPTY: Self = Self { base: "", ticket: None, path: "", query: "" };
}

/// Neither the ticket nor the query is shown.
impl fmt::Debug for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Url").field("path", &self.path).finish_non_exhaustive()
    }
}

fn split_ticket(path: &str) -> (Option<&str>, &str) {
    let Some(rest) = path.strip_prefix("/t/") else { return (None, path) };
    let (ticket, path) =
        rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
    (Some(ticket), path)
}

/// Returns whether Signpost can be mounted at this path: browsers send it as it is. An empty path is the whole Worker.
#[cfg(any(test, all(target_arch = "wasm32", feature = "worker")))]
pub(crate) fn is_base_path(path: &str) -> bool {
    let is_unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    let is_segment =
        |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(is_unreserved);
    path.is_empty() || path.strip_prefix('/').is_some_and(|path| path.split('/').all(is_segment))
}

/// Returns the URL at which the Worker receives forms for the bucket with this name in `BUCKETS`.
///
/// It ends with a slash, as the URLs of buckets do: some clients append the key.
pub(crate) fn form_url(base: &str, name: &str) -> String {
    format!("{base}/forms/{name}/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_is_one_that_browsers_do_not_change() {
        for good in ["", "/files", "/a/b-c", "/~x/v1.2"] {
            assert!(is_base_path(good), "{good}");
        }
        for bad in [
            "/",
            "files",
            "/files/",
            "//files",
            "/a//b",
            "/../files",
            "/a/./b",
            "/a?b",
            "/a b",
            "/%61",
            "/ä",
            "/a\\b",
        ] {
            assert!(!is_base_path(bad), "{bad}");
        }
    }

    #[test]
    fn the_base_path_belongs_to_the_base_and_not_to_the_path() {
        let url = Url::below(
            "https://www.example.com/files/t/abc/uploads/avatar?type=image/png",
            "/files",
        );
        assert_eq!(url.base, "https://www.example.com/files");
        assert_eq!(
            (url.ticket, url.path, url.query),
            (Some("abc"), "/uploads/avatar", "type=image/png")
        );
    }

    #[test]
    fn a_url_that_is_not_below_the_base_path_is_no_route() {
        for elsewhere in [
            "/",
            "/uploads/avatar",
            "/filesuploads/avatar",
            "/files2/uploads/avatar",
            "/x/files/uploads/avatar",
        ] {
            let url = format!("https://www.example.com{elsewhere}");
            let url = Url::below(&url, "/files");
            assert_eq!(url.path, "", "{elsewhere}");
        }
    }
}
