//! A part of an upload, and parts in S3's XML.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>

use maud::html;
use serde::{Deserialize, Serialize};

use super::s3_xml;

/// A part as S3 knows it, and as a browser names it to have it joined.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Part {
    /// Which one, from 1 on.
    pub part_number: u16,
    /// What S3 answered to it.
    pub etag: String,
    /// Its size in bytes; what a browser says of it does not count.
    #[serde(default)]
    pub size: u64,
}

impl Part {
    /// The parts in XML of S3's kind: what it lists, or what a client wants joined. None if it is no XML.
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

    /// The tag in quotes, as S3 has it; some clients take them away.
    fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.etag.trim_matches('"'))
    }
}

/// `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"..."</ETag></Part></CompleteMultipartUpload>`
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
