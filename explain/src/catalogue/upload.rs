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
        &["InvalidPart", "missing_part", "part_sha1_mismatch"],
        Code::InvalidPart,
        NOTHING_ELSE,
        "a part of the upload is missing, or its ETag or checksum is not the one that the server has; on R2, all parts but the last must have one size",
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
        &["TooManyParts"],
        Code::InvalidPart,
        NOTHING_ELSE,
        "the object already has 10,000 parts, the most that an object can have",
        "make larger parts; if the request appends to an object, copy the object to another key and append to the copy",
    ),
    Entry::new(
        &["auth_token_limit"],
        Code::Refused,
        NOTHING_ELSE,
        "the upload URL already receives another file: B2 accepts one at a time for each upload URL",
        "get an upload URL for each upload that runs at the same time",
    ),
    Entry::new(
        &["MalformedXML", "MissingRequestBodyError", "XMinioRequestBodyParse"],
        Code::InvalidPart,
        NOTHING_ELSE,
        "the body of the request is not the XML that the action needs; to complete an upload, it lists at least one part",
        "send <CompleteMultipartUpload> with a <Part> for each part, each with PartNumber and ETag",
    ),
];
