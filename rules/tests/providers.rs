//! The URL of each provider's buckets, and the method and dialect of an upload to them.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

extern crate alloc;

use alloc::collections::BTreeSet;
use core::cell::RefCell;

use rules::{
    Ambient, AuthContext, Presented, Provider, Results, Rules, Secret, SecretName, Secrets,
    SignedUpload, UploadRequest,
};
use serde_json::{Value, json};
use signer::UnixTime;

#[test]
fn finds_the_bucket_of_every_provider() {
    let mut missing: BTreeSet<_> = Provider::all().iter().map(Provider::name).collect();
    for (bucket, upload) in [
        (
            json!({ "provider": "aws", "region": "eu-west-1" }),
            "POST https://media.s3.eu-west-1.amazonaws.com/",
        ),
        (
            json!({ "provider": "aws", "region": "cn-north-1" }),
            "POST https://media.s3.cn-north-1.amazonaws.com.cn/",
        ),
        (
            json!({ "provider": "aws", "region": "eu-west-1", "url_style": "path" }),
            "POST https://s3.eu-west-1.amazonaws.com/media",
        ),
        (
            json!({ "provider": "aws", "region": "eu-west-1", "name": "acme.media" }),
            "POST https://s3.eu-west-1.amazonaws.com/acme.media",
        ),
        (
            json!({ "provider": "aws", "region": "eu-west-1", "forms": false }),
            "PUT https://media.s3.eu-west-1.amazonaws.com/k/",
        ),
        (
            json!({ "provider": "r2", "endpoint": "https://0a1b.eu.r2.cloudflarestorage.com" }),
            "PUT https://0a1b.eu.r2.cloudflarestorage.com/media/k/",
        ),
        (
            json!({ "provider": "r2", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "forms": false }),
            "PUT https://0a1b.r2.cloudflarestorage.com/media/k/",
        ),
        (
            json!({ "provider": "b2", "region": "us-west-004" }),
            "PUT https://media.s3.us-west-004.backblazeb2.com/k/",
        ),
        (json!({ "provider": "tigris" }), "POST https://media.t3.storage.dev/"),
        (
            json!({ "provider": "minio", "endpoint": "http://127.0.0.1:9000" }),
            "POST http://127.0.0.1:9000/media",
        ),
        (
            json!({ "provider": "garage", "endpoint": "https://s3.example.com" }),
            "POST https://s3.example.com/media",
        ),
        (
            json!({ "provider": "spaces", "region": "nyc3" }),
            "POST https://media.nyc3.digitaloceanspaces.com/",
        ),
        (
            json!({ "provider": "scaleway", "region": "fr-par" }),
            "POST https://media.s3.fr-par.scw.cloud/",
        ),
        (
            json!({ "provider": "ovh", "region": "gra" }),
            "POST https://media.s3.gra.io.cloud.ovh.net/",
        ),
        (
            json!({ "provider": "wasabi", "region": "eu-central-1" }),
            "PUT https://media.s3.eu-central-1.wasabisys.com/k/",
        ),
        (
            json!({ "provider": "wasabi", "region": "eu-central-1", "forms": true }),
            "POST https://media.s3.eu-central-1.wasabisys.com/",
        ),
        (
            json!({ "provider": "hetzner", "region": "fsn1" }),
            "PUT https://media.fsn1.your-objectstorage.com/k/",
        ),
        (json!({ "provider": "gcs" }), "POST https://media.storage.googleapis.com/"),
        (
            json!({ "provider": "gcs", "forms": false }),
            "PUT https://media.storage.googleapis.com/k/",
        ),
        (
            json!({ "provider": "custom", "endpoint": "https://s3.example.com/base" }),
            "PUT https://s3.example.com/base/media/k/",
        ),
    ] {
        let found = sign(&bucket);
        assert!(found.starts_with(upload), "{bucket}: expected {upload}, found {found}");
        missing.remove(bucket["provider"].as_str().unwrap());
    }
    assert_eq!(missing, BTreeSet::new(), "a provider without an example here");
}

