//! A PUT that the client asks for: what it fixes, and where there is none.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use core::cell::RefCell;

use rules::{
    Ambient, AuthContext, Denial, Presented, RequestedMethod, Results, Rules, Secret, Secrets,
    UploadRequest,
};
use serde_json::{Value, json};
use signer::UnixTime;

#[test]
fn a_put_permits_no_more_headers_than_the_form() {
    let amazon = json!({ "provider": "aws", "region": "eu-west-1" });
    let neutral = [
        "cache-control=no-cache",
        "content-disposition=inline",
        "content-encoding=identity",
        "content-length=7",
        "content-type=image/png",
    ];
    assert_eq!(put(&amazon, &json!({})).unwrap(), neutral);
    let custom =
        json!({ "provider": "custom", "endpoint": "https://s3.example.com", "forms": true });
    assert_eq!(put(&custom, &json!({})).unwrap(), neutral);
    let google = put(&json!({ "provider": "gcs" }), &json!({})).unwrap();
    let expected = [
        "cache-control=no-cache",
        "content-disposition=inline",
        "content-type=image/png",
        "x-goog-content-length-range=7,7",
    ];
    assert_eq!(google, expected);
}

#[test]
fn a_put_is_as_always_where_there_are_no_forms() {
    let headers = put(&json!({ "provider": "b2", "region": "us-west-004" }), &json!({})).unwrap();
    assert_eq!(headers, ["content-length=7", "content-type=image/png"]);
}

#[test]
fn there_is_no_put_where_only_a_form_can_be_signed() {
    let v2 = json!({ "provider": "custom", "endpoint": "https://s3.example.com", "forms": true, "signature": "v2" });
    assert_eq!(put(&v2, &json!({})).unwrap_err(), Denial::NoPut);
}

#[test]
fn a_put_for_a_bound_bucket_goes_to_the_worker() {
    for bucket in [json!({}), json!({ "forms": false })] {
        let mut bound = json!({ "provider": "r2", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "binding": "MEDIA_BUCKET" });
        bound.as_object_mut().unwrap().extend(bucket.as_object().unwrap().clone());
        let none = Denial::InvalidArgument {
            name: "url",
            why: "is required, since this bucket's files are sent to Signpost itself".into(),
        };
        assert_eq!(put(&bound, &json!({})).unwrap_err(), none);
        for (base, path) in [
            ("https://files.example.com", "https://files.example.com/files/media/files/"),
            ("https://example.com/up", "https://example.com/up/files/media/files/"),
        ] {
            let (url, headers) = put_at(Some(base), &bound, &json!({})).unwrap();
            // The Worker stores no header that is not signed, so no others are fixed.
            assert_eq!(headers, ["content-length=7", "content-type=image/png"]);
            assert!(url.starts_with(path), "{url}");
            assert!(!url.contains("x-signpost"), "{url}");
        }
        let (url, _) =
            put_at(Some("https://files.example.com"), &bound, &json!({ "confirm": true })).unwrap();
        assert!(url.contains("&x-signpost=file."), "{url}");
        let why = "must be a URL such as https://files.example.com, in lower case".into();
        let bad = Denial::InvalidArgument { name: "url", why };
        let refused = put_at(Some("https://Files.example.com"), &bound, &json!({}));
        assert_eq!(refused.unwrap_err(), bad);
    }
}

/// Asks for a PUT, and returns the headers that are signed.
fn put(bucket: &Value, more: &Value) -> Result<Vec<String>, Denial> {
    put_at(None, bucket, more).map(|(_, headers)| headers)
}

/// Asks for a PUT from a Worker at this URL. Returns the URL, and the headers that are signed.
fn put_at(
    worker: Option<&str>,
    bucket: &Value,
    more: &Value,
) -> Result<(String, Vec<String>), Denial> {
    let mut bucket = bucket.clone();
    bucket["name"] = "acme-media".into();
    bucket["credentials"] = "MEDIA".into();
    let mut rule = json!({ "bucket": "media", "callers": ["anyone"], "key": "files/{uuid}.{ext}", "types": ["image/png"], "max_size": "1 MiB", "expires": "5 min" });
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let vars = json!({ "BUCKETS": { "media": bucket }, "CALLERS": { "anyone": { "kind": "anyone" } }, "UPLOADS": { "file": rule } });
    let rules = Rules::parse(vars.as_object().unwrap()).unwrap();
    let mut secrets = Secrets::default();
    for name in rules.secrets().into_iter().filter(|name| name.as_str().contains("ACCESS_KEY")) {
        secrets.insert(name.clone(), Secret::new("a-secret-of-at-least-thirty-two-bytes"));
    }
    let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
    let ambient = Ambient { now, random: || [7; 16] };
    let (presented, key_cache) = (Presented::default(), RefCell::default());
    let context = AuthContext { presented, now, results: Results::NONE, key_cache: &key_cache };
    let rule = rules.upload("file").unwrap();
    let caller = rule.access().authenticate(&context, &secrets).unwrap();
    let request = UploadRequest {
        method: Some(RequestedMethod::Put),
        r#type: "image/png".into(),
        size: 7,
        ..UploadRequest::default()
    };
    let mut grant = rule.grant(&caller, &request, ambient)?;
    if let Some(worker) = worker {
        grant = grant.at_worker(worker)?;
    }
    let upload = grant.sign(&secrets, now)?.output;
    assert_eq!(upload.method(), "PUT");
    let headers = upload.headers().unwrap();
    let mut headers: Vec<_> =
        headers.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    headers.sort();
    Ok((upload.url().to_owned(), headers))
}
