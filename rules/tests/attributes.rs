//! What a rule stores with its objects: the fields of a form, the headers of a PUT and those of the request that begins parts.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

extern crate alloc;

use alloc::collections::BTreeMap;
use core::cell::RefCell;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rules::{
    Ambient, AuthContext, Denial, Effect, PartSize, Presented, Results, Rules, Secret, Secrets,
    SignedUpload, UploadRequest,
};
use serde_json::{Value, json};
use signer::UnixTime;

type Pairs = BTreeMap<String, String>;

#[test]
fn a_form_has_each_as_a_field_with_an_exact_condition() {
    let rule = json!({
        "cache_control": "private,  max-age=60", "content_disposition": "attachment", "content_encoding": "gzip",
        "storage_class": "STANDARD_IA", "acl": "bucket-owner-full-control", "sse": "AES256",
        "tags": { "b": "Zoë 1/2", "a": "x=y" },
    });
    let fields = form(&aws(true), &rule, Some("März.txt"));
    let expected = [
        ("Cache-Control", "private, max-age=60"),
        (
            "Content-Disposition",
            "attachment; filename=\"M_rz.txt\"; filename*=UTF-8''M%C3%A4rz.txt",
        ),
        ("Content-Encoding", "gzip"),
        ("x-amz-storage-class", "STANDARD_IA"),
        ("acl", "bucket-owner-full-control"),
        ("x-amz-server-side-encryption", "AES256"),
        (
            "tagging",
            "<Tagging><TagSet><Tag><Key>a</Key><Value>x=y</Value></Tag><Tag><Key>b</Key><Value>Zoë 1/2</Value></Tag></TagSet></Tagging>",
        ),
    ];
    let policy = BASE64_STANDARD.decode(&fields["policy"]).unwrap();
    let policy: Value = serde_json::from_slice(&policy).unwrap();
    let conditions = policy["conditions"].as_array().unwrap();
    for (name, value) in expected {
        assert_eq!(fields[name], value);
        assert!(conditions.contains(&json!({ name: value })), "{name} in {policy}");
    }
}

#[test]
fn a_put_has_each_as_a_signed_header() {
    let rule = json!({
        "content_disposition": "inline", "content_language": "de",
        "sse": { "algorithm": "aws:kms", "key": "0f4c", "bucket_key": true },
        "object_lock": { "mode": "GOVERNANCE", "retention": "30 days" }, "tags": { "a b": "Zoë=/" },
    });
    let (headers, url) = put(&aws(false), &rule, None).unwrap();
    for (name, value) in [
        ("content-disposition", "inline"),
        ("content-language", "de"),
        ("x-amz-object-lock-mode", "GOVERNANCE"),
        ("x-amz-object-lock-retain-until-date", "2026-12-23T19:00:00Z"),
        ("x-amz-sdk-checksum-algorithm", "CRC32"),
        ("x-amz-checksum-crc32", "AAAAAA=="),
        ("x-amz-server-side-encryption", "aws:kms"),
        ("x-amz-server-side-encryption-aws-kms-key-id", "0f4c"),
        ("x-amz-server-side-encryption-bucket-key-enabled", "true"),
        ("x-amz-tagging", "a%20b=Zo%C3%AB%3D%2F"),
    ] {
        assert_eq!(headers[name], value, "{name}");
        assert!(url.contains(name), "{name} is signed: {url}");
    }
}

#[test]
fn the_request_that_begins_parts_has_them() {
    let rule = json!({ "multipart": true, "tags": { "a": "b" }, "storage_class": "GLACIER_IR" });
    let headers = begin(&aws(true), &rule);
    assert_eq!(headers["x-amz-tagging"], "a=b");
    assert_eq!(headers["x-amz-storage-class"], "GLACIER_IR");
}

/// The Worker itself completes an upload in parts, which confirms it.
#[test]
fn only_whole_files_are_tagged_as_unconfirmed() {
    let tags = json!({ "a": "b" });
    let rule = json!({ "multipart": true, "confirm": true, "expire_unconfirmed": "1 day" });
    let tagged = merged(&rule, &json!({ "tags": tags }));
    assert_eq!(begin(&aws(true), &tagged)["x-amz-tagging"], "a=b");
    assert_eq!(begin(&aws(true), &rule).get("x-amz-tagging"), None);
    let (headers, _) = put(&aws(false), &tagged, None).unwrap();
    assert_eq!(headers["x-amz-tagging"], "a=b&signpost=unconfirmed");
    let fields = form(&aws(true), &rule, None);
    let tagging = "<Tagging><TagSet><Tag><Key>signpost</Key><Value>unconfirmed</Value></Tag></TagSet></Tagging>";
    assert_eq!(fields["tagging"], tagging);
}

#[test]
fn google_has_a_header_of_its_own_for_the_storage_class() {
    let bucket = json!({ "provider": "gcs", "forms": false });
    let (headers, _) = put(&bucket, &json!({ "storage_class": "NEARLINE" }), None).unwrap();
    assert_eq!(headers["x-goog-storage-class"], "NEARLINE");
}

