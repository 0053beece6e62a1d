//! What holds for every decision, whatever a browser sends.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use core::cell::RefCell;
use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use proptest::prelude::*;
use rules::{
    Ambient, AuthContext, Blocked, Caller, Denial, Presented, Results, Rules, Secret, Secrets,
    SignedUpload, UploadRequest,
};
use serde_json::{Value, json};
use signer::UnixTime;

const MAX_BYTES: u64 = 1_024;

proptest! {
    #[test]
    fn an_upload_never_leaves_its_prefix(filename in anything(), kind in anything(), size in any::<u64>(), meta in anything()) {
        let rules = rules();
        for name in ["form", "put", "stem"] {
            let rule = rules.upload(name).unwrap();
            let metadata = [("album".into(), meta.clone())].into_iter().collect();
            let asked = if size % 2 == 0 { "text/plain".into() } else { kind.clone() };
            let ask = UploadRequest { filename: Some(filename.clone()), r#type: asked, size: size % 2_048, metadata, checksum: None };
            if let Ok(mut grant) = rule.grant(&caller(&rules), &ask, ambient()) {
                prop_assert!(inside(grant.key(), &format!("{name}/site/")), "{}", grant.key());
                prop_assert!(0 < ask.size && ask.size <= MAX_BYTES);
                prop_assert_eq!(&ask.r#type, "text/plain");
                let key = grant.key().to_owned();
                let credentials = grant.credentials(&secrets(&rules), ambient().now).unwrap();
                match grant.sign(&credentials, ambient().now) {
                    SignedUpload::Post(post) => {
                        let fields: BTreeMap<_, _> = post.fields.into_iter().collect();
                        prop_assert_eq!(&fields["key"], &key);
                        let policy: Value = serde_json::from_slice(&BASE64_STANDARD.decode(&fields["policy"]).unwrap()).unwrap();
                        let conditions = policy["conditions"].as_array().unwrap();
                        for condition in [
                            json!({ "key": key }), json!({ "bucket": "media" }), json!({ "Content-Type": "text/plain" }),
                            json!(["content-length-range", ask.size, ask.size]),
                        ] {
                            prop_assert!(conditions.contains(&condition), "{condition} in {policy}");
                        }
                    }
                    SignedUpload::Put(put) => {
                        let headers: BTreeMap<_, _> =
                            put.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                        prop_assert_eq!(headers["content-length"], ask.size.to_string());
                        prop_assert_eq!(headers["content-type"], "text/plain");
                        prop_assert!(put.url.contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost"));
                    }
                }
            }
        }
    }

    #[test]
    fn a_download_never_leaves_its_prefix(path in anything()) {
        let rules = rules();
        if let Ok(mut grant) = rules.download("mine").unwrap().grant(&caller(&rules), &path, ambient()) {
            let credentials = grant.credentials(&secrets(&rules), ambient().now).unwrap();
            let url = grant.sign_get(&credentials, ambient().now).url;
            let key = url.split_once('?').unwrap().0.strip_prefix("https://s3.example.com/media/").unwrap();
            let key = percent_encoding::percent_decode_str(key).decode_utf8().unwrap();
            prop_assert!(inside(&key, "mine/site/"), "{key}");
            prop_assert_eq!(key.strip_prefix("mine/site/"), Some(path.as_str()));
        }
    }

    #[test]
    fn a_link_with_a_window_stays_the_same_in_it_and_outlives_it(secs in 0_u64..4_000_000_000, later in 0_u64..150) {
        let rules = rules();
        let signed = |secs| {
            let ambient = Ambient { now: UnixTime::from_secs(secs), ..ambient() };
            let mut grant = rules.download("stable").unwrap().grant(&caller(&rules), "a", ambient).unwrap();
            let credentials = grant.credentials(&secrets(&rules), ambient.now).unwrap();
            let url = grant.sign_get(&credentials, ambient.now).url;
            (url, grant.max_age(ambient.now).unwrap(), grant.expiration(ambient.now).as_secs())
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
fn secrets_do_not_show() {
    let rules = rules();
    let shown = format!("{:?} {:?} {:?}", secrets(&rules), Secret::new(TOKEN), caller(&rules));
    assert!(!shown.contains(TOKEN) && !shown.contains("secret-access-key"), "{shown}");
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
            _ => "a-secret-access-key",
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
        "BUCKETS": { "forms": bucket(true), "puts": bucket(false) },
        "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" } },
        "UPLOADS": {
            "form": upload("forms", "form/{caller}/{filename}"),
            "put": upload("puts", "put/{caller}/{date}/{filename}"),
            "stem": upload("forms", "stem/{caller}/{stem}/{stem}{ext}"),
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
