//! Sentences about headers, fields and parameters.

use super::Sentence;
use crate::cause::Code;
use crate::verdict::{Allowed, CHECKSUM, FORM, NOTHING_ELSE};

const BOTH: &[&str] = &["InvalidRequest", "InvalidArgument"];

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        codes: &["InvalidArgument", "UserKeyMustBeSpecified"],
        words: "must contain a field named",
        cause: Code::MissingField,
        allowed: FORM,
        meaning: "a required field of the form is missing, or comes after the file",
        cure: "send every field of the signer's answer, and append the file last",
    },
    Sentence {
        codes: BOTH,
        words: "exactly one file upload",
        cause: Code::MalformedForm,
        allowed: FORM,
        meaning: "the form has no file, or more than one",
        cure: "send exactly one field named file, last; upload further files with a form each",
    },
    Sentence {
        codes: &["PreconditionFailed", "InvalidArgument"],
        words: "enclosure-type multipart/form-data",
        cause: Code::MalformedForm,
        allowed: FORM,
        meaning: "the form was not sent as multipart/form-data",
        cure: "send a FormData object and do not set Content-Type yourself; in HTML, write enctype=\"multipart/form-data\"",
    },
    Sentence {
        codes: BOTH,
        words: "the complete request must include the checksum for each part",
        cause: Code::InvalidPart,
        allowed: NOTHING_ELSE,
        meaning: "the upload was begun with a checksum algorithm, but the list of parts has no checksums",
        cure: "begin the upload without x-amz-checksum-algorithm, or send the checksum of each part in the list",
    },
    Sentence {
        codes: BOTH,
        words: "checksum type mismatch",
        cause: Code::ChecksumDiffers,
        allowed: NOTHING_ELSE,
        meaning: "the part has a checksum of another algorithm than the upload was begun with",
        cure: "use one algorithm for the whole upload, or requestChecksumCalculation: \"WHEN_REQUIRED\"",
    },
    Sentence {
        codes: BOTH,
        words: "object lock parameters",
        cause: Code::HeaderNotSent,
        allowed: NOTHING_ELSE,
        meaning: "the bucket has Object Lock, so each upload needs a checksum, and the request has none",
        cure: "sign and send Content-MD5 or an x-amz-checksum- header",
    },
    Sentence {
        codes: BOTH,
        words: "missing object lock configuration",
        cause: Code::Locked,
        allowed: NOTHING_ELSE,
        meaning: "the bucket has no Object Lock, but the request has x-amz-object-lock- headers",
        cure: "create the bucket with Object Lock, or sign without these headers",
    },
    Sentence {
        codes: BOTH,
        words: "transfer accelerat",
        cause: Code::WrongHost,
        allowed: NOTHING_ELSE,
        meaning: "the link is signed for the accelerated endpoint, which this bucket does not have",
        cure: "enable Transfer Acceleration for the bucket, whose name must have no dots, or sign for the regional endpoint",
    },
    Sentence {
        codes: BOTH,
        words: "server side encryption",
        cause: Code::Encryption,
        allowed: NOTHING_ELSE,
        meaning: "the encryption headers do not fit the object or each other: a customer-provided key needs its algorithm, key and checksum",
        cure: "send the three x-amz-server-side-encryption-customer- headers of the key that encrypted the object, as signed",
    },
    Sentence {
        codes: BOTH,
        words: "md5 hash of the key",
        cause: Code::Encryption,
        allowed: NOTHING_ELSE,
        meaning: "the checksum of the customer-provided key does not match the key",
        cure: "send the MD5 of the key's 32 bytes in base64, not of its text",
    },
    Sentence {
        codes: BOTH,
        words: "part number must be",
        cause: Code::InvalidPart,
        allowed: NOTHING_ELSE,
        meaning: "the number of the part is not an integer from 1 to 10,000",
        cure: "number the parts from 1, and use larger parts if there are more than 10,000",
    },
    Sentence {
        codes: BOTH,
        words: "missing required header for this request",
        cause: Code::HeaderNotSent,
        allowed: Allowed::Only(&[Code::HeaderNotSent, Code::MissingParameter]),
        meaning: "a header that this request needs is missing",
        cure: "sign and send the header that the message names",
    },
    Sentence {
        codes: BOTH,
        words: "conflicting values provided in http headers and query parameters",
        cause: Code::HeaderDiffers,
        allowed: Allowed::Only(&[Code::HeaderDiffers, Code::HeaderNotSigned]),
        meaning: "a value is in the query of the link and, differently, in a header",
        cure: "do not send headers that the link already has as parameters, such as x-amz-checksum-",
    },
    Sentence {
        codes: BOTH,
        words: "checksum",
        cause: Code::ChecksumDiffers,
        allowed: CHECKSUM,
        meaning: "the checksum that was signed or sent does not match the file",
        cure: "compute the checksum over exactly the bytes that are sent, or leave it out",
    },
];
