//! Laws that hold for every decision, whatever the client sends.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rules::{
    Ambient, AuthContext, Blocked, Caller, Denial, Presented, Results, Rules, Secret, Secrets,
    SignedUpload, UploadRequest,
};
use serde_json::{Value, json};
use signer::UnixTime;

const MAX_BYTES: u64 = 1_024;

#[test]
fn an_upload_never_leaves_its_prefix() {
    let filename = prop_oneof![anything(), r"[ -~é]{1,8}\.[a-z]{1,4}"];
    let meta = prop_oneof![any::<String>(), r"[ -~]{1,9}"];
    law(90, (filename, anything(), any::<u64>(), meta), |(filename, kind, size, meta)| {
        let rules = rules();
        let mut granted = 0;
        for name in ["form", "put", "stem"] {
            let rule = rules.upload(name).unwrap();
            let metadata = [("album".into(), meta.clone())].into_iter().collect();
            let asked = if size % 4 == 0 { kind.clone() } else { "text/plain".into() };
            let upload = UploadRequest {
                method: None,
                filename: Some(filename.clone()),
                r#type: asked,
                size: size % 1_280,
                metadata,
                checksum: None,
            };
            let Ok(grant) = rule.grant(&caller(&rules), &upload, ambient()) else { continue };
            granted += 1;
            prop_assert!(inside(grant.key(), &format!("{name}/site/")), "{}", grant.key());
            prop_assert!(0 < upload.size && upload.size <= MAX_BYTES);
            prop_assert_eq!(&upload.r#type, "text/plain");
            let key = grant.key().to_owned();
            match grant.sign(&secrets(&rules), ambient().now).unwrap().output {
                SignedUpload::Post(post) => {
                    let fields: BTreeMap<_, _> = post.fields.into_iter().collect();
                    prop_assert_eq!(&fields["key"], &key);
                    let policy = BASE64_STANDARD.decode(&fields["policy"]).unwrap();
                    let policy: Value = serde_json::from_slice(&policy).unwrap();
                    let conditions = policy["conditions"].as_array().unwrap();
                    for condition in [
                        json!({ "key": key }),
                        json!({ "bucket": "media" }),
                        json!({ "Content-Type": "text/plain" }),
                        json!(["content-length-range", upload.size, upload.size]),
                    ] {
                        prop_assert!(conditions.contains(&condition), "{condition} in {policy}");
                    }
                }
                SignedUpload::Put(put) => {
                    let headers = put.headers.iter();
                    let headers: BTreeMap<_, _> =
                        headers.map(|(name, value)| (name.as_str(), value.as_str())).collect();
                    prop_assert_eq!(headers["content-length"], upload.size.to_string());
                    prop_assert_eq!(headers["content-type"], "text/plain");
                    let signed = "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost";
                    prop_assert!(put.url.contains(signed));
                }
            }
        }
        Ok(granted)
    });
}

#[test]
fn a_download_never_leaves_its_prefix() {
    law(50, anything(), |path| {
        let rules = rules();
        let rule = rules.download("mine").unwrap();
        let Ok(grant) = rule.grant(&caller(&rules), &path, ambient()) else { return Ok(0) };
        let url = grant.sign_get(&secrets(&rules), ambient().now).unwrap().output.url.url;
        let key = url.split_once('?').unwrap().0;
        let key = key.strip_prefix("https://s3.example.com/media/").unwrap();
        let key = percent_encoding::percent_decode_str(key).decode_utf8().unwrap();
        prop_assert!(inside(&key, "mine/site/"), "{key}");
        prop_assert_eq!(key.strip_prefix("mine/site/"), Some(path.as_str()));
        Ok(1)
    });
}

proptest! {
    #[test]
    fn a_link_with_a_window_stays_the_same_in_it_and_outlives_it(secs in 0_u64..4_000_000_000, later in 0_u64..150) {
        let rules = rules();
        let signed = |secs| {
            let ambient = Ambient { now: UnixTime::from_secs(secs), ..ambient() };
            let grant = rules.download("stable").unwrap().grant(&caller(&rules), "a", ambient).unwrap();
            let signed = grant.sign_get(&secrets(&rules), ambient.now).unwrap();
            (signed.output.url.url, signed.output.max_age.unwrap(), signed.expiration.as_secs())
        };
        let ((url, max_age, expiration), (later_url, ..)) = (signed(secs), signed(secs + later));
        prop_assert_eq!(url == later_url, later < max_age);
        prop_assert!((1..=150).contains(&max_age));
        prop_assert!(secs + 2 * max_age <= expiration && expiration <= secs + 300);
    }

    #[test]
    fn only_the_secret_itself_makes_a_caller(token in anything()) {
        let rules = rules();
        prop_assume!(token != TOKEN);
        prop_assert_eq!(authenticate(&rules, &token), Err(Denial::TokenInvalid));
    }
}

#[test]
fn cors_rules_can_allow_every_header_of_a_put() {
    let rules = rules();
    for name in ["put", "once", "locked"] {
        let rule = rules.upload(name).unwrap();
        let allowed = rule.put_headers();
        for checksum in [None, Some("crc32-AAAAAA==".to_owned())] {
            if (name == "once" && checksum.is_some()) || (name == "locked" && checksum.is_none()) {
                continue; // uploaders, the only ones that PUT past a form, send none; a lock needs one
            }
            let request = UploadRequest {
                method: None,
                filename: Some("a".into()),
                r#type: "text/plain".into(),
                size: 1,
                metadata: [("album".into(), "hills".into())].into_iter().collect(),
                checksum,
            };
            let grant = rule.grant(&caller(&rules), &request, ambient()).unwrap();
            let grant = grant.by_put().unwrap().at_worker("https://files.example.com").unwrap();
            let signed = grant.sign(&secrets(&rules), ambient().now).unwrap();
            let headers = signed.output.headers().unwrap();
            assert!(headers.len() > 2, "{headers:?}");
            for (header, _) in headers {
                // A browser sets the length itself.
                let known = header == "content-length" || allowed.iter().any(|name| name == header);
                assert!(known, "{name}: {header}");
            }
        }
    }
    assert!(rules.upload("once").unwrap().put_headers().contains(&"if-none-match".to_owned()));
    let expected = [
        "cache-control",
        "content-disposition",
        "x-amz-object-lock-mode",
        "x-amz-object-lock-retain-until-date",
        "x-amz-sdk-checksum-algorithm",
        "x-amz-tagging",
    ];
    let allowed = rules.upload("locked").unwrap().put_headers();
    assert!(expected.iter().all(|name| allowed.iter().any(|other| other == name)), "{allowed:?}");
}

#[test]
fn secrets_do_not_show() {
    let rules = rules();
    let shown = format!("{:?} {:?} {:?}", secrets(&rules), Secret::new(TOKEN), caller(&rules));
    assert!(!shown.contains(TOKEN) && !shown.contains("secret-access-key"), "{shown}");
}

/// Holds a law to random values, and fails if `least` of what it is about did not come up: the law returns how much did.
fn law<S: Strategy>(least: u32, values: S, holds: impl Fn(S::Value) -> Result<u32, TestCaseError>) {
    let count = Cell::new(0);
    let mut runner = TestRunner::new(Config::with_source_file(file!()));
    let outcome = runner.run(&values, |value| {
        count.set(count.get() + holds(value)?);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(count.get() >= least, "only {} of {least}", count.get());
}

/// Below the prefix, and no way out of it.
fn inside(key: &str, prefix: &str) -> bool {
    key.starts_with(prefix)
        && !key.contains('\0')
        && !key.split('/').any(|segment| matches!(segment, "" | "." | ".."))
}

fn anything() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), r"[a./\\%{}$ ]{0,12}", r"(\.\.|/|\\|\$\{filename\}|a){1,5}"]
}

