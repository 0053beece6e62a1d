//! Uploads in parts.

mod answer;
mod claim;
mod grant;
mod part;
mod parts;
mod resume;
mod s3_xml;
mod seal;
mod store_request;
mod upload;

pub use self::grant::{Begun, Cut, MultipartGrant};
pub use self::part::Part;
pub use self::s3_xml::document as xml_document;
pub use self::upload::MultipartUpload;
