//! The evidence about one request: the signed request, the sent request, and the server's answer.

use core::fmt;

use signer::UnixTime;

use crate::copied::Undone;
use crate::form::Form;
use crate::link::Link;
use crate::server_error::ServerError;

/// All that is known about one request. It contains signatures, so `Debug` does not show it.
#[derive(Clone, Default)]
pub struct Evidence {
    /// The link, as it was signed.
    pub link: Option<Link>,
    /// The form, as it was signed.
    pub form: Option<Form>,
    /// The sent method and headers.
    pub sent: Option<Sent>,
    /// The signed method and headers, if the signer's answer states them.
    pub signed: Option<Sent>,
    /// The server's error.
    pub server_error: Option<ServerError>,
    /// The status of the response; 0 if the browser received no response.
    pub status: Option<u16>,
    /// The URL that the server redirected the request to, if the browser reports a redirect.
    pub redirect: Option<Redirect>,
    /// When it was sent.
    pub at: Option<UnixTime>,
    /// What was undone to read the link.
    pub undone: Vec<Undone>,
}

/// A redirect that stopped the browser, and its target if that is known.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Redirect {
    /// The target.
    pub to: Option<Link>,
}

/// A method and headers, as far as they are known.
#[derive(Clone, Default)]
pub struct Sent {
    /// In upper case.
    pub method: Option<String>,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// Whether `headers` is complete, so that a missing header was not sent.
    pub complete: bool,
}

impl Evidence {
    /// Combines the evidence of two texts about the same request. `self` takes precedence.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            link: self.link.or(other.link),
            form: self.form.or(other.form),
            sent: self.sent.or(other.sent),
            signed: self.signed.or(other.signed),
            server_error: self.server_error.or(other.server_error),
            status: self.status.or(other.status),
            redirect: self.redirect.or(other.redirect),
            at: self.at.or(other.at),
            undone: self.undone.into_iter().chain(other.undone).collect(),
        }
    }

    /// Whether the server accepted the request.
    pub(crate) fn was_accepted(&self) -> bool {
        self.server_error.is_none()
            && self.redirect.is_none()
            && self.status.is_some_and(|status| (200..400).contains(&status))
    }
}

impl Sent {
    /// Parses a method and lines `name: value`; `None` if both are empty. Any header makes the list complete.
    #[must_use]
    pub fn from_lines<'l>(
        method: &str,
        headers: impl IntoIterator<Item = &'l str>,
    ) -> Option<Self> {
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        };
        let headers: Vec<_> = headers.into_iter().filter_map(header).collect();
        let method = Some(method.trim().to_ascii_uppercase()).filter(|method| !method.is_empty());
        let complete = !headers.is_empty();
        (method.is_some() || complete).then_some(Self { method, headers, complete })
    }

    /// The value of a header; values of repeated headers are joined by commas.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values = self.headers.iter().filter(|(found, _)| found == name);
        let values: Vec<_> = values.map(|(_, value)| folded(value)).collect();
        (!values.is_empty()).then(|| values.join(","))
    }
}

/// Trims a value and folds repeated spaces into one.
pub(crate) fn folded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence").field("status", &self.status).finish_non_exhaustive()
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").field("method", &self.method).finish_non_exhaustive()
    }
}
