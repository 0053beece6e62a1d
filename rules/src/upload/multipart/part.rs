//! A part of an upload, in JSON and in S3's XML.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>

use maud::html;
use serde::{Deserialize, Serialize};

use super::s3_xml;

/// A part, as S3 lists it and as a client names it to complete the upload.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Part {
    /// Its number, from 1.
    pub part_number: u16,
    /// The `ETag` that S3 returned for it.
    pub etag: String,
    /// Its size in bytes; ignored if a client sends it.
    #[serde(default)]
    pub size: u64,
}

impl Part {
    /// Reads the parts in S3's XML: in S3's list, or from a client that completes an upload. Returns none if it is not XML.
    #[must_use]
    pub fn all_in(xml: &str) -> Vec<Self> {
        let Some(document) = s3_xml::read(xml) else { return Vec::new() };
        let part = |node| {
            Some(Self {
                part_number: s3_xml::text_in(node, "PartNumber")?.parse().ok()?,
                etag: s3_xml::text_in(node, "ETag")?.to_owned(),
                size: s3_xml::text_in(node, "Size").and_then(|size| size.parse().ok()).unwrap_or(0),
            })
        };
        let nodes = document.root_element().children();
        nodes.filter(|node| node.has_tag_name("Part")).filter_map(part).collect()
    }

    /// Returns the tag in quotes, as S3 writes it; some clients remove them.
    fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.etag.trim_matches('"'))
    }
}

/// Writes `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"..."</ETag></Part></CompleteMultipartUpload>`.
pub(crate) fn completion(parts: &[&Part]) -> String {
    s3_xml::document(html! {
        CompleteMultipartUpload {
            @for part in parts {
                Part {
                    PartNumber { (part.part_number) }
                    ETag { (part.quoted_etag()) }
                }
            }
        }
    })
}
