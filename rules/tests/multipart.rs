//! Uploads in parts: who may continue one, and for how long.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use core::cell::RefCell;

use rules::{
    Access, Ambient, AuthContext, Caller, Capability, Denial, Effect, Fetched, MultipartUpload,
    PartSize, Presented, Results, Rules, Secret, Secrets, UploadRequest,
};
use serde_json::json;
use signer::UnixTime;

const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z
const DAY: u64 = 86_400;

#[test]
fn an_id_is_valid_for_its_rule_and_caller_for_a_day() {
    let rules = rules();
    let id = begin(&rules);
    let resume = |rule, token, after| {
        resume(&rules, rule, token, &id, NOW + after).map(|upload| upload.key().to_owned())
    };
    assert_eq!(resume("film", ADA, 0).unwrap(), "films/ada/begun");
    assert!(resume("film", ADA, DAY - 1).is_ok());
    for (rule, token, after) in
        [("film", ADA, DAY), ("film", BOB, 0), ("other", ADA, 0), ("elsewhere", ADA, 0)]
    {
        assert_eq!(resume(rule, token, after), Err(Denial::NoSuchUpload), "{rule} {after}");
    }
}

#[test]
fn an_id_is_valid_for_the_entry_of_callers_that_accepted_the_caller() {
    let (guests, visitors) = (open_to("guest"), open_to("visitor"));
    let id = begin(&guests);
    assert!(resume(&guests, "film", ADA, &id, NOW).is_ok());
    assert_eq!(resume(&visitors, "film", ADA, &id, NOW).err(), Some(Denial::NoSuchUpload));
}

#[test]
fn a_capability_is_valid_for_its_purpose_while_the_rule_accepts_its_caller() {
    let guests = open_to("guest");
    let id = begin(&guests);
    let upload = resume(&guests, "film", ADA, &id, NOW).unwrap();
    for (capability, other, life) in [
        (Capability::Manage, Capability::Begin, DAY),
        (Capability::Begin, Capability::Manage, 60), // the rule's `expires`
    ] {
        let text = upload.capability(capability, ambient());
        let open = |rules: &Rules, capability, after| {
            let rule = rules.upload("film").unwrap();
            rule.open_capability(capability, &text, &secrets(rules), now(NOW + after)).map(drop)
        };
        assert_eq!(open(&guests, capability, 0), Ok(()));
        assert_eq!(open(&guests, capability, life - 1), Ok(()));
        assert_eq!(open(&guests, capability, life), Err(Denial::NoSuchUpload));
        assert_eq!(open(&guests, other, 0), Err(Denial::NoSuchUpload));
        assert_eq!(open(&open_to("visitor"), capability, 0), Err(Denial::NoSuchUpload));
        assert!(resume(&guests, "film", ADA, &text, NOW).is_err(), "it is no id");
    }
}

