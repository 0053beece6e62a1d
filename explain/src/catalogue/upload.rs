//! Errors of uploads in parts.

use super::Entry;
use crate::cause::Code;
use crate::verdict::NOTHING_ELSE;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["NoSuchUpload"],
        Code::NoSuchUpload,
        NOTHING_ELSE,
        "there is no such upload: it was completed or aborted, or a lifecycle rule removed it",
        "begin a new upload; check that every part has the key and upload id of the same upload",
    ),
    Entry::new(
        &["InvalidPart"],
        Code::InvalidPart,
        NOTHING_ELSE,
        "a part of the upload is missing, or its ETag is not the one that the server returned; on R2, all parts but the last must have one size",
        "send the ETags as returned, in quotes: a page can read them only if the bucket's CORS rules expose ETag (`signpost cors`)",
    ),
    Entry::new(
        &["InvalidPartOrder"],
        Code::InvalidPart,
        NOTHING_ELSE,
        "the parts are not in ascending order",
        "sort the parts by their number before completing the upload",
    ),
    Entry::new(
        &["MalformedXML", "MissingRequestBodyError", "XMinioRequestBodyParse"],
        Code::InvalidPart,
        NOTHING_ELSE,
        "the body of the request is not the XML that the action needs; to complete an upload, it lists at least one part",
        "send <CompleteMultipartUpload> with a <Part> for each part, each with PartNumber and ETag",
    ),
];
