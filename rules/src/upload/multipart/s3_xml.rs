//! S3's XML: quick-xml reads it, maud writes it.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>

use core::error::Error;
use core::fmt;

use maud::{PreEscaped, Render, html};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Most attributes of a tag. S3 writes at most two: a namespace and a type.
const MAX_ATTRIBUTES: usize = 8;

/// Deepest element. S3 nests at most four.
const MAX_DEPTH: usize = 8;

/// Writes a document with S3's XML declaration and this root.
#[must_use]
pub fn document(root: impl Render) -> String {
    html! { (PreEscaped(r#"<?xml version="1.0" encoding="UTF-8"?>"#)) "\n" (root) }.into_string()
}

/// An element of a document, without its attributes.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// How many elements it is in; 0 for the root.
    pub depth: usize,
    /// Its name, without a namespace's prefix.
    pub name: &'a str,
    /// The text before its first child, or its whole text if it has no child.
    pub text: &'a str,
}

/// Text that is not a document as S3 writes one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidXml;

impl fmt::Display for InvalidXml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not S3's XML")
    }
}

impl Error for InvalidXml {}

/// Calls `visit` with each element of a document, in the document's order. Takes linear time, whatever the text is.
///
/// # Errors
///
/// [`InvalidXml`] if it is not a well-formed document, declares a document type or refers to an entity of its own, so that
/// nothing can expand; or if a tag has more than 8 attributes, or an element is in more than 8 others. `visit` may have been
/// called before.
pub fn read(xml: &str, visit: &mut dyn FnMut(Element<'_>)) -> Result<(), InvalidXml> {
    let mut reader = Reader::from_str(xml.trim_ascii());
    reader.config_mut().expand_empty_elements = true;
    let mut document = Document { begun: None, depth: 0, has_root: false, visit };
    loop {
        match reader.read_event().map_err(|_| InvalidXml)? {
            Event::Start(tag) => document.start(tag)?,
            Event::End(_) => document.end(),
            Event::Text(text) => document.text(&text.xml10_content())?,
            Event::CData(text) => document.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => document.reference(&reference)?,
            Event::Comment(_) => {}
            Event::Decl(_) if !document.has_root => {}
            Event::Eof => return document.finish(),
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                return Err(InvalidXml);
            }
        }
    }
}

/// A document that is being read.
struct Document<'x, 'v> {
    /// The element whose text is being read: its tag, and the text so far.
    begun: Option<(BytesStart<'x>, String)>,
    /// How many elements are open.
    depth: usize,
    has_root: bool,
    visit: &'v mut dyn FnMut(Element<'_>),
}

impl<'x> Document<'x, '_> {
    fn start(&mut self, tag: BytesStart<'x>) -> Result<(), InvalidXml> {
        self.visit_begun();
        if self.depth > MAX_DEPTH || (self.depth == 0 && self.has_root) {
            return Err(InvalidXml);
        }
        // A check for repeated names would compare each attribute with all others.
        let mut attributes = tag.attributes();
        for attribute in attributes.with_checks(false).take(MAX_ATTRIBUTES) {
            attribute.map_err(|_| InvalidXml)?;
        }
        if attributes.next().is_some() {
            return Err(InvalidXml);
        }
        self.begun = Some((tag, String::new()));
        (self.depth, self.has_root) = (self.depth + 1, true);
        Ok(())
    }

    fn end(&mut self) {
        self.visit_begun();
        self.depth = self.depth.saturating_sub(1); // the reader checks that each end has a start
    }

    fn text(&mut self, text: &str) -> Result<(), InvalidXml> {
        if let Some((_, begun)) = &mut self.begun {
            begun.push_str(text);
        } else if self.depth == 0 && !text.trim_ascii().is_empty() {
            return Err(InvalidXml);
        }
        Ok(())
    }

    /// Adds the character of a reference such as `&quot;` or `&#34;`.
    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), InvalidXml> {
        match reference.resolve_char_ref().map_err(|_| InvalidXml)? {
            Some(char) => self.text(char.encode_utf8(&mut [0; 4])),
            None => self.text(resolve_predefined_entity(reference).ok_or(InvalidXml)?),
        }
    }

    fn finish(self) -> Result<(), InvalidXml> {
        if self.has_root && self.depth == 0 { Ok(()) } else { Err(InvalidXml) }
    }

    fn visit_begun(&mut self) {
        if let Some((tag, text)) = self.begun.take() {
            let name = tag.local_name();
            (self.visit)(Element { depth: self.depth - 1, name: name.as_ref(), text: &text });
        }
    }
}

