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
        let Some(path) = parts.path().strip_prefix(base_path) else { return Self::EMPTY };
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

/// Returns the URL at which the Worker receives forms for the bucket with this name in `BUCKETS`.
///
/// It ends with a slash, as the URLs of buckets do: some clients append the key.
pub(crate) fn form_url(base: &str, name: &str) -> String {
    format!("{base}/forms/{name}/")
}
