//! Where a request goes.

use core::fmt;

use signer::HttpUrl;

/// A request's URL, taken apart once: `https://signpost.example.com/uploads/avatar?type=image/png`.
#[derive(Clone, Copy)]
pub struct Url<'a> {
    /// Where the Worker itself answers: `https://signpost.example.com`.
    pub(crate) origin: &'a str,
    /// The ticket of `/t/<ticket>/...`, for clients that can send no headers.
    pub(crate) ticket: Option<&'a str>,
    /// Percent-encoded as it came, without a ticket: `/uploads/avatar`.
    pub(crate) path: &'a str,
    /// What follows the `?`: `type=image/png`.
    pub(crate) query: &'a str,
}

impl<'a> Url<'a> {
    /// Takes a whole URL apart.
    #[must_use]
    pub fn new(url: &'a str) -> Self {
        let url = HttpUrl::parse(url);
        let (ticket, path) = split_ticket(url.map_or("", |url| url.path()));
        let query = url.and_then(|url| url.query()).unwrap_or_default();
        Self { origin: url.map_or("", |url| url.origin()), ticket, path, query }
    }
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

/// Where the Worker takes the forms of the bucket that `BUCKETS` calls `name`.
///
/// It ends with a slash, as the URLs of buckets do: what adds a key to it gets something that looks like one.
pub(crate) fn form_url(own_origin: &str, name: &str) -> String {
    format!("{own_origin}/forms/{name}/")
}
