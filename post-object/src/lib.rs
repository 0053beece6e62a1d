#![doc = include_str!("../README.md")]

extern crate alloc;

mod boundary;
mod checksum;
mod fault;
mod form_head;
mod limits;
mod parameters;
mod put_object;
mod receipt;
mod response;
mod stored_fields;
mod upload;
mod xml;

pub use self::boundary::Boundary;
pub use self::checksum::{Algorithm, Checksum};
pub use self::fault::{Fault, error_document};
pub use self::form_head::FormHead;
pub use self::limits::MAX_HEAD;
pub use self::put_object::{PutObject, PutReceipt};
pub use self::receipt::Receipt;
pub use self::response::Response;
pub use self::stored_fields::{Overwrite, StorageClass, StoredFields};
pub use self::upload::{FileLength, MAX_TAIL, Upload};