/// The domains are those of botocore; rules/tests/differential compares all regions.
#[test]
fn finds_the_bucket_in_every_partition() {
    for (bucket, upload) in [
        (
            json!({ "provider": "aws", "region": "us-gov-west-1" }),
            "POST https://media.s3.us-gov-west-1.amazonaws.com/",
        ),
        (
            json!({ "provider": "aws", "region": "eusc-de-east-1" }),
            "POST https://media.s3.eusc-de-east-1.amazonaws.eu/",
        ),
        (
            json!({ "provider": "aws", "region": "us-iso-east-1" }),
            "POST https://media.s3.us-iso-east-1.c2s.ic.gov/",
        ),
        (
            json!({ "provider": "aws", "region": "us-isob-east-1" }),
            "POST https://media.s3.us-isob-east-1.sc2s.sgov.gov/",
        ),
        (
            json!({ "provider": "aws", "region": "eu-isoe-west-1" }),
            "POST https://media.s3.eu-isoe-west-1.cloud.adc-e.uk/",
        ),
        (
            json!({ "provider": "aws", "region": "us-isof-south-1" }),
            "POST https://media.s3.us-isof-south-1.csp.hci.ic.gov/",
        ),
        (
            json!({ "provider": "aws", "region": "aws-global" }),
            "POST https://media.s3.amazonaws.com/",
        ),
        // A region that is not known here, with its endpoint.
        (
            json!({ "provider": "aws", "region": "us-isox-east-1", "endpoint": "https://s3.us-isox-east-1.example.gov" }),
            "POST https://media.s3.us-isox-east-1.example.gov/",
        ),
    ] {
        let found = sign(&bucket);
        assert!(found.starts_with(upload), "{bucket}: expected {upload}, found {found}");
    }
}

#[test]
fn takes_names_and_regions_to_the_letter() {
    for (bucket, upload) in [
        // A bucket that was made before 2018.
        (
            json!({ "provider": "aws", "region": "us-east-1", "name": "Old_Media" }),
            "POST https://s3.us-east-1.amazonaws.com/Old_Media",
        ),
        (
            json!({ "provider": "b2", "region": "us-west-004", "name": "ziplineBucketName" }),
            "PUT https://s3.us-west-004.backblazeb2.com/ziplineBucketName/k/",
        ),
        // OpenStack, Ceph and Supabase
        (
            json!({ "provider": "custom", "endpoint": "https://s3.gra.cloud.ovh.net", "region": "RegionOne" }),
            "PUT https://s3.gra.cloud.ovh.net/media/k/",
        ),
        (
            json!({ "provider": "custom", "endpoint": "https://s3.example.com", "name": "db_wal" }),
            "PUT https://s3.example.com/db_wal/k/",
        ),
        (
            json!({ "provider": "custom", "endpoint": "https://abc.storage.supabase.co/storage/v1/s3", "region": "eu-central-1", "name": "User_Files" }),
            "PUT https://abc.storage.supabase.co/storage/v1/s3/User_Files/k/",
        ),
    ] {
        let found = sign(&bucket);
        assert!(found.starts_with(upload), "{bucket}: expected {upload}, found {found}");
    }
}

#[test]
fn signs_for_the_region_of_the_global_endpoint() {
    let (url, _) = upload(&json!({ "provider": "aws", "region": "aws-global", "forms": false }));
    assert!(url.contains("%2Fus-east-1%2Fs3%2Faws4_request&"), "{url}");
}

/// A host is written in lower case, so these names exist only in path-style URLs.
#[test]
fn refuses_names_that_a_host_cannot_contain() {
    for (bucket, error) in [
        (json!({ "provider": "aws", "region": "eu-west-1", "name": "Old_Media" }), NAME),
        (
            json!({ "provider": "r2", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "name": "Media" }),
            NAME,
        ),
        (
            json!({ "provider": "b2", "region": "us-west-004", "name": "Media", "url_style": "virtual-hosted" }),
            NAME,
        ),
    ] {
        let errors: Vec<_> = rules(&bucket).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(errors, [error], "{bucket}");
    }
}

const NAME: &str = "BUCKETS.media.name: a bucket name has 3 to 63 characters, each a-z, 0-9, - or ., and a letter or digit at both ends";

