//! The response to a successful upload, as the form asks for it.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

use core::fmt;

use maud::html;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use signer::{HttpUrl, VerifiedPost};

use crate::response::Response;
use crate::xml::{document, text};

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The data for the response to a successful upload. Kept while the file is read.
#[derive(Clone, Eq, PartialEq)]
pub struct Receipt {
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// The object's URL.
    pub(crate) location: String,
    pub(crate) success: Success,
}

/// The kind of response to a successful upload.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Success {
    /// `success_action_redirect`, an absolute URL.
    Redirect(String),
    /// 200, without a body.
    Ok,
    /// 201, with XML.
    Created,
    /// 204. Also for a `success_action_status` that S3 does not have.
    NoContent,
}

impl Success {
    /// Reads the form's fields. As at S3, a redirect that is not a URL is ignored, and `redirect` is its old name.
    pub(crate) fn read(form: &VerifiedPost) -> Self {
        let redirect = form.field("success_action_redirect").or_else(|| form.field("redirect"));
        if let Some(url) = redirect.filter(|url| is_url(url)) {
            return Self::Redirect(url.into());
        }
        match form.field("success_action_status") {
            Some("200") => Self::Ok,
            Some("201") => Self::Created,
            _ => Self::NoContent,
        }
    }
}

impl Receipt {
    /// Makes the response to send once the object is stored. `etag` is quoted, as in a header.
    #[must_use]
    pub fn into_response(self, etag: &str) -> Response {
        let mut headers = vec![("etag", etag.to_owned())];
        let (status, body) = match &self.success {
            Success::Redirect(url) => {
                headers.push(("location", self.redirect_url(url, etag)));
                return Response { status: 303, headers, body: String::new() };
            }
            Success::Ok => (200, String::new()),
            Success::Created => (201, post_response(&self, etag)),
            Success::NoContent => (204, String::new()),
        };
        headers.push(("location", self.location));
        Response { status, headers, body }
    }

    /// Adds `bucket`, `key` and `etag` to the query of the redirect.
    fn redirect_url(&self, url: &str, etag: &str) -> String {
        let (url, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
        let separator = match url.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        let [bucket, key, etag] = [&self.bucket, &self.key, etag].map(encode);
        format!("{url}{separator}bucket={bucket}&key={key}&etag={etag}{fragment}")
    }
}

/// The redirect may hold secrets of the page, so `Debug` hides it.
impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

/// Returns whether a text is an absolute URL with a host, in characters that are allowed in a header.
fn is_url(text: &str) -> bool {
    HttpUrl::parse(text).is_some() && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Returns the body of a 201.
fn post_response(receipt: &Receipt, etag: &str) -> String {
    document(&html! {
        PostResponse {
            Location { (receipt.location) }
            Bucket { (receipt.bucket) }
            Key { (text(&receipt.key)) }
            ETag { (etag) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(success: Success) -> Receipt {
        Receipt {
            bucket: "media".into(),
            key: "a b/ü&<.png".into(),
            location: "https://s3.example.com/media/a%20b/%C3%BC%26%3C.png".into(),
            success,
        }
    }

    #[test]
    fn appends_bucket_key_and_etag_to_a_redirect() {
        let appended = "bucket=media&key=a%20b%2F%C3%BC%26%3C.png&etag=%22e%22";
        for (url, expected) in [
            ("https://a.example/b", format!("https://a.example/b?{appended}")),
            ("https://a.example", format!("https://a.example?{appended}")),
            ("https://a.example/b?", format!("https://a.example/b?{appended}")),
            ("https://a.example/b?c=d", format!("https://a.example/b?c=d&{appended}")),
            ("https://a.example/b?c=d&", format!("https://a.example/b?c=d&{appended}")),
            ("https://a.example/b?c=d#e?f", format!("https://a.example/b?c=d&{appended}#e?f")),
            ("https://a.example/b#e", format!("https://a.example/b?{appended}#e")),
        ] {
            let response = receipt(Success::Redirect(url.into())).into_response("\"e\"");
            assert_eq!(
                (response.status, response.headers.last()),
                (303, Some(&("location", expected)))
            );
        }
    }

    #[test]
    fn accepts_only_absolute_urls_as_redirects() {
        for good in ["https://a.example", "http://localhost:8788/done?x=y#z", "https://[::1]/"] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "",
            "/done",
            "//a.example",
            "javascript:alert(1)",
            "https://",
            "https:///a",
            "https://?a",
            "https://a.example/ b",
            "https://a.example/\r\nx: y",
            "https://ä.example",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }

    #[test]
    fn writes_xml_only_for_201() {
        assert_eq!(
            receipt(Success::Created).into_response("\"e\"").body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>https://s3.example.com/media/a%20b/%C3%BC%26%3C.png</Location>\
             <Bucket>media</Bucket><Key>a b/ü&amp;&lt;.png</Key><ETag>&quot;e&quot;</ETag></PostResponse>"
        );
        for (success, status) in [(Success::Ok, 200), (Success::NoContent, 204)] {
            let response = receipt(success).into_response("\"e\"");
            assert_eq!((response.status, response.body.as_str()), (status, ""));
        }
    }
}
