//! Conditional requests: `If-Match`, `If-None-Match`, `If-Modified-Since`, `If-Unmodified-Since` and `If-Range`.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc9110#section-13>

use core::time::Duration;
use std::time::UNIX_EPOCH;

use rules::RequestHeaders;
use signer::UnixTime;

use super::object::StoredObject;

/// The conditions of a request, as they were sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    match_tags: Option<String>,
    none_match_tags: Option<String>,
    modified_since: Option<UnixTime>,
    unmodified_since: Option<UnixTime>,
    range_validator: Option<String>,
}

/// What the conditions of a request decide.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Decision {
    /// The object is sent.
    Send,
    /// The client has it: 304.
    NotModified,
    /// The client wants another version: 412.
    Failed,
}

impl Conditions {
    pub(super) fn read(headers: &RequestHeaders) -> Self {
        let text = |name| headers.get(name).map(str::to_owned);
        // A malformed date is ignored, as the specification says.
        let date = |name| headers.get(name).and_then(parse_date);
        Self {
            match_tags: text("if-match"),
            none_match_tags: text("if-none-match"),
            modified_since: date("if-modified-since"),
            unmodified_since: date("if-unmodified-since"),
            range_validator: text("if-range"),
        }
    }

    /// Evaluates the conditions in the order of the specification.
    pub(super) fn decide(&self, object: &StoredObject) -> Decision {
        let modified = object.modified_at;
        let may_proceed = match (&self.match_tags, self.unmodified_since) {
            (Some(tags), _) => lists(tags, &object.etag, Comparison::Strong),
            (None, Some(date)) => modified <= date,
            (None, None) => true,
        };
        let is_new = match (&self.none_match_tags, self.modified_since) {
            (Some(tags), _) => !lists(tags, &object.etag, Comparison::Weak),
            (None, Some(date)) => modified > date,
            (None, None) => true,
        };
        match (may_proceed, is_new) {
            (false, _) => Decision::Failed,
            (true, false) => Decision::NotModified,
            (true, true) => Decision::Send,
        }
    }

    /// Returns whether the range depends on the version of the object.
    pub(super) const fn has_if_range(&self) -> bool {
        self.range_validator.is_some()
    }

    /// Returns whether a range of the object is sent, instead of the whole object.
    pub(super) fn permit_range(&self, object: &StoredObject) -> bool {
        match self.range_validator.as_deref() {
            None => true,
            Some(validator) => match parse_date(validator) {
                Some(date) => date == object.modified_at,
                None => validator == object.etag && !is_weak(validator),
            },
        }
    }
}

/// How two entity tags are compared.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Comparison {
    Strong,
    Weak,
}

fn is_weak(tag: &str) -> bool {
    tag.starts_with("W/")
}

/// Returns whether a list of entity tags has this one. Quotes may be missing, as S3's clients often send it.
fn lists(tags: &str, etag: &str, comparison: Comparison) -> bool {
    if tags.trim_matches([' ', '\t']) == "*" {
        return true;
    }
    let mut rest = tags;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return false;
        }
        let (is_weak_tag, tag) = match rest.strip_prefix("W/") {
            Some(tag) => (true, tag),
            None => (false, rest),
        };
        let (value, after) = match tag.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => tag.split_once(',').unwrap_or((tag, "")),
        };
        let is_comparable = comparison == Comparison::Weak || !(is_weak_tag || is_weak(etag));
        if is_comparable && value.trim_end_matches([' ', '\t']) == opaque(etag) {
            return true;
        }
        rest = after;
    }
}

/// Returns an entity tag without `W/` and quotes.
fn opaque(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}

/// Parses a date of HTTP: `Mon, 23 Nov 2026 19:00:00 GMT`. A date before 1970 is that of 1970, since no object is older.
fn parse_date(text: &str) -> Option<UnixTime> {
    let date = httpdate::parse_http_date(text).ok()?;
    let since = date.duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(UnixTime::from_secs(since.as_secs()))
}

/// Writes a date of HTTP.
pub(super) fn write_date(time: UnixTime) -> String {
    // The year has four digits, as the crate expects.
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(time.as_secs()))
}
