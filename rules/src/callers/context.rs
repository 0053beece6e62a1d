//! The input of authentication: what the client sent, and what it is checked against.

use core::cell::RefCell;

use signer::UnixTime;

use crate::callers::kind_info::Source;
use crate::callers::tokens::key_cache::KeyCache;
use crate::effect::results::Results;
use crate::secret::{Secret, Secrets};

/// What the client sent to authenticate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presented<'a> {
    /// The token of `Authorization: Bearer ...`.
    pub bearer: Option<&'a Secret>,
    /// The ticket of a path `/t/<ticket>/...`. If there is one, all other tokens are ignored.
    pub ticket: Option<&'a Secret>,
    /// Headers that only some kinds of callers use, by their names in lower case.
    pub headers: &'a [(&'static str, Secret)],
    /// The client's address: `CF-Connecting-IP`.
    pub address: Option<&'a str>,
    /// The client's country: `request.cf.country`.
    pub country: Option<&'a str>,
}

/// The input of authentication, besides the rule and the secrets.
#[derive(Clone, Copy, Debug)]
pub struct AuthContext<'a> {
    /// What the client sent.
    pub presented: Presented<'a>,
    /// The current time.
    pub now: UnixTime,
    /// The results of the effects performed for this request so far.
    pub results: &'a Results,
    /// The issuers' key sets that this instance keeps.
    pub key_cache: &'a RefCell<KeyCache>,
}

/// An attempt to authenticate one request as one kind of caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt<'a> {
    /// The rule, such as `uploads/avatar`.
    pub(crate) rule: &'a str,
    /// The name of the entry in `CALLERS`.
    pub(crate) entry: &'a str,
    /// The credential that this kind of caller requires, if the request has one.
    pub(crate) proof: Option<&'a Secret>,
    pub(crate) context: &'a AuthContext<'a>,
    pub(crate) secrets: &'a Secrets,
}

impl<'a> Presented<'a> {
    /// Returns the credential in one place of the request. A ticket in the path hides all others.
    pub(crate) fn proof_at(&self, source: Source) -> Option<&'a Secret> {
        match (source, self.ticket) {
            (Source::BearerOrPath, Some(ticket)) => Some(ticket),
            (Source::Bearer | Source::BearerOrPath, None) => self.bearer,
            (Source::Header(name), None) => self.header(name),
            (Source::None, _) | (_, Some(_)) => None,
        }
    }

    /// Returns the value of a header that only some kinds use.
    pub(crate) fn header(&self, name: &str) -> Option<&'a Secret> {
        self.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value)
    }
}
