//! The boundary between the parts of a form.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1>

use crate::fault::Fault;
use crate::parameters::Parameters;

/// Longest boundary, in characters. RFC 2046 allows 70, but clients write more: reqwest 71, some SDKs 80.
const MAX_LEN: usize = 200;

/// The boundary that `Content-Type: multipart/form-data; boundary=...` names.
///
/// It may have any printable character of ASCII. RFC 2046 allows fewer, but clients write `*****` and `&`.
///
/// ```
/// use post_object::Boundary;
///
/// let boundary = Boundary::from_content_type("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW")?;
/// assert_eq!(boundary.delimiter(), "\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW");
/// # Ok::<(), post_object::Fault>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Boundary(String);

impl Boundary {
    /// Parses the header.
    ///
    /// # Errors
    ///
    /// [`Fault::NotMultipart`] for another media type, [`Fault::Malformed`] unless there is exactly one boundary, of 1 to 200
    /// characters.
    pub fn from_content_type(header: &str) -> Result<Self, Fault> {
        // The example of RFC 1867, which S3's documentation refers to, has a comma.
        let (media_type, parameters) = header.split_once([';', ',']).unwrap_or((header, ""));
        if !media_type.trim_ascii().eq_ignore_ascii_case("multipart/form-data") {
            return Err(Fault::NotMultipart);
        }
        let mut boundary = None;
        for parameter in Parameters::of(parameters) {
            let malformed = Fault::Malformed("`Content-Type` has a malformed parameter");
            let (name, value) = parameter.ok_or(malformed)?;
            if name == "boundary" && boundary.replace(value).is_some() {
                return Err(Fault::Malformed("`Content-Type` has two boundaries"));
            }
        }
        let boundary = boundary.ok_or(Fault::Malformed("`Content-Type` has no boundary"))?;
        if !(1..=MAX_LEN).contains(&boundary.len()) {
            return Err(Fault::Malformed("the boundary must have 1 to 200 characters"));
        }
        if !boundary.bytes().all(|b| matches!(b, b' '..=b'~')) {
            return Err(Fault::Malformed(
                "the boundary has a control character or a character beyond ASCII",
            ));
        }
        Ok(Self(boundary))
    }

    /// Returns the end of a part: a line end, two dashes and the boundary.
    #[must_use]
    pub fn delimiter(&self) -> String {
        format!("\r\n--{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headers as clients and issues about them have them, and the source of each.
    #[test]
    fn reads_what_clients_write() {
        let with = |boundary: &str| format!("multipart/form-data; boundary={boundary}");
        for (header, boundary) in [
            // curl
            (
                &*with("------------------------d74496d66958873e"),
                "------------------------d74496d66958873e",
            ),
            // Firefox
            (
                &with("----geckoformboundary7dcd2ec42caf40aca2a1e"),
                "----geckoformboundary7dcd2ec42caf40aca2a1e",
            ),
            // Public code for Android
            ("multipart/form-data;boundary=*****", "*****"),
            ("multipart/form-data;charset=utf-8;boundary=*****", "*****"),
            (
                "multipart/form-data; BOUNDARY=*****MessageBoundary*****",
                "*****MessageBoundary*****",
            ),
            // https://github.com/cfug/dio/issues/187
            (&with("----dio&boundary&0123456789"), "----dio&boundary&0123456789"),
            // https://github.com/cfug/dio/issues/764
            (&with("--dio-boundary-3646036728"), "--dio-boundary-3646036728"),
            // https://github.com/dart-lang/http/issues/61
            (&with("\"dart-http-boundary-'+_,-.:?=\""), "dart-http-boundary-'+_,-.:?="),
            // https://github.com/haiwen/seafile/issues/667, of Qt
            (
                &with("\"boundary_.oOo._MTgzMTcwMjYyNg==MTc3NDExNzExNg==NTI2MDQyOTI1\""),
                "boundary_.oOo._MTgzMTcwMjYyNg==MTc3NDExNzExNg==NTI2MDQyOTI1",
            ),
            // https://github.com/aspnet/HttpAbstractions/issues/820, https://github.com/warmcat/libwebsockets/issues/1948
            (&with("a/b:c=d?e(f)"), "a/b:c=d?e(f)"),
            // https://github.com/haskell-servant/servant-multipart/issues/30
            (&with("a,b"), "a,b"),
            // RFC 2046, 5.1.1
            (&with("\"gc0pJq0M:08jU534c0p\""), "gc0pJq0M:08jU534c0p"),
            (&with("\"a b:c\""), "a b:c"),
            // RFC 1867, section 6
            ("multipart/form-data, boundary=AaB03x", "AaB03x"),
            ("Multipart/Form-Data;charset=UTF-8;BOUNDARY=x", "x"),
            ("multipart/form-data ; boundary = x ;", "x"),
            // RFC 9110, 5.6.6: empty parameters
            ("multipart/form-data;; boundary=x; ;", "x"),
            (&with("\"{a}@[b]#;%<c>|\\\"^`~!$\""), "{a}@[b]#;%<c>|\"^`~!$"),
            // https://github.com/seanmonstar/reqwest/issues/3031: 71 characters
            (
                &with("0123456789abcdef-0123456789abcdef-0123456789abcdef-0123456789abcdef-abc"),
                "0123456789abcdef-0123456789abcdef-0123456789abcdef-0123456789abcdef-abc",
            ),
            // https://github.com/anthropics/anthropic-sdk-ruby/pull/124
            (&with(&"x".repeat(80)), &"x".repeat(80)),
            (&with(&"x".repeat(MAX_LEN)), &"x".repeat(MAX_LEN)),
        ] {
            assert_eq!(
                Boundary::from_content_type(header),
                Ok(Boundary(boundary.into())),
                "{header}"
            );
        }
    }

    #[test]
    fn rejects_other_headers_with_the_reason() {
        for header in [
            "",
            "application/x-www-form-urlencoded",
            "multipart/mixed; boundary=x",
            "multipart/form-datax; boundary=x",
            "multipart/form-data boundary=x",
        ] {
            assert_eq!(Boundary::from_content_type(header), Err(Fault::NotMultipart), "{header}");
        }
        let long = format!("; boundary={}", "x".repeat(MAX_LEN + 1));
        for (parameters, reason) in [
            ("", "no boundary"),
            ("; charset=utf-8", "no boundary"),
            ("; boundary=", "1 to 200 characters"),
            ("; boundary=\"\"", "1 to 200 characters"),
            (&long, "1 to 200 characters"),
            ("; boundary=a; boundary=b", "two boundaries"),
            ("; boundary=a, multipart/form-data; boundary=a", "two boundaries"),
            ("; boundary=\"a", "malformed parameter"),
            ("; boundary", "malformed parameter"),
            ("; boundary=\u{e9}", "beyond ASCII"),
            ("; boundary=\"a\tb\"", "control character"),
            ("; boundary=a\u{7f}", "control character"),
        ] {
            let header = format!("multipart/form-data{parameters}");
            match Boundary::from_content_type(&header) {
                Err(Fault::Malformed(why)) => assert!(why.contains(reason), "{header}: {why}"),
                other => panic!("{header}: {other:?}"),
            }
        }
    }
}