/// Returns the text of the first element with this name; `None` if there is none, or if `xml` is not S3's XML.
pub(crate) fn text(xml: &str, name: &str) -> Option<String> {
    let mut first = None;
    read(xml, &mut |element| {
        if element.name == name && first.is_none() {
            first = Some(element.text.to_owned());
        }
    })
    .ok()?;
    first.filter(|text| !text.is_empty())
}

/// Returns whether the document's root has this name.
pub(crate) fn has_root(xml: &str, name: &str) -> bool {
    let mut found = false;
    let read = read(xml, &mut |element| found |= element.depth == 0 && element.name == name);
    read.is_ok() && found
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
            "a<R><E>a</E></R>",
            "<R><E>a</E></R>b",
            "<R><E>a</E></R>&#33;",
            "<R><E>a</E></R><R/>",
            "<R><E>a</E></Q>",
            "<R></R></R>",
            "<R><E>a & b</E></R>",
            "<R><E>&e;</E></R>",
            "<R><E>&#0;</E></R>",
            "<R><E>&#x110000;</E></R>",
            "<R a><E>a</E></R>",
            "<R><?target?><E>a</E></R>",
            "<!DOCTYPE R><R><E>a</E></R>",
            r#"<!DOCTYPE R [<!ENTITY e "a">]><R><E>&e;</E></R>"#,
        ] {
            assert_eq!(text(xml, "E"), None, "{xml}");
            assert!(!has_root(xml, "R"), "{xml}");
        }
    }

    #[test]
    fn rejects_a_tag_with_more_attributes_than_a_handful() {
        let tag = |count: usize| {
            let attributes: Vec<_> = (0..count).map(|at| format!(" a{at}=\"\"")).collect();
            format!("<R{}><E>a</E></R>", attributes.concat())
        };
        assert_eq!(text(&tag(8), "E").as_deref(), Some("a"));
        for count in [9, 20_000] {
            assert_eq!(text(&tag(count), "E"), None, "{count}");
        }
    }

    #[test]
    fn rejects_elements_in_more_elements_than_a_handful() {
        let nested = |count: usize| format!("{}a{}", "<E>".repeat(count), "</E>".repeat(count));
        let deepest = |count: usize| {
            let mut depth = 0;
            read(&nested(count), &mut |element| depth = element.depth).map(|()| depth)
        };
        assert_eq!(deepest(9), Ok(8));
        for count in [10, 100_000] {
            assert_eq!(deepest(count), Err(InvalidXml), "{count}");
        }
    }

    #[test]
    fn a_text_ends_at_the_first_child() {
        let mut elements = Vec::new();
        let xml = "<s:R xmlns:s='x'>a<E>b<![CDATA[<&]]><!-- c -->d</E>e<F/></s:R>";
        let visit = &mut |Element { depth, name, text }: Element<'_>| {
            elements.push((depth, name.to_owned(), text.to_owned()));
        };
        assert_eq!(read(xml, visit), Ok(()));
        let expected = [(0, "R", "a"), (1, "E", "b<&d"), (1, "F", "")];
        assert_eq!(elements, expected.map(|(depth, name, text)| (depth, name.into(), text.into())));
    }

    #[test]
    fn writes_what_it_reads() {
        let xml = document(html! { R { E { "<\"&'>" } } });
        assert_eq!(text(&xml, "E").as_deref(), Some("<\"&'>"));
    }
}
