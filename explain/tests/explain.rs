//! Causes of what servers say that no test server does, of two mistakes at once, and what is never shown.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use explain::{Code, Context, Diagnosis, Evidence, Sent, combined, explain, read};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use signer::{
    Bucket, Credentials, Dialect, Expires, HeaderName, HeaderValue, Method, ObjectKey, Presign,
    Region, Signer, UnixTime, UrlStyle,
};

/// 2015-12-29T00:00:00Z
const NOW: UnixTime = UnixTime::from_secs(1_451_347_200);
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn credentials() -> Credentials {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET)
}

/// A link for ten minutes from [`NOW`] on.
fn link(
    method: Method,
    key: &str,
    headers: &[(&'static str, &str)],
    token: Option<&str>,
) -> String {
    let region = Region::new("eu-west-1").unwrap();
    let bucket =
        Bucket::new("https://s3.eu-west-1.amazonaws.com", UrlStyle::VirtualHosted, "media", region);
    let (bucket, key) = (bucket.unwrap(), ObjectKey::new(key).unwrap());
    let mut presign = Presign::new(method, &bucket, &key, Expires::from_secs(600).unwrap());
    for (name, value) in headers {
        presign = presign.header(HeaderName::new(name).unwrap(), HeaderValue::new(value).unwrap());
    }
    let credentials = match token {
        Some(token) => credentials().with_session_token(token),
        None => credentials(),
    };
    presign.sign(&Signer::new(&credentials, bucket.region(), NOW)).url
}

fn diagnose(texts: &[&str], sent: Option<Sent>, credentials: Option<&Credentials>) -> Diagnosis {
    let begin = vec![Evidence { sent, ..Evidence::default() }];
    let all = texts.iter().fold(begin, |all, text| combined(&all, &read(text).unwrap()));
    let [evidence] = all.as_slice() else { panic!("one request") };
    explain(
        evidence,
        &Context { credentials: credentials.cloned(), ..Context::at(NOW.plus_secs(60)) },
    )
}

fn codes(diagnosis: &Diagnosis) -> Vec<Code> {
    diagnosis.causes.iter().map(|cause| cause.code).collect()
}

fn error(code: &str, more: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code>{more}</Error>")
}

#[test]
fn finds_nothing_wrong_with_a_link_until_it_expires() {
    let url = link(Method::Put, "a b.png", &[("content-type", "image/png")], None);
    let evidence = read(&url).unwrap();
    let credentials = credentials();
    for (secs, expected) in
        [(0, &[][..]), (599, &[]), (600, &[Code::Expired]), (90_000, &[Code::Expired])]
    {
        for credentials in [None, Some(&credentials)] {
            let known =
                Context { credentials: credentials.cloned(), ..Context::at(NOW.plus_secs(secs)) };
            assert_eq!(codes(&explain(&evidence[0], &known)), expected, "{secs}");
        }
    }
    let diagnosis = explain(&evidence[0], &Context::at(NOW.plus_secs(600 + 7_500)));
    let expected =
        "the link expired at 2015-12-29T00:10:00Z, 2 h 5 min before 2015-12-29T02:15:00Z";
    assert_eq!(diagnosis.causes[0].message, expected);
}

/// The words that Amazon documents, where the servers of the other tests have none or do not look.
#[test]
fn takes_the_servers_word_where_it_is_a_clear_one() {
    let url = link(Method::Put, "a.png", &[], None);
    let times =
        "<RequestTime>20151229T000000Z</RequestTime><ServerTime>2015-12-29T01:00:00Z</ServerTime>";
    let wrong_region = "<Message>Error parsing the X-Amz-Credential parameter; the region 'eu-west-1' is wrong; expecting 'us-east-2'</Message>";
    for (code, more, expected) in [
        (
            "AccessDenied",
            "<Message>There were headers present in the request which were not signed</Message><HeadersNotSigned>x-amz-acl</HeadersNotSigned>",
            Code::HeaderNotSigned,
        ),
        ("RequestTimeTooSkewed", times, Code::ClockSkew),
        ("AuthorizationQueryParametersError", wrong_region, Code::WrongRegion),
        (
            "BadDigest",
            "<Message>The CRC32 you specified did not match the calculated checksum.</Message>",
            Code::ChecksumDiffers,
        ),
        (
            "InvalidArgument",
            "<Message>Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified</Message>",
            Code::TwoSignatures,
        ),
        (
            "InvalidRequest",
            "<Message>The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.</Message>",
            Code::UnsupportedSignature,
        ),
        ("ExpiredToken", "<Message>The provided token has expired.</Message>", Code::TokenWrong),
        ("InvalidToken", "", Code::TokenWrong),
        (
            "TemporaryRedirect",
            "<Endpoint>media.s3.eu-west-1.amazonaws.com</Endpoint>",
            Code::WrongHost,
        ),
        (
            "AccessForbidden",
            "<Message>CORSResponse: This CORS request is not allowed.</Message>",
            Code::Cors,
        ),
        ("SlowDown", "<Message>Please reduce your request rate.</Message>", Code::Refused),
        ("AccessDenied", "<Message>Access Denied</Message>", Code::NotAllowed),
    ] {
        let xml = error(code, more);
        let credentials = credentials();
        assert_eq!(codes(&diagnose(&[&url, &xml], None, Some(&credentials))), [expected], "{xml}");
        let alone = if code == "TemporaryRedirect" || code == "AuthorizationQueryParametersError" {
            continue;
        } else {
            diagnose(&[&xml], None, None)
        };
        assert_eq!(codes(&alone), [expected], "{xml} alone");
    }
}

#[test]
fn finds_a_header_that_was_not_signed() {
    let url = link(Method::Put, "a.png", &[], None);
    let sent = Sent::from_lines("PUT", ["x-amz-acl: public-read", "content-type: image/png"]);
    let diagnosis = diagnose(&[&url], sent, Some(&credentials()));
    assert_eq!(codes(&diagnosis), [Code::HeaderNotSigned]);
    assert_eq!(diagnosis.causes[0].message, "the header x-amz-acl was sent, but is not signed");
}

#[test]
fn knows_the_checksum_of_an_empty_body_in_a_link() {
    let url = link(Method::Put, "a.png", &[], None);
    let url = url.replacen("&X-Amz-Date", "&x-amz-checksum-crc32=AAAAAA%3D%3D&X-Amz-Date", 1);
    assert_eq!(
        codes(&diagnose(&[&url, &error("BadDigest", "")], None, None)),
        [Code::EmptyBodyChecksum]
    );
}

#[test]
fn finds_the_bucket_at_the_other_place() {
    let url = link(Method::Get, "a.png", &[], None);
    let moved =
        url.replace("media.s3.eu-west-1.amazonaws.com/", "s3.eu-west-1.amazonaws.com/media/");
    let diagnosis = diagnose(&[&moved], None, Some(&credentials()));
    assert_eq!(codes(&diagnosis), [Code::WrongStyle]);
    let expected = "the link is signed for media.s3.eu-west-1.amazonaws.com/a.png, but was sent to s3.eu-west-1.amazonaws.com/media/a.png";
    assert_eq!(diagnosis.causes[0].message, expected);
}

#[test]
fn finds_two_mistakes_at_once() {
    let url = link(Method::Put, "a b.png", &[("content-type", "image/png")], None);
    let url = url.replace("a%20b", "a+b");
    let sent = Sent::from_lines("PUT", ["content-type: image/jpeg"]);
    let diagnosis =
        diagnose(&[&url, &error("SignatureDoesNotMatch", "")], sent, Some(&credentials()));
    assert_eq!(codes(&diagnosis), [Code::ContentTypeDiffers, Code::PlusForSpace]);
    let lines: Vec<_> = diagnosis.comparisons[0].lines.iter().filter(|line| line.differs).collect();
    let expected =
        [("/a%20b.png", "/a%2Bb.png"), ("content-type:image/png", "content-type:image/jpeg")];
    assert_eq!(
        lines.iter().map(|line| (&*line.signed, &*line.received)).collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn says_what_was_signed_where_nobody_says_what_was_sent() {
    let url = link(Method::Put, "a.png", &[("content-type", "image/png")], None);
    let sent = Sent::from_lines("PUT", []);
    let diagnosis =
        diagnose(&[&url, &error("SignatureDoesNotMatch", "")], sent, Some(&credentials()));
    assert_eq!(codes(&diagnosis), [Code::ContentTypeDiffers]);
    assert!(
        diagnosis.causes[0]
            .message
            .contains("signed as \"image/png\", but was sent with another value, or not at all")
    );
}

#[test]
fn knows_googles_words_and_those_of_version_2() {
    let region = Region::new("auto").unwrap();
    let bucket =
        Bucket::new("https://storage.googleapis.com", UrlStyle::Path, "media", region).unwrap();
    let (key, credentials) = (ObjectKey::new("a b.png").unwrap(), credentials());
    let signer = Signer::new(&credentials, bucket.region(), NOW).in_dialect(Dialect::Google);
    let presign = Presign::new(Method::Get, &bucket, &key, Expires::from_secs(600).unwrap());
    let url = presign.sign(&signer).url;
    assert_eq!(codes(&diagnose(&[&url], None, Some(&credentials))), []);
    let broken = url.replace("a%20b", "a%2520b");
    assert_eq!(codes(&diagnose(&[&broken], None, Some(&credentials))), [Code::DoubleEncoded]);
    let old = "https://media.s3.test/a.png?AWSAccessKeyId=a&Signature=b%3D&Expires=1451347260";
    assert_eq!(codes(&diagnose(&[old], None, None)), [Code::Expired]);
}

/// A refused preflight says nothing of the signature.
#[test]
fn blames_a_refused_preflight_on_cors() {
    let url = link(Method::Put, "a.png", &[], None);
    let entry = |method: &str, status: i32| {
        let request = format!(r#"{{"method":"{method}","url":"{url}","headers":[]}}"#);
        format!(
            r#"{{"log":{{"entries":[{{"request":{request},"response":{{"status":{status}}}}}]}}}}"#
        )
    };
    for (method, status, expected) in [
        ("OPTIONS", 403, &[Code::Cors][..]),
        ("PUT", -1, &[Code::Cors]),
        ("OPTIONS", 204, &[]),
        ("PUT", 200, &[]),
    ] {
        let diagnosis = diagnose(&[&entry(method, status)], None, Some(&credentials()));
        assert_eq!(codes(&diagnosis), expected, "{method} {status}");
    }
}

/// A link whose time is over by now was refused for something else, if the server said so when it was not.
#[test]
fn does_not_blame_the_time_for_what_the_server_blames_on_the_signature() {
    let url = link(Method::Get, "a.png", &[], None);
    let xml = error("SignatureDoesNotMatch", "");
    let evidence = combined(&read(&format!("{url}&utm_source=x")).unwrap(), &read(&xml).unwrap());
    let credentials = credentials();
    let known =
        Context { credentials: Some(credentials.clone()), ..Context::at(NOW.plus_secs(999_999)) };
    assert_eq!(codes(&explain(&evidence[0], &known)), [Code::QueryChanged]);
}

#[test]
fn shows_no_token_no_signature_and_no_secret() {
    let token = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJG+token";
    let url = link(Method::Put, "a.png", &[("content-type", "image/png")], Some(token));
    let signature = url.rsplit('=').next().unwrap();
    let encoded = url.split("Security-Token=").nth(1).unwrap().split('&').next().unwrap();
    let canonical = format!(
        "PUT\n/a.png\nX-Amz-Security-Token={encoded}\nhost:media.s3.eu-west-1.amazonaws.com\nx-amz-security-token:{token}\n\nhost\nUNSIGNED-PAYLOAD"
    );
    let canonical = canonical.replace('&', "&amp;");
    let more = format!(
        "<Message>{token}{signature}</Message><SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest>"
    );
    for code in ["SignatureDoesNotMatch", "SlowDown", "InvalidPolicyDocument"] {
        let sent = Sent::from_lines(
            "PUT",
            ["authorization: Bearer hidden-too", "x-amz-security-token: IQoJb3JpZ2lu"],
        );
        let diagnosis = diagnose(&[&url, &error(code, &more)], sent, Some(&credentials()));
        let shown = format!(
            "{diagnosis} {} {:?}",
            serde_json::to_string(&diagnosis).unwrap(),
            read(&url).unwrap()
        );
        let ticket = read("https://signpost.test/t/eyJh.b.c/uploads/a?X-Amz-Date=1").unwrap();
        let shown = format!("{shown} {}", explain(&ticket[0], &Context::at(NOW)));
        for secret in ["eyJh", SECRET, signature, token, encoded, "hidden-too", "IQoJb3JpZ2lu"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

#[test]
fn says_what_it_cannot_read() {
    for (text, expected) in [
        ("", "it is empty"),
        (
            "hello",
            "expected a URL, a form as JSON {\"url\", \"fields\"}, a HAR, a curl command or an error of S3",
        ),
        ("<html></html>", "expected an <Error> with a <Code>, found other XML"),
        (
            "<!DOCTYPE a [<!ENTITY b \"c\">]><Error><Code>&b;</Code></Error>",
            "expected an <Error> with a <Code>, found other XML",
        ),
        ("{\"url\"", "it is not valid JSON"),
        ("{\"log\":{\"entries\":[]}}", "no request in the HAR is signed for S3"),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), expected, "{text}");
    }
}

/// Pieces of what is usually pasted, so that chance gets further than the first check.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,8}",
        proptest::sample::select(vec![
            "https://s3.test/media/é%", "?", "&", "=", "X-Amz-Date=", "20151229T000000Z", "X-Amz-Expires=99999999999999999999",
            "X-Amz-Credential=a/20151229/eu-west-1/s3/aws4_request", "X-Amz-SignedHeaders=;;host;content-type", "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "X-Amz-Signature=", "X-Goog-Date=", "amp;", "%", "%ff", "+", "<Error>", "<Code>", "SignatureDoesNotMatch", "</Code>", "</Error>",
            "<CanonicalRequest>", "</CanonicalRequest>", "\n", "{\"url\":\"http://a/\",\"fields\":{\"policy\":\"", "e30=", "\"}}",
            "{\"log\":{\"entries\":[{\"request\":{\"method\":\"", "\",\"url\":\"http://a/?X-Amz-Date=\",\"headers\":[],\"postData\":{\"mimeType\":\"multipart/form-data; boundary=b\",\"text\":\"--b\r\n",
            "\"}},\"response\":{}}]}}", "<Message>", "</Message>", "expecting '",
        ]).prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn never_panics(texts in proptest::collection::vec(pieces(), 1..3), headers in "[ -~\n]{0,40}", now in any::<u64>()) {
        let credentials = Credentials::new("a", SECRET);
        let begin = vec![Evidence { sent: Sent::from_lines("put", headers.lines()), ..Evidence::default() }];
        let all = texts.iter().filter_map(|text| read(text).ok()).fold(begin, |all, read| combined(&all, &read));
        for evidence in all {
            let known = Context { credentials: Some(credentials.clone()), ..Context::at(UnixTime::from_secs(now)) };
            let diagnosis = explain(&evidence, &known);
            prop_assert!(!diagnosis.to_string().contains(SECRET));
        }
    }

}

/// What is left of a link once its spelling is set aside.
fn meaning(url: &str) -> String {
    let pairs: Vec<_> = url.split(['?', '&']).filter(|pair| !pair.is_empty()).collect();
    percent_decode_str(&pairs.join("&")).decode_utf8_lossy().to_ascii_lowercase()
}

proptest! {
    // Each tries thousands of signatures.
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// A good link that something was done to: it is called good only if nothing was changed that counts.
    #[test]
    fn calls_no_changed_link_good(at in 0_usize..600, with in "[a-zA-Z0-9%&+.=-]{0,3}") {
        let url = link(Method::Get, "films/a b.mp4", &[], None);
        let at = at % url.len();
        let changed = format!("{}{with}{}", &url[..at], &url[at + 1..]);
        prop_assume!(changed != url && at > "https://".len());
        let Ok(read) = read(&changed) else { return Ok(()) };
        prop_assume!(meaning(&changed) != meaning(&url));
        let credentials = credentials();
        let known = Context { credentials: Some(credentials.clone()), ..Context::at(NOW.plus_secs(60)) };
        let diagnosis = explain(&read[0], &known);
        // With another access key id there is no secret to tell by.
        let other_key = !changed.contains("X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20151229%2Feu-west-1%2Fs3%2Faws4_request");
        prop_assert!(!diagnosis.is_good() || other_key, "{changed}");
    }
}

/// A link with more parameters, signed headers and slashes than any signer writes takes no longer than another.
#[test]
fn stays_fast_for_a_link_with_thousands_of_parts() {
    let url = link(Method::Get, &"a/".repeat(400), &[], None);
    let parameters = "&p=1".repeat(1_500);
    let headers = "%3Bh".repeat(1_000);
    let xml = error("SignatureDoesNotMatch", "");
    for changed in [
        format!("{url}{parameters}"),
        url.replace("SignedHeaders=host", &format!("SignedHeaders=host{headers}")),
        url.replace("a/", "b/"),
    ] {
        let sent = Sent::from_lines("GET", ["accept: */*"]);
        let started = clock();
        let diagnosis = diagnose(&[&changed, &xml], sent, Some(&credentials()));
        assert!(!diagnosis.is_good());
        let elapsed = started.elapsed();
        assert!(elapsed.as_secs() < 20, "{elapsed:?}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test measures time, and does not run in a Worker"
)]
fn clock() -> std::time::Instant {
    std::time::Instant::now()
}

/// Two changes are named together if they are of different parts; three unrelated ones are not searched for.
#[test]
fn finds_several_changes_of_one_kind() {
    let url = link(Method::Get, "a//b.png", &[], None);
    let xml = error("SignatureDoesNotMatch", "");
    let signed = format!("{url}&utm_source=a&utm_medium=b");
    for (changed, expected) in [
        (signed.clone(), &[Code::QueryChanged, Code::QueryChanged][..]),
        (
            signed.replace("a//b", "a/b"),
            &[Code::QueryChanged, Code::QueryChanged, Code::PathChanged],
        ),
        (signed.replace("a//b", "a/c"), &[Code::SignatureMismatch]),
    ] {
        let sent = Sent::from_lines("GET", ["accept: */*"]);
        let diagnosis = diagnose(&[&changed, &xml], sent, Some(&credentials()));
        assert_eq!(codes(&diagnosis), expected, "{changed}");
    }
}

/// An error in JSON, of the APIs that write one.
#[test]
fn reads_errors_in_json() {
    for (text, expected) in [
        (
            r#"{"error":{"code":404,"message":"Not Found","errors":[{"reason":"notFound"}]}}"#,
            Code::NoSuchKey,
        ),
        (r#"{"code":"unauthorized","message":"invalid","status":401}"#, Code::UnknownKey),
        (r#"{"success":false,"errors":[{"code":10024,"message":"a"}]}"#, Code::NoSuchUpload),
        (r#"{"Code":"NoSuchKey","Message":"a"}"#, Code::NoSuchKey),
    ] {
        assert_eq!(codes(&diagnose(&[text], None, None)), [expected], "{text}");
    }
    for text in [
        r#"{"error":"no"}"#,
        r#"{"errors":[{"code":1}]}"#,
        r#"{"code":5}"#,
        "{}",
        r#"{"code":"ECONNREFUSED","message":"a"}"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}
