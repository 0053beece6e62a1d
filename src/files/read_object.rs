//! Reads an object of a bound bucket for an answer. The shell asks R2 and pipes the bytes; what R2 reports is decided here.

use core::fmt;
use core::ops::RangeInclusive;

use error_code::ErrorCode;
use rules::RequestHeaders;

use super::conditions::{Conditions, Decision};
use super::object::{Found, StoredObject};
use super::presentation::Presentation;
use super::range::ByteRange;
use super::refusal::ErrorFormat;
use crate::http::answer::Answer;
use crate::record::Record;

/// How often an object is read again that others overwrite at the same time.
const MAX_ATTEMPTS: u8 = 4;

/// An object to read, and what its answer depends on.
#[derive(Clone)]
pub struct ReadObject {
    binding: String,
    key: String,
    read: Read,
    method: Method,
    range: Option<ByteRange>,
    conditions: Conditions,
    presentation: Presentation,
    errors: ErrorFormat,
    attempts: u8,
    cache_secs: Option<u32>,
    /// The answer so far: the headers that it has whatever the bucket says.
    pub(crate) answer: Answer,
    pub(crate) record: Record,
}

/// What to ask of R2.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Read {
    /// What it knows about the object.
    Head,
    /// The bytes too.
    Get {
        /// The bytes; `None` for all.
        range: Option<ByteRange>,
        /// Only of the version with this `ETag`.
        etag: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Method {
    Get,
    Head,
}

/// What happens after R2 has answered.
#[derive(Debug)]
pub enum Next {
    /// Ask R2 again.
    Read(Box<ReadObject>),
    /// Send the answer.
    Answer(Box<ObjectAnswer>),
}

/// The answer to a request for an object.
#[derive(Debug)]
pub struct ObjectAnswer {
    /// Status and headers; the body is an error's.
    pub answer: Answer,
    /// More headers, whose names are the object's own.
    pub metadata: Vec<(String, String)>,
    /// Whether the bytes that R2 sends are the body.
    pub body: Body,
}

/// The body of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Body {
    /// That of the [`Answer`].
    Own,
    /// The bytes that R2 sends.
    Object,
}

impl ReadObject {
    pub(crate) fn new(
        (binding, key): (&str, &str),
        method: &str,
        headers: &RequestHeaders,
        presentation: Presentation,
        errors: ErrorFormat,
    ) -> Self {
        let method = if method == "HEAD" { Method::Head } else { Method::Get };
        let conditions = Conditions::read(headers);
        // The specification defines ranges for GET only.
        let range = headers.get("range").filter(|_| method == Method::Get);
        let range = range.and_then(ByteRange::parse);
        let read = match (method, range) {
            (Method::Head, _) => Read::Head,
            // Which bytes to ask for depends on the version.
            (Method::Get, Some(_)) if conditions.has_if_range() => Read::Head,
            (Method::Get, range) => Read::Get { range, etag: None },
        };
        Self {
            binding: binding.into(),
            key: key.into(),
            read,
            method,
            range,
            conditions,
            presentation,
            errors,
            attempts: 0,
            cache_secs: None,
            answer: Answer::empty(200),
            record: Record::default(),
        }
    }

    /// Lets a cache keep the object for this time, in seconds. Its version is looked up first, since the cache has versions.
    pub(crate) fn through_cache(self, secs: Option<u32>) -> Self {
        match secs {
            Some(_) => Self { cache_secs: secs, read: Read::Head, ..self },
            None => self,
        }
    }

    /// Returns how long a cache may keep the object, in seconds; `None` if none may.
    #[must_use]
    pub const fn cache_secs(&self) -> Option<u32> {
        self.cache_secs
    }

    /// Returns whether it has been found that the object is not the version that a cache knows.
    #[must_use]
    pub const fn is_repeated(&self) -> bool {
        self.attempts > 0
    }

    /// Returns the name of the binding.
    #[must_use]
    pub fn binding(&self) -> &str {
        &self.binding
    }

    /// Returns the object's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns what to ask of R2.
    #[must_use]
    pub const fn read(&self) -> &Read {
        &self.read
    }

