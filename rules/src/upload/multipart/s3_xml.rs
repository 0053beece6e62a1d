//! S3's XML: roxmltree reads it, maud writes it.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>

use maud::{PreEscaped, Render, html};
use roxmltree::{Document, Node};

/// Writes a document with S3's XML declaration and this root.
#[must_use]
pub fn document(root: impl Render) -> String {
    html! { (PreEscaped(r#"<?xml version="1.0" encoding="UTF-8"?>"#)) "\n" (root) }.into_string()
}

/// Returns the text of the first element with this name; `None` if there is none, or if `xml` is not XML.
pub(crate) fn text(xml: &str, name: &str) -> Option<String> {
    text_in(read(xml)?.root(), name).map(str::to_owned)
}

/// Returns the text of the first element with this name below a node.
pub(crate) fn text_in<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.descendants().find(|node| node.has_tag_name(name))?.text()
}

/// Returns whether the document's root has this name.
pub(crate) fn has_root(xml: &str, name: &str) -> bool {
    read(xml).is_some_and(|document| document.root_element().has_tag_name(name))
}

/// Reads a document, which may begin with spaces. A document that declares entities is rejected, so none can expand.
pub(crate) fn read(xml: &str) -> Option<Document<'_>> {
    Document::parse(xml.trim_ascii_start()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &str = r#"<?xml version="1.0"?><R xmlns="x"><P><E>&quot;a&amp;lt;&#34;</E></P><P><E>b</E><F/></P></R>"#;

    #[test]
    fn reads_elements_and_their_texts() {
        assert_eq!(text(PARTS, "E").as_deref(), Some("\"a&lt;\""));
        assert_eq!(text(&format!("  \n{PARTS}"), "E").as_deref(), Some("\"a&lt;\""));
        assert_eq!((text(PARTS, "F"), text(PARTS, "Q")), (None, None));
        assert!(has_root(PARTS, "R") && !has_root(PARTS, "P"));
    }

    #[test]
    fn rejects_what_is_not_s3s_xml() {
        for xml in [
            "",
            "<R>",
            "<R><E>a</R></E>",
            "a",
            r#"<!DOCTYPE R [<!ENTITY e "a">]><R><E>&e;</E></R>"#,
        ] {
            assert_eq!(text(xml, "E"), None, "{xml}");
            assert!(!has_root(xml, "R"), "{xml}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        let xml = document(html! { R { E { "<\"&'>" } } });
        assert_eq!(text(&xml, "E").as_deref(), Some("<\"&'>"));
    }
}
