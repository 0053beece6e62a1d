//! S3's `PostObject` without I/O: parses upload forms, decides what to store, and writes S3's responses.
//!
//! ```text
//! Content-Type ------> Boundary                       | Fault
//! first 20 KB -------> FormHead (fields, file's name) | Fault
//! Verifier + fields -> Upload (key, what to store)    | Fault
//! ETag, once stored -> Response (204, 201 with XML, 303)
//! Fault -------------> Response (S3's XML)
//! ```
//!
//! In scope: `multipart/form-data` as browsers and `curl` write it, every documented field of the form, S3's answers.
//! Out of scope: signatures and policies, which [`signer`] checks, and the bytes of the file.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

extern crate alloc;

mod boundary;
mod checksum;
mod fault;
mod form_head;
mod limits;
mod parameters;
mod receipt;
mod response;
mod stored_fields;
mod upload;
mod xml;

pub use self::boundary::Boundary;
pub use self::checksum::{Algorithm, Checksum};
pub use self::fault::Fault;
pub use self::form_head::FormHead;
pub use self::limits::MAX_HEAD;
pub use self::receipt::Receipt;
pub use self::response::Response;
pub use self::stored_fields::{Overwrite, StorageClass, StoredFields};
pub use self::upload::{FileLength, MAX_TAIL, Upload};
