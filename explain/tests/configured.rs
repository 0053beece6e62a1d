//! Explanations that name the configuration's keys, redirected preflights, and what a diagnosis leaves open.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use explain::{Code, Context, Diagnosis, Evidence, KnownBucket, combined, explain, read};
use signer::{Credentials, UnixTime};

/// 2015-12-29T00:01:00Z
const NOW: UnixTime = UnixTime::from_secs(1_451_347_260);
const LINK: &str = "https://acme-media.s3.us-east-1.amazonaws.com/a.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20151229%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20151229T000000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=0123456789012345678901234567890123456789012345678901234567890123";
const WRONG_REGION: &str = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region></Error>";
const ELSEWHERE: &str = "<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be addressed using the specified endpoint.</Message><Endpoint>acme-media.s3.eu-west-1.amazonaws.com</Endpoint><Bucket>acme-media</Bucket></Error>";

fn bucket(name: &str, region: &str, endpoint_setting: Option<&str>) -> KnownBucket {
    KnownBucket {
        name: name.into(),
        host: format!("{name}.s3.{region}.amazonaws.com"),
        region: region.into(),
        region_setting: format!("BUCKETS.{name}.region (wrangler.toml, line 34)"),
        endpoint_setting: endpoint_setting.map(Into::into),
    }
}

fn diagnose(texts: &[&str], buckets: &[KnownBucket]) -> Diagnosis {
    let begin = vec![Evidence::default()];
    let all = texts.iter().fold(begin, |all, text| combined(&all, &read(text).unwrap()));
    let [evidence] = all.as_slice() else { panic!("one request") };
    explain(evidence, &Context { buckets: buckets.into(), ..Context::at(NOW) })
}

/// The only cause: its code and its hint.
fn cause(diagnosis: &Diagnosis) -> (Code, &str) {
    let [cause] = diagnosis.causes.as_slice() else { panic!("one cause: {diagnosis}") };
    (cause.code, &cause.hint)
}

#[test]
fn names_the_key_whose_region_the_server_corrects() {
    let buckets = [bucket("acme-media", "us-east-1", None), bucket("other", "eu-west-1", None)];
    let expected = "write region = \"eu-west-1\" at BUCKETS.acme-media.region (wrangler.toml, line 34), and deploy";
    for texts in [&[WRONG_REGION][..], &[LINK, WRONG_REGION], &[ELSEWHERE], &[LINK, ELSEWHERE]] {
        assert_eq!(cause(&diagnose(texts, &buckets)).1, expected, "{texts:?}");
    }
    let several = [buckets[0].clone(), bucket("third", "us-east-1", None)];
    let unnamed = "configure the signer with the bucket's region, eu-west-1";
    assert_eq!(cause(&diagnose(&[WRONG_REGION], &several)).1, unnamed, "any of two buckets");
    assert_eq!(cause(&diagnose(&[WRONG_REGION], &[])).1, unnamed);
}

#[test]
fn names_the_endpoint_if_the_configuration_has_one() {
    let buckets =
        [bucket("acme-media", "eu-west-1", Some("BUCKETS.media.endpoint (a.toml, line 5)"))];
    let hint = "write endpoint = \"https://s3.eu-west-1.amazonaws.com\" at BUCKETS.media.endpoint (a.toml, line 5), and deploy";
    assert_eq!(cause(&diagnose(&[ELSEWHERE], &buckets)), (Code::WrongHost, hint));
}

#[test]
fn says_that_the_configuration_is_right_and_another_signer_or_an_old_deployment_is_not() {
    let diagnosis = diagnose(&[LINK], &[bucket("acme-media", "eu-west-1", None)]);
    let hint = "BUCKETS.acme-media.region (wrangler.toml, line 34) is eu-west-1 already: if the Worker signed this, deploy it again; otherwise configure the other signer with this region";
    assert_eq!(cause(&diagnosis), (Code::WrongRegion, hint));
}

