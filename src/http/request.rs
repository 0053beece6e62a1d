//! A request, with the headers that Signpost looks at.

use core::fmt;

use error_code::ErrorCode;
use rules::{Initiator, Presented, Results, Secret, TokenFault};

use crate::http::problem::Problem;
use crate::http::url::Url;
use crate::record::Cause;

/// A request.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// In capitals: `GET`, `POST`, ...
    pub method: &'a str,
    /// The URL.
    pub url: Url<'a>,
    /// The headers.
    pub headers: Headers<'a>,
    /// The body, or `None` while it has not been read.
    pub body: Option<&'a [u8]>,
    /// The results of the effects performed for this request so far.
    pub results: &'a Results,
}

/// The headers that Signpost looks at, unparsed.
#[derive(Clone, Copy, Default)]
pub struct Headers<'a> {
    /// `Accept`
    pub accept: Option<&'a str>,
    /// `Authorization`
    pub authorization: Option<&'a str>,
    /// `Content-Type`
    pub content_type: Option<&'a str>,
    /// `Content-Length`
    pub content_length: Option<&'a str>,
    /// `Origin`
    pub origin: Option<&'a str>,
    /// `CF-Connecting-IP`
    pub address: Option<&'a str>,
    /// The client's country, which is no header: `request.cf.country`. Only read if some rule looks at it.
    pub country: Option<&'a str>,
    /// `Sec-Fetch-Site`, which every rule looks at if the request changes something
    pub fetch_site: Option<&'a str>,
    /// Those that only some rules look at, by their names in lower case.
    pub rule_headers: &'a [(&'static str, Option<String>)],
}

impl<'a> Request<'a> {
    /// Longest bearer token, in bytes.
    const MAX_TOKEN: usize = 16_384;

    /// Returns a header that only some rules look at.
    fn rule_header(&self, name: &str) -> Option<&'a str> {
        let header = self.headers.rule_headers.iter().find(|(known, _)| *known == name);
        header.and_then(|(_, value)| value.as_deref())
    }

    /// Returns where the client is, without what it sent to authenticate.
    pub(crate) fn client(&self) -> Presented<'a> {
        let Headers { address, country, .. } = self.headers;
        Presented { address, country, ..Presented::default() }
    }

    /// Returns what the browser says about the page that caused the request.
    pub(crate) fn initiator(&self) -> Initiator<'a> {
        Initiator {
            origin: self.headers.origin,
            site: self.headers.fetch_site.or_else(|| self.rule_header("sec-fetch-site")),
            mode: self.rule_header("sec-fetch-mode"),
            dest: self.rule_header("sec-fetch-dest"),
            referer: self.rule_header("referer"),
        }
    }

    /// Returns a header that only some kinds of callers use. In a form, Turnstile's widget sends its token in the query.
    pub(crate) fn caller_header(&self, name: &str) -> Option<String> {
        let value = self.rule_header(name).map(str::to_owned);
        match name {
            "turnstile-token" => value.or_else(|| self.query("cf-turnstile-response")),
            _ => value,
        }
    }

    /// Returns the value of the first cookie with this name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&'a str> {
        let mut cookies = self.rule_header("cookie")?.split(';').map(str::trim_ascii);
        cookies.find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))
    }

    /// Returns whether a person waits for the answer: a browser loads a page, or has sent a form.
    pub(crate) fn is_navigation(&self) -> bool {
        let is_form =
            |media_type: &str| media_type.starts_with("application/x-www-form-urlencoded");
        match self.headers.accept {
            Some(accept) => accept.contains("text/html"),
            None => self.headers.content_type.is_some_and(is_form),
        }
    }

    /// Returns the first parameter with this name in the query, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.url.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Returns all parameters of the query, decoded.
    pub(crate) fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        let pairs = form_urlencoded::parse(self.url.query.as_bytes());
        pairs.map(|(name, value)| (name.into_owned(), value.into_owned()))
    }

    /// Returns the bearer token, if the request has one.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidToken`] if `Authorization` has another scheme or a malformed token.
    pub(crate) fn token(&self) -> Result<Option<Secret>, Problem> {
        let Some(value) = self.headers.authorization else { return Ok(None) };
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        let token = token.trim_matches(' ');
        let valid_chars = token.bytes().all(|b| b.is_ascii_graphic());
        if scheme.eq_ignore_ascii_case("bearer")
            && valid_chars
            && (1..=Self::MAX_TOKEN).contains(&token.len())
        {
            return Ok(Some(Secret::new(token)));
        }
        Err(Problem::new(
            ErrorCode::InvalidToken,
            "`Authorization` must be `Bearer` and a token of at most 16384 bytes",
        )
        .because(Cause::Token(TokenFault::Malformed)))
    }

    /// Returns whether the client prefers JSON to a redirect.
    pub(crate) fn accepts_json(&self) -> bool {
        names_type(self.headers.accept, "application/json")
    }

    /// Returns whether a request for credentials prefers text.
    pub(crate) fn accepts_text(&self) -> bool {
        let accept = self.headers.accept.or_else(|| self.rule_header("accept"));
        names_type(accept, "text/plain") && !names_type(accept, "application/json")
    }
}

/// Returns whether an `Accept` names this media type.
fn names_type(accept: Option<&str>, wanted: &str) -> bool {
    let ranges = accept.unwrap_or_default().split(',');
    let mut types = ranges.map(|range| range.split(';').next().unwrap_or_default().trim_ascii());
    types.any(|range| range.eq_ignore_ascii_case(wanted))
}

/// Neither the query nor the authorization is shown.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.url.path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Headers").field("origin", &self.origin).finish_non_exhaustive()
    }
}
