//! What the rules have signed can be checked again, and nothing else passes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use core::cell::RefCell;

use rules::{
    Access, Ambient, AuthContext, Caller, KeyCache, Presented, Results, Rules, Secret, Secrets,
    Signed, SignedUpload, Unverified, UploadRequest,
};
use serde_json::{Value, json};
use signer::{HttpUrl, ReceivedRequest, Refusal, UnixTime};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

/// Each bucket with the kind of signature that it takes.
fn buckets() -> Value {
    let bucket = |provider: &str, credentials: Value, more: Value| {
        let mut bucket = json!({
            "provider": provider, "name": "acme-media", "region": "eu-west-1",
            "endpoint": format!("https://{provider}.example.com"), "credentials": credentials,
        });
        bucket.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bucket
    };
    json!({
        "v4": bucket("minio", json!("NEW"), json!({})),
        "rotated": bucket("garage", json!(["NEW", "OLD"]), json!({})),
        "v2": bucket("custom", json!("NEW"), json!({ "signature": "v2", "forms": true })),
        "v2-and-v4": bucket("custom", json!("OLD"), json!({ "forms": true })),
        "google": { "provider": "gcs", "name": "acme-media", "credentials": "NEW" },
        "r2": {
            "provider": "r2", "name": "acme-media", "endpoint": "https://0a1b.r2.cloudflarestorage.com",
            "credentials": { "secret": "NEW", "temporary": true },
        },
    })
}

fn rules() -> Rules {
    let buckets = buckets();
    let section = |rule: fn(&str) -> Value| {
        let names = buckets.as_object().unwrap().keys();
        names.map(|name| (name.clone(), rule(name))).collect::<serde_json::Map<_, _>>()
    };
    let vars = json!({
        "BUCKETS": buckets,
        "CALLERS": { "all": { "kind": "anyone" } },
        "UPLOADS": section(|bucket| json!({
            "bucket": bucket, "callers": ["all"], "key": "in/{uuid}.{ext}", "types": ["text/plain"],
            "max_size": "9 B", "expires": "1 min",
        })),
        "DOWNLOADS": section(|bucket| json!({
            "bucket": bucket, "callers": ["all"], "key": "in/{path}", "expires": "1 min",
        })),
    });
    Rules::parse(vars.as_object().unwrap()).unwrap()
}

fn secrets(rules: &Rules, sets: &[&str]) -> Secrets {
    let mut secrets = Secrets::default();
    for name in rules.secrets() {
        let set = name.as_str().split('_').next().unwrap();
        let required = name.as_str().ends_with("_ID") || name.as_str().ends_with("ACCESS_KEY");
        if required && sets.contains(&set) {
            secrets.insert(
                name.clone(),
                Secret::new(format!("{}-of-thirty-two-bytes-or-more", name.as_str())),
            );
        }
    }
    secrets
}

fn caller(access: &Access) -> Caller {
    let (results, key_cache) = (Results::default(), RefCell::<KeyCache>::default());
    let context = AuthContext {
        presented: Presented::default(),
        now: NOW,
        results: &results,
        key_cache: &key_cache,
    };
    access.authenticate(&context, &Secrets::default()).unwrap()
}

fn link(rules: &Rules, bucket: &str, secrets: &Secrets) -> String {
    let rule = rules.download(bucket).unwrap();
    let ambient = Ambient { now: NOW, random: || [7; 16] };
    let grant = rule.grant(&caller(rule.access()), "a b.txt", ambient).unwrap();
    grant.sign_get(secrets, NOW).unwrap().output.url.url
}

fn verify(
    rules: &Rules,
    url: &str,
    method: &str,
    secrets: &Secrets,
    now: UnixTime,
) -> Result<rules::VerifiedLink, Unverified> {
    let parts = HttpUrl::parse(url).unwrap();
    let headers = [("host", parts.authority())];
    let query = parts.query().unwrap_or_default();
    let request = ReceivedRequest { method, path: parts.path(), query, headers: &headers };
    rules.verify_link(url, &request, secrets, now)
}

#[test]
fn a_link_is_valid_until_it_expires_and_for_its_method_and_key_only() {
    let rules = rules();
    let all = secrets(&rules, &["NEW"]);
    for bucket in ["v4", "rotated", "v2", "google"] {
        let url = link(&rules, bucket, &all);
        let verified = verify(&rules, &url, "GET", &all, NOW.plus_secs(59)).unwrap();
        assert_eq!((verified.bucket.as_str(), verified.key.as_str()), (bucket, "in/a b.txt"));
        assert_eq!(verified.expires_at, NOW.plus_secs(60), "{bucket}");
        let late = verify(&rules, &url, "GET", &all, NOW.plus_secs(60));
        assert_eq!(late, Err(Unverified::Refused(Refusal::Expired { at: NOW.plus_secs(60) })));
        let wrong = Err(Unverified::Refused(Refusal::Signature));
        assert_eq!(verify(&rules, &url, "PUT", &all, NOW), wrong, "{bucket}");
        let other = url.replace("in/a", "in/b");
        assert_eq!(verify(&rules, &other, "GET", &all, NOW), wrong, "{bucket}");
        let elsewhere = url.replace("acme-media", "evil-media");
        let nowhere = Err(Unverified::NoSuchBucket);
        assert_eq!(verify(&rules, &elsewhere, "GET", &all, NOW), nowhere, "{bucket}");
    }
}

