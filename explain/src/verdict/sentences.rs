//! Errors whose message tells more than their code.

mod access;
mod request;
mod signature;

use super::not_implemented::unsupported_header;
use super::{Allowed, Verdict};
use crate::cause::Code;
use crate::server_error::ServerError;

/// What an error means if its message contains certain words.
struct Sentence {
    /// The codes that come with the words.
    codes: &'static [&'static str],
    /// In lower case.
    words: &'static str,
    cause: Code,
    allowed: Allowed,
    meaning: &'static str,
    cure: &'static str,
}

const GROUPS: [&[Sentence]; 3] = [signature::SENTENCES, access::SENTENCES, request::SENTENCES];

/// The verdict of the first sentence that the error has.
pub(super) fn sentence(server_error: &ServerError) -> Option<Verdict> {
    if let Some(header) = header_of_b2(server_error) {
        return Some(unsupported_header(header));
    }
    let message = words_of(server_error);
    let mut sentences = GROUPS.iter().flat_map(|sentences| sentences.iter());
    let found = sentences.find(|sentence| {
        sentence.codes.contains(&server_error.code()) && message.contains(sentence.words)
    })?;
    Some(Verdict::only(found.cause, found.allowed, found.meaning, found.cure))
}

/// The message, and the condition that Amazon names in an element of its own, in lower case:
/// `<Condition>Bucket POST must be of the enclosure-type multipart/form-data</Condition>`.
fn words_of(server_error: &ServerError) -> String {
    let condition = server_error.field("Condition").unwrap_or_default();
    [server_error.message(), condition].join(" ").to_ascii_lowercase()
}

/// The header in B2's `Unsupported header 'x-amz-checksum-mode' received for this API call.`
fn header_of_b2(server_error: &ServerError) -> Option<&str> {
    let (_, after) = server_error.message().split_once("Unsupported header '")?;
    after.split('\'').next()
}