#[test]
fn believes_the_server_more_than_the_configuration() {
    let diagnosis = diagnose(&[LINK, WRONG_REGION], &[bucket("acme-media", "us-west-2", None)]);
    assert!(diagnosis.causes[0].message.ends_with("the bucket is in eu-west-1"), "{diagnosis}");
    assert_eq!(cause(&diagnosis).0, Code::WrongRegion);
}

#[test]
fn takes_a_folder_in_a_key_for_no_bucket() {
    let link = LINK.replace("/a.png", "/films/a.png");
    assert!(diagnose(&[&link], &[bucket("films", "eu-west-1", None)]).is_good());
}

#[test]
fn explains_a_redirected_preflight_by_the_region() {
    let blocked = "from origin 'https://www.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request.";
    let at = "Access to fetch at 'https://acme-media.s3.us-east-1.amazonaws.com/'";
    let firefox = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ‘https://acme-media.s3.us-east-1.amazonaws.com/’. (Reason: CORS request external redirect not allowed).";
    for text in [&format!("{at} {blocked}"), firefox] {
        let diagnosis = diagnose(&[text], &[]);
        assert_eq!(cause(&diagnosis).0, Code::WrongRegion, "{text}");
        let subject = "https://acme-media.s3.us-east-1.amazonaws.com/";
        assert_eq!(diagnosis.subject, subject);
        assert!(
            diagnosis.causes[0].message.contains("the bucket is not in us-east-1"),
            "{diagnosis}"
        );
        assert!(!diagnosis.causes[0].hint.contains("signpost cors"), "{diagnosis}");
        let configured = diagnose(&[text], &[bucket("acme-media", "us-east-1", None)]);
        assert!(
            cause(&configured).1.starts_with("correct BUCKETS.acme-media.region"),
            "{configured}"
        );
    }
    let redirected = "Access to fetch at 'https://acme-media.s3.eu-west-1.amazonaws.com/' (redirected from 'https://acme-media.s3.us-east-1.amazonaws.com/') from origin 'https://www.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let diagnosis = diagnose(&[redirected], &[]);
    assert_eq!(diagnosis.subject, "https://acme-media.s3.us-east-1.amazonaws.com/");
    let hint = "configure the signer with the bucket's region, eu-west-1";
    assert_eq!(cause(&diagnosis), (Code::WrongRegion, hint));
    let message = &diagnosis.causes[0].message;
    assert!(message.contains("redirects the request to acme-media.s3.eu-west-1.amazonaws.com, because the bucket is not in us-east-1"), "{message}");
}

#[test]
fn a_redirect_of_another_server_is_no_matter_of_regions() {
    let text = "Access to fetch at 'http://signpost.example.com/uploads/a' from origin 'https://www.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request.";
    let diagnosis = diagnose(&[text], &[]);
    assert_eq!(cause(&diagnosis).0, Code::Cors);
    assert!(cause(&diagnosis).1.contains("https instead of http"), "{diagnosis}");
}

#[test]
fn still_blames_the_cors_rules_for_a_rejected_preflight() {
    let text = "Access to fetch at 'https://acme-media.s3.us-east-1.amazonaws.com/' from origin 'https://www.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    assert_eq!(cause(&diagnose(&[text], &[])).0, Code::Cors);
}

