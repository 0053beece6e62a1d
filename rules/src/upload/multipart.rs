//! Uploads in parts: begun, listed, completed and aborted by the Worker, sent by the browser.

mod answer;
mod bucket_request;
mod grant;
mod part;
mod parts;
mod resume;
mod s3_xml;
mod upload;
mod upload_state;

pub(crate) use self::bucket_request::bucket_request;
pub use self::grant::{Begun, MultipartGrant, MultipartStart, PartSize};
pub use self::part::Part;
pub use self::s3_xml::{Element, InvalidXml, document as xml_document, read as read_xml};
pub use self::upload::MultipartUpload;