/// Each read costs time, so other configurations must not pay for it.
#[test]
fn only_rules_with_ambient_credentials_read_what_browsers_say_about_pages() {
    assert_eq!(rules().headers(), <[&str; 0]>::default());
    let config = json!({
        "BUCKETS": { "media": { "provider": "aws", "name": "acme-media", "region": "eu-west-1", "credentials": "MEDIA" } },
        "CALLERS": { "staff": { "kind": "access", "team": "acme.cloudflareaccess.com", "audience": "0a1b" } },
        "DOWNLOADS": { "file": { "bucket": "media", "callers": ["staff"], "key": "files/{path}", "expires": "1 min" } },
    });
    let rules = Rules::parse(config.as_object().unwrap()).unwrap();
    let expected = [
        "cf-access-jwt-assertion",
        "referer",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
    ];
    assert_eq!(rules.headers(), expected);
}

const TOKEN: &str = "correct-horse-battery-staple";

fn caller(rules: &Rules) -> Caller {
    let caller = authenticate(rules, TOKEN).unwrap();
    assert_eq!(caller.subject(), Some("site"));
    caller
}

fn authenticate(rules: &Rules, token: &str) -> Result<Caller, Denial> {
    let (token, key_cache) = (Secret::new(token), RefCell::default());
    let presented = Presented { bearer: Some(&token), ..Presented::default() };
    let (now, results) = (ambient().now, Results::NONE);
    let context = AuthContext { presented, now, results, key_cache: &key_cache };
    match rules.upload("form").unwrap().access().authenticate(&context, &secrets(rules)) {
        Ok(caller) => Ok(caller),
        Err(Blocked::Refused(denial)) => Err(denial),
        Err(Blocked::Pending(need)) => panic!("{need:?}"),
    }
}

