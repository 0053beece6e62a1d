//! As much XML as S3's answers need, and our question.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>

/// What stands in the first element of that name, unescaped.
pub(crate) fn text(xml: &str, name: &str) -> Option<String> {
    Some(unescape(elements(xml, name).next()?))
}

/// What stands in each element of that name; they have no attributes, and none lies in another.
pub(crate) fn elements<'a>(xml: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = xml;
    core::iter::from_fn(move || {
        let (_, after) = rest.split_once(&*open)?;
        let (inside, after) = after.split_once(&*close)?;
        rest = after;
        Some(inside)
    })
}

/// A text as it stands in an element.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn unescape(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
    ];
    let text = named.iter().fold(text.to_owned(), |text, (name, c)| text.replace(name, c));
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_elements_and_their_texts() {
        let xml = r#"<?xml version="1.0"?><R xmlns="x"><P><E>&quot;a&amp;lt;&quot;</E></P><P><E>b</E></P></R>"#;
        let parts: Vec<_> = elements(xml, "P").map(|part| text(part, "E").unwrap()).collect();
        assert_eq!(parts, ["\"a&lt;\"", "b"]);
        assert_eq!(text(xml, "Q"), None);
        assert_eq!(unescape(&escape("<\"&'>")), "<\"&'>");
    }
}