#[test]
fn a_file_is_locked_only_with_a_checksum() {
    let rule = json!({ "object_lock": { "mode": "COMPLIANCE", "retention": "1 day" } });
    let rules = rules(&aws(false), &rule);
    let request =
        UploadRequest { r#type: "text/plain".into(), size: 1, ..UploadRequest::default() };
    let denial = rules.upload("file").unwrap().grant(&caller(&rules), &request, ambient());
    assert!(matches!(denial, Err(Denial::InvalidArgument { name: "checksum", .. })), "{denial:?}");
}

/// A name that S3 would replace in a form never gets into one.
#[test]
fn a_name_with_a_variable_of_forms_is_refused() {
    let rules = rules(&aws(true), &json!({ "content_disposition": "attachment" }));
    let filename = Some("a${filename}.txt".to_owned());
    let request = UploadRequest {
        filename,
        r#type: "text/plain".into(),
        size: 1,
        ..UploadRequest::default()
    };
    let denial = rules.upload("file").unwrap().grant(&caller(&rules), &request, ambient());
    assert!(matches!(denial, Err(Denial::InvalidArgument { name: "filename", .. })), "{denial:?}");
}

fn form(bucket: &Value, rule: &Value, filename: Option<&str>) -> Pairs {
    match upload(bucket, rule, filename, None).unwrap() {
        SignedUpload::Post(post) => {
            post.fields.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
        }
        SignedUpload::Put(put) => panic!("{put:?}"),
    }
}

fn put(bucket: &Value, rule: &Value, filename: Option<&str>) -> Result<(Pairs, String), Denial> {
    let checksum = rule.get("object_lock").map(|_| "crc32-AAAAAA==");
    match upload(bucket, rule, filename, checksum)? {
        SignedUpload::Put(put) => {
            let headers = put.headers.iter();
            let headers =
                headers.map(|(name, value)| (name.as_str().into(), value.as_str().into()));
            Ok((headers.collect(), put.url))
        }
        SignedUpload::Post(post) => panic!("{post:?}"),
    }
}

fn begin(bucket: &Value, rule: &Value) -> Pairs {
    let rules = rules(bucket, rule);
    let request =
        UploadRequest { r#type: "text/plain".into(), size: 1, ..UploadRequest::default() };
    let rule = rules.upload("file").unwrap();
    let grant = rule.begin(&caller(&rules), &request, PartSize::Auto, ambient()).unwrap();
    match grant.sign(&secrets(&rules), ambient().now).unwrap().request() {
        Effect::BucketRequest { headers, .. } => headers.into_iter().collect(),
        other => panic!("{other:?}"),
    }
}

fn upload(
    bucket: &Value,
    rule: &Value,
    filename: Option<&str>,
    checksum: Option<&str>,
) -> Result<SignedUpload, Denial> {
    let rules = rules(bucket, rule);
    let request = UploadRequest {
        filename: filename.map(str::to_owned),
        r#type: "text/plain".into(),
        size: 1,
        checksum: checksum.map(str::to_owned),
        ..UploadRequest::default()
    };
    let grant = rules.upload("file")?.grant(&caller(&rules), &request, ambient())?;
    Ok(grant.sign(&secrets(&rules), ambient().now)?.output)
}

fn aws(forms: bool) -> Value {
    json!({ "provider": "aws", "region": "eu-west-1", "forms": forms })
}

fn rules(bucket: &Value, more: &Value) -> Rules {
    let rule = json!({
        "bucket": "media", "callers": ["anyone"], "key": "files/{uuid}", "types": ["text/plain"], "max_size": "1 KiB",
        "expires": "1 min",
    });
    let named = json!({ "name": "acme-media", "credentials": "MEDIA" });
    let config = json!({
        "BUCKETS": { "media": merged(&named, bucket) },
        "CALLERS": { "anyone": { "kind": "anyone" } },
        "UPLOADS": { "file": merged(&rule, more) },
    });
    Rules::parse(config.as_object().unwrap()).unwrap()
}

fn merged(table: &Value, more: &Value) -> Value {
    let (table, more) = (table.as_object().unwrap(), more.as_object().unwrap());
    table.iter().chain(more).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn caller(rules: &Rules) -> rules::Caller {
    let (presented, key_cache) = (Presented::default(), RefCell::default());
    let context = AuthContext {
        presented,
        now: ambient().now,
        results: Results::NONE,
        key_cache: &key_cache,
    };
    rules.upload("file").unwrap().access().authenticate(&context, &secrets(rules)).unwrap()
}

fn secrets(rules: &Rules) -> Secrets {
    let mut secrets = Secrets::default();
    for name in rules.secrets().into_iter().filter(|name| !name.as_str().ends_with("EXPIRATION")) {
        secrets.insert(name.clone(), Secret::new("a-secret-access-key-of-32-bytes."));
    }
    secrets
}

fn ambient() -> Ambient {
    Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [7; 16] } // 2026-11-23T19:00:00Z
}
