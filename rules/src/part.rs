//! A part of an upload, and parts in S3's XML.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>

use serde::{Deserialize, Serialize};

use crate::s3_xml;

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
    /// The parts in XML of S3's kind: what it lists, or what a client wants joined.
    #[must_use]
    pub fn all_in(xml: &str) -> Vec<Self> {
        let part = |xml| {
            Some(Self {
                part_number: s3_xml::text(xml, "PartNumber")?.parse().ok()?,
                etag: s3_xml::text(xml, "ETag")?,
                size: s3_xml::text(xml, "Size").and_then(|size| size.parse().ok()).unwrap_or(0),
            })
        };
        s3_xml::elements(xml, "Part").filter_map(part).collect()
    }

    /// The tag in quotes, as S3 has it; some clients take them away.
    fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.etag.trim_matches('"'))
    }
}

/// `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"..."</ETag></Part></CompleteMultipartUpload>`
pub(crate) fn completion(parts: &[&Part]) -> String {
    let mut body = String::from("<CompleteMultipartUpload>");
    for part in parts {
        let (part_number, etag) = (part.part_number, s3_xml::escape(&part.quoted_etag()));
        body.extend([
            "<Part><PartNumber>",
            &part_number.to_string(),
            "</PartNumber><ETag>",
            &etag,
            "</ETag></Part>",
        ]);
    }
    body + "</CompleteMultipartUpload>"
}