#[test]
fn gcs_uses_its_own_dialect() {
    let (_, names) = upload(&json!({ "provider": "gcs" }));
    let dialect =
        ["x-goog-algorithm", "x-goog-credential", "x-goog-date", "policy", "x-goog-signature"];
    assert_eq!(
        names,
        [&["Content-Type", "x-goog-meta-album", "bucket", "key"][..], &dialect].concat()
    );
    let (url, names) = upload(&json!({ "provider": "gcs", "forms": false }));
    assert!(url.contains("?X-Goog-Algorithm=GOOG4-HMAC-SHA256&X-Goog-Credential=value%2F19700101%2Fauto%2Fstorage%2Fgoog4_request&"), "{url}");
    assert_eq!(names, ["content-type", "x-goog-content-length-range", "x-goog-meta-album"]);
}

#[test]
fn signs_version_2_if_configured() {
    let bucket = json!({ "provider": "custom", "endpoint": "https://s3.example.com", "forms": true, "signature": "v2" });
    let (_, names) = upload(&bucket);
    assert_eq!(
        names,
        ["Content-Type", "x-amz-meta-album", "key", "AWSAccessKeyId", "policy", "signature"]
    );
}

#[test]
fn refuses_version_2_for_puts_whose_size_it_does_not_cover() {
    let bucket =
        json!({ "provider": "custom", "endpoint": "https://s3.example.com", "signature": "v2" });
    let errors: Vec<_> = rules(&bucket).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "UPLOADS.any.bucket: expected a bucket that accepts forms or signs with version 4: Signature Version 2 cannot limit the size of a PUT"
        ]
    );
}

/// The method and URL of an upload to the bucket.
fn sign(bucket: &Value) -> String {
    upload(bucket).0
}

fn rules(bucket: &Value) -> Result<Rules, Vec<rules::ConfigError>> {
    let mut entry = json!({ "name": "media", "credentials": "MEDIA" });
    entry.as_object_mut().unwrap().extend(bucket.as_object().unwrap().clone());
    let config = json!({
        "BUCKETS": { "media": entry },
        "CALLERS": { "anyone": { "kind": "anyone" } },
        "UPLOADS": { "any": {
            "bucket": "media", "callers": ["anyone"], "key": "k/{uuid}", "types": ["text/plain"], "max_size": "1 B", "expires": "1 s",
            "metadata": ["album"],
        } },
    });
    Rules::parse(config.as_object().unwrap())
}

/// The method and URL of an upload to the bucket, and the names of its fields or headers.
fn upload(bucket: &Value) -> (String, Vec<String>) {
    let rules = rules(bucket).unwrap();
    let mut secrets = Secrets::default();
    let optional = |name: &SecretName| {
        ["EXPIRATION", "SESSION_TOKEN"].iter().any(|end| name.as_str().ends_with(end))
    };
    for name in rules.secrets().into_iter().filter(|name| !optional(name)) {
        secrets.insert(name.clone(), Secret::new("value"));
    }
    let rule = rules.upload("any").unwrap();
    let ambient = Ambient { now: UnixTime::from_secs(0), random: || [0; 16] };
    let key_cache = RefCell::default();
    let (presented, results) = (Presented::default(), Results::NONE);
    let context = AuthContext { presented, now: ambient.now, results, key_cache: &key_cache };
    let caller = rule.access().authenticate(&context, &secrets).unwrap();
    let metadata = [("album".into(), "hills".into())].into_iter().collect();
    let request = UploadRequest {
        r#type: "text/plain".into(),
        size: 1,
        metadata,
        ..UploadRequest::default()
    };
    let grant = rule.grant(&caller, &request, ambient).unwrap();
    match grant.sign(&secrets, ambient.now).unwrap().output {
        SignedUpload::Post(post) => (
            format!("POST {}", post.url),
            post.fields.into_iter().map(|(name, _)| name.into_owned()).collect(),
        ),
        SignedUpload::Put(put) => (
            format!("PUT {}", put.url),
            put.headers.iter().map(|(name, _)| name.as_str().to_owned()).collect(),
        ),
    }
}
