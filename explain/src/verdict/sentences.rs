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
    let message = server_error.message().to_ascii_lowercase();
    let mut sentences = GROUPS.iter().flat_map(|sentences| sentences.iter());
    let found = sentences.find(|sentence| {
        sentence.codes.contains(&server_error.code()) && message.contains(sentence.words)
    })?;
    Some(Verdict::only(found.cause, found.allowed, found.meaning, found.cure))
}

/// The header in B2's `Unsupported header 'x-amz-checksum-mode' received for this API call.`
fn header_of_b2(server_error: &ServerError) -> Option<&str> {
    let (_, after) = server_error.message().split_once("Unsupported header '")?;
    after.split('\'').next()
}