fn secrets(rules: &Rules) -> Secrets {
    let mut secrets = Secrets::default();
    for name in rules.secrets() {
        let value = match name.as_str() {
            "SITE_TOKEN" => TOKEN,
            "MEDIA_EXPIRATION" => "",
            _ => "a-secret-access-key-of-32-bytes.",
        };
        secrets.insert(name.clone(), Secret::new(value));
    }
    secrets
}

fn rules() -> Rules {
    let bucket = |forms| json!({ "provider": "custom", "name": "media", "endpoint": "https://s3.example.com", "credentials": "MEDIA", "forms": forms });
    let upload = |bucket: &str, key: &str| {
        json!({
            "bucket": bucket, "callers": ["site"], "key": key, "types": ["text/plain"], "max_size": "1 KiB",
            "expires": "1 min", "metadata": ["album"],
        })
    };
    let config = json!({
        "BUCKETS": {
            "forms": bucket(true),
            "puts": bucket(false),
            "bound": {
                "provider": "r2", "name": "media", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "MEDIA",
                "binding": "MEDIA_BUCKET",
            },
        },
        "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" } },
        "UPLOADS": {
            "form": upload("forms", "form/{caller}/{filename}"),
            "put": upload("puts", "put/{caller}/{date}/{filename}"),
            "locked": {
                "bucket": "puts", "callers": ["site"], "key": "locked/{uuid}", "types": ["text/plain"], "max_size": "1 KiB",
                "expires": "1 min", "metadata": ["album"], "cache_control": "no-store", "content_disposition": "attachment",
                "storage_class": "GLACIER", "acl": "private", "sse": { "algorithm": "aws:kms", "key": "0f4c", "bucket_key": true },
                "object_lock": { "mode": "COMPLIANCE", "retention": "1 day" }, "tags": { "a": "b" },
            },
            "stem": upload("forms", "stem/{caller}/{stem}/{stem}{ext}"),
            "once": {
                "bucket": "bound", "callers": ["site"], "key": "once/{uuid}", "types": ["text/plain"], "max_size": "1 KiB",
                "expires": "1 min", "metadata": ["album"], "overwrite": false, "uploaders": true,
            },
        },
        "DOWNLOADS": {
            "mine": { "bucket": "puts", "callers": ["site"], "key": "mine/{caller}/{path}", "expires": "1 min" },
            "stable": { "bucket": "puts", "callers": ["site"], "key": "mine/{path}", "expires": "5 min", "window": "150 s" },
        },
    });
    Rules::parse(config.as_object().unwrap()).unwrap()
}

fn ambient() -> Ambient {
    Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [7; 16] } // 2026-11-23T19:00:00Z
}