/// Another program at R2's own host cannot receive them, and whoever has such a link can sign others.
#[test]
fn a_link_with_derived_credentials_is_not_valid_here() {
    let rules = rules();
    let secrets = secrets(&rules, &["NEW"]);
    let url = link(&rules, "r2", &secrets);
    let found = verify(&rules, &url, "GET", &secrets, NOW);
    assert_eq!(found, Err(Unverified::Refused(Refusal::SessionToken)));
}

#[test]
fn both_credentials_are_valid_during_a_rotation_and_none_without_secrets() {
    let rules = rules();
    let (old, both) = (secrets(&rules, &["OLD"]), secrets(&rules, &["NEW", "OLD"]));
    let url = link(&rules, "rotated", &old);
    assert!(verify(&rules, &url, "GET", &both, NOW).is_ok());
    let new = verify(&rules, &url, "GET", &secrets(&rules, &["NEW"]), NOW);
    assert_eq!(new, Err(Unverified::Refused(Refusal::AccessKeyId)));
    let none = verify(&rules, &url, "GET", &Secrets::default(), NOW);
    assert_eq!(none, Err(Unverified::NoCredentials));
}

#[test]
fn several_entries_can_be_the_same_bucket() {
    let rules = rules();
    for (entry, sets) in
        [("v2-and-v4", &["OLD"][..]), ("v2-and-v4", &["NEW", "OLD"]), ("v2", &["NEW"])]
    {
        let secrets = secrets(&rules, sets);
        let url = link(&rules, entry, &secrets);
        let verified = verify(&rules, &url, "GET", &secrets, NOW).map(|link| link.bucket);
        assert_eq!(verified.as_deref(), Ok(entry), "{sets:?}");
    }
}

#[test]
fn a_rotation_can_keep_the_access_key() {
    let rules = rules();
    let set = |set: &str, secret: &str| {
        let mut secrets = secrets(&rules, &["NEW", "OLD"]);
        for name in rules.secrets() {
            if name.as_str().ends_with("_ID") {
                secrets.insert(name.clone(), Secret::new("the-same-key"));
            } else if name.as_str() == format!("{set}_SECRET_ACCESS_KEY") {
                secrets.insert(name.clone(), Secret::new(secret));
            }
        }
        secrets
    };
    let url = link(&rules, "rotated", &set("NEW", "the-old-secret-of-thirty-two-bytes"));
    let rotated = set("OLD", "the-old-secret-of-thirty-two-bytes");
    assert!(verify(&rules, &url, "GET", &rotated, NOW).is_ok());
}

#[test]
fn a_url_for_something_else_than_the_whole_object_is_refused() {
    let rules = rules();
    let secrets = secrets(&rules, &["NEW"]);
    let url = link(&rules, "v4", &secrets);
    for more in ["partNumber=1&uploadId=a", "acl", "uploads=", "versionId=1"] {
        let other = format!("{url}&{more}");
        assert_eq!(verify(&rules, &other, "PUT", &secrets, NOW), Err(Unverified::NotTheObject));
    }
}

#[test]
fn a_form_is_valid_with_its_fields_and_for_its_bucket() {
    let rules = rules();
    let secrets = secrets(&rules, &["NEW"]);
    for bucket in ["v4", "v2", "google"] {
        let rule = rules.upload(bucket).unwrap();
        let request = UploadRequest {
            method: None,
            filename: None,
            r#type: "text/plain".into(),
            size: 9,
            metadata: Vec::new().into_iter().collect(),
            checksum: None,
        };
        let ambient = Ambient { now: NOW, random: || [7; 16] };
        let grant = rule.grant(&caller(rule.access()), &request, ambient).unwrap();
        let Signed { output: SignedUpload::Post(post), key, .. } =
            grant.sign(&secrets, NOW).unwrap()
        else {
            panic!("{bucket} takes forms")
        };
        let fields = |type_: &'static str| -> Vec<(&str, &str)> {
            let field = |(name, value)| match name {
                "Content-Type" | "content-type" => (name, type_),
                _ => (name, value),
            };
            post.fields.iter().map(|(name, value)| field((name.as_ref(), value.as_str()))).collect()
        };
        let verify =
            |name: &str, type_, now| rules.verify_form(name, &fields(type_), None, &secrets, now);
        let verified = verify(bucket, "text/plain", NOW.plus_secs(59)).unwrap();
        assert_eq!(verified.key.as_str(), key);
        assert_eq!(verified.check_content_length(10), Err(Refusal::TooLarge { max: 9 }));
        let refused = |result: Result<_, Unverified>| result.map(drop).unwrap_err().code();
        assert_eq!(refused(verify(bucket, "text/html", NOW)), "AccessDenied", "{bucket}");
        assert_eq!(refused(verify(bucket, "text/plain", NOW.plus_secs(60))), "AccessDenied");
        assert_eq!(refused(verify("none", "text/plain", NOW)), "NoSuchBucket");
    }
}