#[test]
fn a_type_with_parameters_is_sent_with_the_request_that_begins() {
    let rules = rules();
    let rule = rules.upload("film").unwrap();
    let request = UploadRequest {
        r#type: "video/mp4;codecs=avc1.42000a,mp4a.40.2".into(),
        size: 20_000_000,
        ..UploadRequest::default()
    };
    let ambient = ambient();
    let grant = rule.begin(&caller(&rules, ADA), &request, PartSize::Auto, ambient).unwrap();
    let start = grant.sign(&secrets(&rules), ambient.now).unwrap();
    let Effect::BucketRequest { headers, .. } = start.request() else {
        panic!("a request to the bucket")
    };
    let sent = headers.iter().find(|(name, _)| name == "content-type");
    assert_eq!(sent.map(|(_, value)| value.as_str()), Some(&*request.r#type));
}

/// Rules that accept anyone, with this name in `CALLERS`.
fn open_to(name: &str) -> Rules {
    let config = json!({
        "BUCKETS": { "media": { "provider": "custom", "name": "media", "endpoint": "https://s3.example.com", "credentials": "MEDIA" } },
        "CALLERS": { name: { "kind": "anyone" } },
        "UPLOADS": { "film": {
            "bucket": "media", "callers": [name], "key": "films/{uuid}", "types": ["video/mp4"], "max_size": "1 GiB",
            "expires": "1 min", "multipart": true,
        } },
    });
    Rules::parse(config.as_object().unwrap()).unwrap()
}

#[test]
fn nothing_shows_a_secret() {
    let rules = rules();
    let id = begin(&rules);
    let upload = resume(&rules, "film", ADA, &id, NOW).unwrap();
    let shown = format!("{upload:?} {:?} {:?}", upload.abort(), upload.sign_part(1).unwrap());
    for secret in ["a-secret-access-key", "Signature=", "id-of-s3"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    let Effect::BucketRequest { url, headers, body, memo, .. } = upload.abort() else {
        panic!("a request to the bucket")
    };
    let sent = format!("{url} {headers:?} {body} {memo}");
    assert!(sent.contains("Signature=") && !sent.contains("a-secret-access-key"), "{sent}");
}

const ADA: &str = "correct-horse-battery-ada";
const BOB: &str = "correct-horse-battery-bob";

fn begin(rules: &Rules) -> String {
    let rule = rules.upload("film").unwrap();
    let request =
        UploadRequest { r#type: "video/mp4".into(), size: 20_000_000, ..UploadRequest::default() };
    let ambient = ambient();
    let grant = rule.begin(&caller(rules, ADA), &request, PartSize::Auto, ambient).unwrap();
    let start = grant.sign(&secrets(rules), ambient.now).unwrap();
    let answer = Fetched {
        status: 200,
        body: "<UploadId>id-of-s3</UploadId>".into(),
        memo: "films/ada/begun".into(),
        ..Fetched::default()
    };
    start.begun(&answer, ambient).unwrap().upload_id
}

fn resume(
    rules: &Rules,
    rule: &str,
    token: &str,
    id: &str,
    at: u64,
) -> Result<MultipartUpload, Denial> {
    rules.upload(rule).unwrap().resume(&caller(rules, token), id, &secrets(rules), now(at))
}

fn caller(rules: &Rules, token: &str) -> Caller {
    let access: &Access = rules.upload("film").unwrap().access();
    let (cache, token) = (RefCell::default(), Secret::new(token));
    let presented = Presented { bearer: Some(&token), ..Presented::default() };
    let context =
        AuthContext { presented, now: now(NOW), results: Results::NONE, key_cache: &cache };
    access.authenticate(&context, &secrets(rules)).ok().unwrap()
}

fn secrets(rules: &Rules) -> Secrets {
    let mut secrets = Secrets::default();
    for name in rules.secrets() {
        let value = match name.as_str() {
            name if name.ends_with("_EXPIRATION") || name.ends_with("_SESSION_TOKEN") => continue,
            name if name.ends_with("_ACCESS_KEY_ID") => "an-access-key-id",
            "ADA_TOKEN" => ADA,
            "BOB_TOKEN" => BOB,
            "OTHER_SECRET_ACCESS_KEY" => "another-secret-access-key",
            _ => "a-secret-access-key",
        };
        secrets.insert(name.clone(), Secret::new(value));
    }
    secrets
}

fn rules() -> Rules {
    let bucket = |credentials| json!({ "provider": "custom", "name": "media", "endpoint": "https://s3.example.com", "credentials": credentials });
    let rule = |bucket| {
        json!({
            "bucket": bucket, "callers": ["ada", "bob"], "key": "films/{caller}/{uuid}", "types": ["video/mp4"], "max_size": "1 GiB",
            "expires": "1 min", "multipart": true,
        })
    };
    let config = json!({
        "BUCKETS": { "media": bucket("MEDIA"), "other": bucket("OTHER") },
        "CALLERS": { "ada": { "kind": "bearer", "secret": "ADA_TOKEN" }, "bob": { "kind": "bearer", "secret": "BOB_TOKEN" } },
        "UPLOADS": { "film": rule("media"), "other": rule("media"), "elsewhere": rule("other") },
    });
    Rules::parse(config.as_object().unwrap()).unwrap()
}

fn ambient() -> Ambient {
    Ambient { now: now(NOW), random: || [7; 16] }
}

fn now(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs)
}