/// A HAR of Playwright, whose failed requests have neither a body nor a status.
fn har(entries: &str) -> String {
    let answer = r#"{\"method\":\"POST\",\"url\":\"https://acme-media.s3.us-east-1.amazonaws.com/\",\"fields\":{\"policy\":\"e30=\",\"x-amz-credential\":\"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request\"}}"#;
    let worker = format!(
        r#"{{"request":{{"method":"POST","url":"https://w.example/uploads/a"}},"response":{{"status":200,"content":{{"text":"{answer}"}}}}}}"#
    );
    format!(r#"{{"log":{{"entries":[{worker},{entries}]}}}}"#)
}

#[test]
fn reads_a_record_of_forms_that_a_preflight_stopped() {
    let post = r#"{"request":{"method":"POST","url":"https://acme-media.s3.us-east-1.amazonaws.com/"},"response":{"status":-1}}"#;
    let diagnosis = diagnose(&[&har(post)], &[]);
    assert_eq!(diagnosis.subject, "form for POST https://acme-media.s3.us-east-1.amazonaws.com/");
    assert_eq!(cause(&diagnosis).0, Code::Cors, "{diagnosis}");
    assert_eq!(
        diagnosis.remarks.first().unwrap(),
        "the form was not sent: its preflight failed, or there was no connection"
    );
    let preflight = r#"{"request":{"method":"OPTIONS","url":"https://acme-media.s3.us-east-1.amazonaws.com/"},"response":{"status":307,"redirectURL":"https://acme-media.s3.eu-west-1.amazonaws.com/"}}"#;
    assert_eq!(cause(&diagnose(&[&har(preflight)], &[])).0, Code::WrongRegion);
    let other = r#"{"request":{"method":"POST","url":"https://statistics.example/"},"response":{"status":-1}}"#;
    let why = read(&har(other)).unwrap_err().to_string();
    assert!(why.contains("no request in the HAR is signed for S3"), "{why}");
}

#[test]
fn explains_a_code_alone_and_asks_for_the_rest() {
    let diagnosis = diagnose(&["AuthorizationHeaderMalformed"], &[]);
    assert_eq!(diagnosis.subject, "the error AuthorizationHeaderMalformed");
    assert_eq!(diagnosis.causes.len(), 1, "{diagnosis}");
    assert!(diagnosis.remarks[0].contains("pass the whole answer of the bucket"), "{diagnosis}");
    assert!(read("NoSuchErrorCode").is_err());
    assert!(diagnose(&[WRONG_REGION], &[]).remarks.is_empty());
}

#[test]
fn says_what_was_not_verified() {
    let first_line =
        |diagnosis: &Diagnosis| diagnosis.to_string().lines().next().unwrap().to_owned();
    let subject = "https://acme-media.s3.us-east-1.amazonaws.com/a.png: ";
    let unverified = "nothing wrong in what can be seen; not verified: ";
    assert_eq!(first_line(&diagnose(&[LINK], &[])), format!("{subject}{unverified}the signature"));
    let elsewhere =
        LINK.replace("acme-media.s3.us-east-1.amazonaws.com", "files.example.com/acme-media");
    let diagnosis = diagnose(&[&elsewhere], &[]);
    assert!(
        first_line(&diagnosis).ends_with("not verified: the signature, the bucket's region"),
        "{diagnosis}"
    );
    assert_eq!(
        serde_json::to_value(&diagnosis).unwrap()["unverified"],
        serde_json::json!(["signature", "region"])
    );
    let known = diagnose(&[&elsewhere], &[bucket("acme-media", "us-east-1", None)]);
    assert!(first_line(&known).ends_with("not verified: the signature"), "{known}");
    // A link of `signpost sign` with this secret.
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let context = Context {
        credentials: Some(Credentials::new("AKIAIOSFODNN7EXAMPLE", secret)),
        ..Context::at(NOW)
    };
    let signed = read(&signed_link(secret)).unwrap();
    assert_eq!(first_line(&explain(&signed[0], &context)), format!("{subject}no problems found"));
}

fn signed_link(secret: &str) -> String {
    use signer::{Bucket, Expires, Method, ObjectKey, Presign, Region, Signer, UrlStyle};
    let region = Region::new("us-east-1").unwrap();
    let endpoint = "https://s3.us-east-1.amazonaws.com";
    let bucket = Bucket::new(endpoint, UrlStyle::VirtualHosted, "acme-media", region).unwrap();
    let key = ObjectKey::new("a.png").unwrap();
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", secret);
    let presign = Presign::new(Method::Get, &bucket, &key, Expires::from_secs(600).unwrap());
    presign.sign(&Signer::new(&credentials, bucket.region(), NOW)).url
}
