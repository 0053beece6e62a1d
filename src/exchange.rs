//! The exchange: one request, and the next action for it.

use core::cell::RefCell;

use rules::{
    Ambient, AuthContext, Blocked, BucketEntry, Effect, Event, Fetched, Presented, Secrets,
};

use crate::files::read_object::ReadObject;
use crate::forms::read_head::ReadHead;
use crate::forms::write_object::WriteObject;
use crate::http::answer::Answer;
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::record::Record;
use crate::site::Site;

/// What the shell does next for a request.
#[derive(Debug)]
pub enum Action {
    /// Send this answer.
    Answer(Answer),
    /// Read the body, up to one byte more than `max_bytes`, then call [`crate::respond`] again with it.
    ReadBody {
        /// Longest body accepted, in bytes.
        max_bytes: usize,
    },
    /// Read the head of a form, then call [`crate::respond`] again with it.
    ReadHead(ReadHead),
    /// Write the rest of the body into R2; [`WriteObject::finish`] then returns the next action.
    WriteObject(Box<WriteObject>),
    /// Read an object of a bound bucket; [`ReadObject::finish`] then makes the answer.
    ReadObject(Box<ReadObject>),
    /// Perform this effect, add its result to the request's results, then call [`crate::respond`] again.
    Perform(Effect),
}

/// One request, with all that is needed to answer it. RFC 9110 calls a request and its response an exchange.
#[derive(Clone, Copy)]
pub(crate) struct Exchange<'a> {
    pub(crate) site: &'a Site,
    pub(crate) request: &'a Request<'a>,
    pub(crate) ambient: Ambient,
    pub(crate) record: &'a RefCell<Record>,
    /// What the request has stored, if its rule sends events.
    pub(crate) event: &'a RefCell<Option<Box<Event>>>,
}

impl<'a> Exchange<'a> {
    /// Returns the context in which a client that sent `presented` is authenticated.
    pub(crate) fn auth_context(&self, presented: Presented<'a>) -> AuthContext<'a> {
        let (results, key_cache) = (self.request.results, self.site.key_cache());
        AuthContext { presented, now: self.ambient.now, results, key_cache }
    }

    /// Returns the secrets, once there are credentials to sign with for a bucket.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if the credentials must be requested first; a problem if there are none.
    pub(crate) fn secrets_for(
        &self,
        bucket: &BucketEntry,
    ) -> Result<&'a Secrets, Blocked<Problem>> {
        let secrets = self.site.secrets();
        let prepared = bucket.prepare(secrets, self.request.results, self.ambient.now);
        prepared.map(|()| secrets).map_err(|blocked| blocked.map(Problem::from))
    }

    /// Returns the bucket's answer to a request that the Worker sends.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if the request has not been sent yet; a problem if no answer came.
    pub(crate) fn bucket_answer(&self, request: Effect) -> Result<&'a Fetched, Blocked<Problem>> {
        self.request.results.answer(request).map_err(|blocked| blocked.map(Problem::from))
    }
}
