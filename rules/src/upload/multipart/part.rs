//! A part of an upload, in JSON and in S3's XML.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>

use maud::html;
use serde::{Deserialize, Serialize};

use super::s3_xml::{self, Element, InvalidXml};

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
    /// Reads the parts in S3's XML: in S3's list, or from a client that completes an upload.
    ///
    /// A part without a number or an `ETag` is left out.
    ///
    /// # Errors
    ///
    /// [`InvalidXml`] if it is not S3's XML.
    pub fn all_in(xml: &str) -> Result<Vec<Self>, InvalidXml> {
        let mut found: Vec<Found> = Vec::new();
        s3_xml::read(xml, &mut |Element { depth, name, text }| match (depth, name) {
            (1, _) => found.push(Found { is_part: name == "Part", ..Found::default() }),
            (2.., _) => {
                if let Some(found) = found.last_mut() {
                    found.add(name, text);
                }
            }
            (0, _) => {}
        })?;
        Ok(found.into_iter().filter_map(Found::into_part).collect())
    }

    /// Returns the tag in quotes, as S3 writes it; some clients remove them.
    fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.etag.trim_matches('"'))
    }
}

/// A child of the root, with what it has of a part.
#[derive(Default)]
struct Found {
    is_part: bool,
    number: Option<u16>,
    etag: Option<String>,
    size: Option<u64>,
}

impl Found {
    fn add(&mut self, name: &str, text: &str) {
        match name {
            "PartNumber" => self.number = self.number.or_else(|| text.parse().ok()),
            "ETag" if self.etag.is_none() => self.etag = Some(text.to_owned()),
            "Size" => self.size = self.size.or_else(|| text.parse().ok()),
            _ => {}
        }
    }

    fn into_part(self) -> Option<Part> {
        let Self { number, etag, size, .. } = self;
        let part = Part { part_number: number?, etag: etag?, size: size.unwrap_or_default() };
        self.is_part.then_some(part)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_list_of_a_store_and_that_of_a_client() {
        let list = "<ListPartsResult xmlns='x'><Bucket>b</Bucket><Initiator><ID>i</ID><ETag>no</ETag></Initiator>\
            <Part><PartNumber>2</PartNumber><ETag>&quot;a&quot;</ETag><Size>9</Size></Part><Part><ETag>b</ETag></Part>\
            </ListPartsResult>";
        let client = "\n<C><Part>\n<ETag>b</ETag><PartNumber>1</PartNumber></Part><Part/></C>\n";
        let part = |part_number, etag: &str, size| Part { part_number, etag: etag.into(), size };
        assert_eq!(Part::all_in(list), Ok(vec![part(2, "\"a\"", 9)]));
        assert_eq!(Part::all_in(client), Ok(vec![part(1, "b", 0)]));
        assert_eq!(Part::all_in("<C/>"), Ok(Vec::new()));
        assert_eq!(Part::all_in("no xml"), Err(InvalidXml));
    }
}