    /// Decides on what R2 has answered.
    #[inline(never)]
    #[must_use]
    pub fn finish(self, found: Found) -> Next {
        match found {
            Found::Missing => self.refuse(ErrorCode::NoSuchKey, "the bucket has no such object"),
            // R2 says no more, so the size is still unknown. The local R2 fails at some ranges that the object does not have.
            Found::OutOfRange => self.read_again(Read::Head),
            Found::Failed if self.attempts == 0 && self.asks_for_range() => {
                self.read_again(Read::Head)
            }
            Found::Failed => self.unavailable(),
            Found::Object(object) => match self.conditions.decide(&object) {
                Decision::Send => self.send(&object),
                Decision::NotModified => self.not_modified(&object),
                Decision::Failed => {
                    let detail = "the object is another version than the request's conditions name";
                    self.refuse(ErrorCode::PreconditionFailed, detail)
                }
            },
        }
    }

    const fn asks_for_range(&self) -> bool {
        matches!(self.read, Read::Get { range: Some(_), .. })
    }

    fn send(self, object: &StoredObject) -> Next {
        let range = self.range.filter(|_| self.conditions.permit_range(object));
        let bytes = range.map(|range| range.within(object.size));
        if bytes == Some(None) {
            return self.out_of_range(object);
        }
        match (&self.read, self.method) {
            (Read::Head, Method::Get) => {
                self.read_again(Read::Get { range, etag: Some(object.etag.clone()) })
            }
            // Another version has replaced the one that was looked at.
            (Read::Get { .. }, _) if !object.has_bytes => self.read_again(Read::Head),
            (Read::Head, Method::Head) | (Read::Get { .. }, _) => {
                self.answer_with(object, bytes.flatten())
            }
        }
    }

    fn answer_with(self, object: &StoredObject, bytes: Option<RangeInclusive<u64>>) -> Next {
        let Self { answer, record, presentation, method, .. } = self;
        let metadata = presentation.metadata(object, bytes.is_none());
        let answer = presentation.with_validators(answer, object);
        let mut answer = presentation.with_content_headers(answer, object);
        if let Some(bytes) = bytes {
            answer.status = 206;
            let range = format!("bytes {}-{}/{}", bytes.start(), bytes.end(), object.size);
            answer = answer.with("content-range", range);
        }
        let body = match method {
            Method::Get => Body::Object,
            Method::Head => {
                answer = answer.with("content-length", object.size.to_string());
                Body::Own
            }
        };
        ended(record, answer, metadata, body)
    }

    fn not_modified(self, object: &StoredObject) -> Next {
        let answer = Answer { status: 304, ..self.answer };
        let answer = self.presentation.with_validators(answer, object);
        ended(self.record, answer, Vec::new(), Body::Own)
    }

    fn out_of_range(self, object: &StoredObject) -> Next {
        let range = format!("bytes */{}", object.size);
        let detail = "the object has no byte in the requested range";
        self.refuse_with(ErrorCode::InvalidRange, detail, Some(range))
    }

    fn unavailable(self) -> Next {
        self.refuse(ErrorCode::ServiceUnavailable, "the bucket did not answer; try again")
    }

    fn refuse(self, code: ErrorCode, detail: &'static str) -> Next {
        self.refuse_with(code, detail, None)
    }

    fn refuse_with(
        self,
        code: ErrorCode,
        detail: &'static str,
        content_range: Option<String>,
    ) -> Next {
        let mut answer = self.errors.write(code, detail).with_headers_of(self.answer);
        if let Some(range) = content_range {
            answer = answer.with("content-range", range);
        }
        if self.method == Method::Head {
            answer.body.clear();
        }
        ended(self.record, answer, Vec::new(), Body::Own)
    }

    fn read_again(self, read: Read) -> Next {
        if self.attempts == MAX_ATTEMPTS {
            return self.unavailable();
        }
        Next::Read(Box::new(Self { read, attempts: self.attempts + 1, ..self }))
    }
}

/// Shows the binding only, since whoever knows a key may know whose object it is.
impl fmt::Debug for ReadObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadObject").field("binding", &self.binding).finish_non_exhaustive()
    }
}

/// Ends the record.
fn ended(mut record: Record, answer: Answer, metadata: Vec<(String, String)>, body: Body) -> Next {
    record.end(answer.status, answer.code);
    let answer = Answer { record, ..answer };
    Next::Answer(Box::new(ObjectAnswer { answer, metadata, body }))
}
