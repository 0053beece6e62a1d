//! Confirmations: which object is what a grant permitted, who may ask, and what is deleted.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use core::cell::RefCell;

use rules::{
    Ambient, AuthContext, Blocked, Caller, Denial, Effect, EffectResult, Fetched, ObjectHead,
    Presented, Results, Rules, STATE_FIELD, Secret, Secrets, StoredObject, UploadRequest,
};
use serde_json::{Value, json};
use signer::UnixTime;

const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z
const DAY: u64 = 86_400;
const MINUTE: u64 = 60;
const SHA256: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const OTHER: &str = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

const ADA: &str = "correct-horse-battery-ada";
const BOB: &str = "correct-horse-battery-bob";

/// What a bucket reports: the object of the grant, unless a test changes it.
fn head() -> ObjectHead {
    ObjectHead {
        size: 1_024,
        media_type: "image/png".into(),
        etag: "\"e\"".into(),
        stored_at: now(NOW + 5),
        modified_at: now(NOW + 5),
        checksums: Vec::new(),
    }
}

#[test]
fn describes_the_object_that_was_granted() {
    let rules = rules();
    let state = granted(&rules, "picture", &request()).unwrap();
    let object = confirm(&rules, "picture", ADA, &state, NOW + 9, &head()).unwrap();
    assert_eq!(object.key, "pictures/ada/07070707-0707-4707-8707-070707070707.png");
    assert_eq!(
        (
            object.rule.as_str(),
            object.caller.as_str(),
            object.subject.as_deref(),
            object.bucket.as_str()
        ),
        ("uploads/picture", "ada", Some("ada"), "media")
    );
    assert_eq!(
        (object.size, object.media_type.as_str(), object.etag.as_str(), object.checksum),
        (1_024, "image/png", "\"e\"", None)
    );
    assert_eq!(object.stored_at, now(NOW + 5));
}

#[test]
fn a_state_is_valid_for_its_rule_and_caller_until_a_day_after_the_grant() {
    let rules = rules();
    let state = granted(&rules, "picture", &request()).unwrap();
    let ask =
        |rule, token, after| confirm(&rules, rule, token, &state, NOW + after, &head()).map(drop);
    let late = ObjectHead { stored_at: now(NOW + DAY), ..head() };
    assert!(confirm(&rules, "picture", ADA, &state, NOW + MINUTE + DAY - 1, &late).is_ok());
    for (rule, token, after) in [
        ("picture", ADA, MINUTE + DAY),
        ("picture", BOB, 0),
        ("other", ADA, 0),
        ("elsewhere", ADA, 0),
    ] {
        assert_eq!(ask(rule, token, after), Err(Denial::NoSuchUpload), "{rule} {after}");
    }
    for state in ["", "A", &state[1..], &format!("{state}A"), &state.replace('A', "B")] {
        let found = confirm(&rules, "picture", ADA, state, NOW, &head()).map(drop);
        assert_eq!(found, Err(Denial::NoSuchUpload), "{state}");
    }
}

#[test]
fn an_object_that_differs_is_not_the_upload() {
    let rules = rules();
    let state = granted(&rules, "picture", &request()).unwrap();
    for (property, head) in [
        ("size", ObjectHead { size: 1_023, ..head() }),
        ("size", ObjectHead { size: 1_025, ..head() }),
        ("type", ObjectHead { media_type: "image/svg+xml".into(), ..head() }),
        ("type", ObjectHead { media_type: String::new(), ..head() }),
        ("time", ObjectHead { stored_at: now(NOW - 3), ..head() }),
        ("time", ObjectHead { stored_at: now(0), ..head() }),
    ] {
        let found = confirm(&rules, "picture", ADA, &state, NOW + 9, &head).map(drop);
        assert_eq!(found, Err(Denial::UploadMismatch { property, deleted: false }), "{property}");
    }
    // Both clocks report whole seconds.
    let same = ObjectHead { stored_at: now(NOW - 2), ..head() };
    assert!(confirm(&rules, "picture", ADA, &state, NOW + 9, &same).is_ok());
}

#[test]
fn a_type_is_compared_as_it_was_signed() {
    let rules = rules();
    let request = UploadRequest { r#type: "image/png;a=b".into(), ..request() };
    let state = granted(&rules, "picture", &request).unwrap();
    let of = |media_type: &str| ObjectHead { media_type: media_type.into(), ..head() };
    assert!(confirm(&rules, "picture", ADA, &state, NOW, &of("image/png;a=b")).is_ok());
    assert!(confirm(&rules, "picture", ADA, &state, NOW, &of("image/png")).is_err());
}

#[test]
fn a_checksum_is_named_only_if_the_bucket_reports_it() {
    let rules = rules();
    let request = UploadRequest { checksum: Some(SHA256.into()), ..request() };
    let state = granted(&rules, "picture", &request).unwrap();
    let ask = |checksums: &[&str]| {
        let checksums = checksums.iter().map(|text| (*text).to_owned()).collect();
        let head = ObjectHead { checksums, ..head() };
        confirm(&rules, "picture", ADA, &state, NOW, &head).map(|object| object.checksum)
    };
    assert_eq!(ask(&[SHA256]), Ok(Some(SHA256.into())));
    assert_eq!(ask(&[]), Ok(None));
    assert_eq!(ask(&["crc64nvme-AAAAAAAAAAA="]), Ok(None), "S3 adds one of its own");
    let mismatch = Denial::UploadMismatch { property: "checksum", deleted: false };
    assert_eq!(ask(&[OTHER]), Err(mismatch));
}

#[test]
fn the_bucket_is_asked_for_checksums_only_if_there_is_one() {
    let rules = rules();
    let headers_of = |request| {
        let state = granted(&rules, "picture", &request).unwrap();
        let Effect::BucketRequest { method, headers, .. } = first_effect(&rules, &state) else {
            panic!("a request to the bucket")
        };
        assert_eq!(method, "HEAD");
        headers.into_iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>()
    };
    let with_checksum = UploadRequest { checksum: Some(SHA256.into()), ..request() };
    assert_eq!(headers_of(request()), ["accept-encoding: identity"]);
    assert_eq!(
        headers_of(with_checksum),
        ["x-amz-checksum-mode: ENABLED", "accept-encoding: identity"]
    );
}

#[test]
fn what_the_bucket_does_not_have_has_not_arrived() {
    let rules = rules();
    let state = granted(&rules, "picture", &request()).unwrap();
    let ask = |status| ask_with(&rules, "picture", ADA, &state, NOW, &mut |_| answer(status, &[]));
    assert_eq!(ask(404).unwrap_err(), Denial::NoSuchKey);
    assert_eq!(ask(403).unwrap_err(), Denial::NoSuchKey, "without s3:ListBucket");
    for status in [200, 206, 301, 400, 500, 503] {
        assert_eq!(ask(status).unwrap_err(), Denial::StoreUnavailable, "{status} without headers");
    }
    let failed = ask_with(&rules, "picture", ADA, &state, NOW, &mut |_| EffectResult::Failed);
    assert_eq!(failed.unwrap_err(), Denial::StoreUnavailable);
}

#[test]
fn a_mismatched_object_is_deleted_if_the_rule_says_so_and_it_is_newer_than_the_grant() {
    let rules = rules();
    let state = granted(&rules, "strict", &request()).unwrap();
    for (size, stored_at, status, deleted) in [
        (7, NOW + 2, 204, Some(true)),
        (7, NOW + 2, 412, Some(false)), // it has changed since
        (7, NOW + 1, 204, None),
        (7, NOW - 100, 204, None),
        (1_024, NOW + 2, 204, None),
    ] {
        let mut deletions = Vec::new();
        let found = ask_with(&rules, "strict", ADA, &state, NOW + 9, &mut |effect| match effect {
            Effect::BucketRequest { method: "DELETE", headers, .. } => {
                deletions.push(headers.clone());
                answer(status, &[])
            }
            _ => head_answer(&ObjectHead { size, stored_at: now(stored_at), ..head() }, NOW + 9),
        });
        let was_deleted = |denial| match denial {
            Denial::UploadMismatch { deleted, .. } => deleted,
            other => panic!("{other:?}"),
        };
        assert_eq!(deletions.len(), usize::from(deleted.is_some()), "{stored_at}");
        if let Some(headers) = deletions.first() {
            assert!(headers.contains(&("if-match".into(), "\"e\"".into())), "{headers:?}");
        }
        match found {
            Ok(_) => assert_eq!(size, 1_024),
            Err(denial) => assert_eq!(was_deleted(denial), deleted == Some(true), "{stored_at}"),
        }
    }
}

#[test]
fn a_bound_bucket_is_asked_through_its_binding() {
    let rules = rules();
    let state = granted(&rules, "note", &request()).unwrap();
    let expected = |effect: &Effect| {
        let Effect::HeadObject { binding, key } = effect else { panic!("{effect:?}") };
        assert_eq!((binding.as_str(), key.starts_with("notes/ada/")), ("NOTES", true));
    };
    let ask = |found: Option<ObjectHead>| {
        ask_with(&rules, "note", ADA, &state, NOW, &mut |effect| {
            expected(effect);
            EffectResult::Head(found.clone())
        })
    };
    assert_eq!(ask(Some(head())).unwrap().size, 1_024);
    assert_eq!(ask(None).unwrap_err(), Denial::NoSuchKey);
    let failed = ask_with(&rules, "note", ADA, &state, NOW, &mut |_| EffectResult::Failed);
    assert_eq!(failed.unwrap_err(), Denial::StoreUnavailable);
}

#[test]
fn a_form_of_a_bound_bucket_says_for_whom_it_was_signed() {
    let rules = rules();
    let (caller, secrets) = (caller(&rules, "note", ADA), secrets(&rules));
    let grant = rules.upload("note").unwrap().grant(&caller, &request(), ambient()).unwrap();
    let signed = grant.sign(&secrets, now(NOW)).unwrap();
    let fields = signed.output.fields().unwrap();
    let field = fields.iter().find(|(name, _)| *name == STATE_FIELD).unwrap().1;
    let bucket = rules.bound_bucket("notes").unwrap();
    let received = |field: &str, key: &str, at| bucket.received(field, key, &secrets, now(at));
    let object = received(field, &signed.key, NOW).unwrap().stored(9, "\"f\"", None, now(NOW + 1));
    assert_eq!((object.rule.as_str(), object.caller.as_str()), ("uploads/note", "ada"));
    assert_eq!((object.key, object.size, object.etag.as_str()), (signed.key.clone(), 9, "\"f\""));
    let state = field.split_once('.').unwrap().1;
    for (field, key) in [
        (field, "notes/ada/another.png"),
        (state, &*signed.key),
        (&format!("picture.{state}"), &signed.key),
        (&format!("note.{}", signed.confirm.as_deref().unwrap()), &signed.key),
        ("", &signed.key),
        (".", &signed.key),
    ] {
        assert!(received(field, key, NOW).is_none(), "{field} {key}");
    }
    assert!(received(field, &signed.key, NOW + MINUTE + DAY).is_none());
}

#[test]
fn whoever_has_the_address_of_the_page_after_a_form_can_confirm_it() {
    let rules = rules();
    for (rule, key, other_key) in [
        ("form", "forms/ada/07070707-0707-4707-8707-070707070707.png", "forms/ada/x.png"),
        ("named", "named/ada/me.png", "named/bob/me.png"),
    ] {
        let (caller, secrets) = (caller(&rules, rule, ADA), secrets(&rules));
        let grant =
            rules.upload(rule).unwrap().grant_form(&caller, "image/png", ambient()).unwrap();
        let mut state = None;
        let redirect = |confirm: Option<&str>| {
            state = confirm.map(str::to_owned);
            "https://www.example.com/done".to_owned()
        };
        drop(grant.sign(redirect, &secrets, now(NOW)).unwrap());
        let state = state.unwrap();
        let ask = |key: &str, after| {
            let upload = rules.upload(rule).unwrap();
            let (found, confirmation) =
                upload.confirm_page(&state, key, &secrets, now(NOW + after))?;
            assert_eq!((found.name(), found.subject()), ("ada", Some("ada")));
            let results = checked(&mut |_| head_answer(&head(), NOW + after), |results| {
                confirmation.check(results)
            });
            results.map(|object: StoredObject| object.key)
        };
        assert_eq!(ask(key, 0).as_deref(), Ok(key));
        assert_eq!(ask(key, MINUTE + DAY), Err(Denial::NoSuchUpload));
        let by_another_key = ask(other_key, 0);
        if rule == "named" {
            assert_eq!(by_another_key, Err(Denial::NoSuchUpload));
            for key in ["", "named/ada/", "named/ada/a/b", "named/ada/../x"] {
                assert_eq!(ask(key, 0), Err(Denial::NoSuchUpload), "{key}");
            }
        } else {
            assert_eq!(by_another_key.as_deref(), Ok(key), "the state says which key");
        }
        let as_caller = confirm(&rules, rule, ADA, &state, NOW, &head()).map(drop);
        assert_eq!(as_caller, Err(Denial::NoSuchUpload), "it is for the page only");
    }
}

#[test]
fn without_the_key_there_is_no_state() {
    assert_eq!(granted(&rules(), "plain", &request()), None);
    assert!(!rules().upload("plain").unwrap().takes_confirmations());
}

#[test]
fn nothing_shows_the_key_or_a_signature() {
    let rules = rules();
    let state = granted(&rules, "picture", &request()).unwrap();
    let confirmation = rules
        .upload("picture")
        .unwrap()
        .confirm(&caller(&rules, "picture", ADA), &state, &secrets(&rules), now(NOW))
        .unwrap();
    let object = confirm(&rules, "picture", ADA, &state, NOW, &head()).unwrap();
    let shown =
        format!("{confirmation:?} {object:?} {:?} {:?}", head(), first_effect(&rules, &state));
    for secret in ["a-secret-access-key", "Signature", "pictures/", "ada"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

#[test]
fn a_confirmed_file_loses_the_tag_of_unconfirmed_ones() {
    let rules = rules();
    let state = granted(&rules, "tagged", &request()).unwrap();
    let tagging = |tags: &str| format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
    let tag = |key, value| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>");
    let unconfirmed = tag("signpost", "unconfirmed");
    let both = tagging(&(unconfirmed.clone() + &tag("scan", "clean")));
    let unavailable = Err(Denial::StoreUnavailable);
    for (read, write, expected, sent) in [
        ((200, both.as_str()), 200, Ok(()), vec![tagging(&tag("scan", "clean"))]),
        ((200, &tagging(&unconfirmed)), 204, Ok(()), vec![tagging("")]),
        ((200, &tagging(&tag("scan", "clean"))), 500, Ok(()), vec![]),
        ((200, &tagging(&tag("signpost", "x"))), 500, Ok(()), vec![]),
        ((200, &both), 403, unavailable.clone(), vec![tagging(&tag("scan", "clean"))]),
        ((403, &both), 200, unavailable.clone(), vec![]),
        ((200, "no XML"), 200, unavailable, vec![]),
    ] {
        let mut written = Vec::new();
        let mut perform = |effect: &Effect| {
            let Effect::BucketRequest { method, url, body, headers, .. } = effect else {
                panic!("{effect:?}")
            };
            match *method {
                "HEAD" => return head_answer(&head(), NOW),
                "GET" => {}
                _ => {
                    assert!(headers.iter().any(|(name, _)| name == "x-amz-checksum-sha256"));
                    written.push(body.clone());
                }
            }
            assert!(url.ends_with(".png?tagging="), "{url}");
            let (status, body) = if *method == "GET" { read } else { (write, "") };
            let body = body.to_owned();
            EffectResult::Fetched(Fetched { status, body, ..Fetched::default() })
        };
        let found = ask_with(&rules, "tagged", ADA, &state, NOW, &mut perform).map(drop);
        assert_eq!((found, written), (expected, sent), "{read:?} {write}");
    }
}

fn request() -> UploadRequest {
    UploadRequest {
        r#type: "image/png".into(),
        size: 1_024,
        filename: Some("me.png".into()),
        ..UploadRequest::default()
    }
}

/// Grants an upload to Ada, and returns the state with which she can confirm it.
fn granted(rules: &Rules, rule: &str, request: &UploadRequest) -> Option<String> {
    let caller = caller(rules, rule, ADA);
    let grant = rules.upload(rule).unwrap().grant(&caller, request, ambient()).unwrap();
    grant.sign(&secrets(rules), now(NOW)).unwrap().confirm
}

/// Confirms an upload of which the bucket reports this.
fn confirm(
    rules: &Rules,
    rule: &str,
    token: &str,
    state: &str,
    at: u64,
    head: &ObjectHead,
) -> Result<StoredObject, Denial> {
    ask_with(rules, rule, token, state, at, &mut |_| head_answer(head, at))
}

fn ask_with(
    rules: &Rules,
    rule: &str,
    token: &str,
    state: &str,
    at: u64,
    perform: &mut dyn FnMut(&Effect) -> EffectResult,
) -> Result<StoredObject, Denial> {
    let caller = caller(rules, rule, token);
    let secrets = secrets(rules);
    checked(perform, |results| {
        let rule = rules.upload(rule).unwrap();
        rule.confirm(&caller, state, &secrets, now(at))?.check(results)
    })
}

/// Calls a function until it needs no more effects.
fn checked<T>(
    perform: &mut dyn FnMut(&Effect) -> EffectResult,
    check: impl Fn(&Results) -> Result<T, Blocked<Denial>>,
) -> Result<T, Denial> {
    let mut results = Results::default();
    for _ in 0..4 {
        match check(&results) {
            Ok(object) => return Ok(object),
            Err(Blocked::Refused(denial)) => return Err(denial),
            Err(Blocked::Pending(effect)) => {
                let result = perform(&effect);
                results.insert(effect, result);
            }
        }
    }
    panic!("more effects than a HEAD, and a DELETE or two requests for tags")
}

fn first_effect(rules: &Rules, state: &str) -> Effect {
    let (caller, secrets) = (caller(rules, "picture", ADA), secrets(rules));
    let rule = rules.upload("picture").unwrap();
    match rule.confirm(&caller, state, &secrets, now(NOW)).unwrap().check(Results::NONE) {
        Err(Blocked::Pending(effect)) => effect,
        other => panic!("{other:?}"),
    }
}

/// Returns the answer of S3 to a HEAD that came at `at`.
fn head_answer(head: &ObjectHead, at: u64) -> EffectResult {
    let date = |time: u64| {
        httpdate::fmt_http_date(std::time::UNIX_EPOCH + core::time::Duration::from_secs(time))
    };
    let (size, date, modified) = (head.size.to_string(), date(at), date(head.stored_at.as_secs()));
    let mut headers = vec![
        ("content-length", &*size),
        ("content-type", &*head.media_type),
        ("etag", &*head.etag),
        ("last-modified", &*modified),
        ("date", &*date),
    ];
    let checksums: Vec<_> =
        head.checksums.iter().map(|text| text.split_once('-').unwrap()).collect();
    let names: Vec<_> =
        checksums.iter().map(|(name, _)| format!("x-amz-checksum-{name}")).collect();
    headers.extend(names.iter().zip(&checksums).map(|(name, (_, digest))| (&**name, *digest)));
    answer(200, &headers)
}

fn answer(status: u16, headers: &[(&str, &str)]) -> EffectResult {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    EffectResult::Fetched(Fetched { status, headers, ..Fetched::default() })
}

fn caller(rules: &Rules, rule: &str, token: &str) -> Caller {
    let access = rules.upload(rule).unwrap().access();
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
            "OTHER_SECRET_ACCESS_KEY" => "another-secret-access-key-of-32-bytes",
            _ => "a-secret-access-key-of-at-least-32-bytes",
        };
        secrets.insert(name.clone(), Secret::new(value));
    }
    secrets
}

fn rules() -> Rules {
    let bucket = |credentials| json!({ "provider": "aws", "name": "acme-media", "region": "eu-west-1", "credentials": credentials });
    let rule = |bucket, key, more: Value| {
        let mut rule = json!({
            "bucket": bucket, "callers": ["ada", "bob"], "key": key, "types": ["image/png"], "max_size": "1 MiB", "expires": "1 min",
            "confirm": true,
        });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let picture = |bucket, more| rule(bucket, "pictures/{caller}/{uuid}.{ext}", more);
    let config = json!({
        "BUCKETS": {
            "media": bucket("MEDIA"), "other": bucket("OTHER"),
            "notes": { "provider": "r2", "name": "acme-notes", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "NOTES", "binding": "NOTES" },
        },
        "CALLERS": { "ada": { "kind": "bearer", "secret": "ADA_TOKEN" }, "bob": { "kind": "bearer", "secret": "BOB_TOKEN" } },
        "UPLOADS": {
            "picture": picture("media", json!({})),
            "other": picture("media", json!({})),
            "elsewhere": picture("other", json!({})),
            "plain": picture("media", json!({ "confirm": false })),
            "tagged": picture("media", json!({ "expire_unconfirmed": "2 days" })),
            "strict": picture("media", json!({ "delete_mismatched": true })),
            "note": rule("notes", "notes/{caller}/{uuid}.{ext}", json!({})),
            "form": rule("media", "forms/{caller}/{uuid}.{ext}", json!({})),
            "named": rule("media", "named/{caller}/{filename}", json!({})),
        },
    });
    Rules::parse(config.as_object().unwrap()).unwrap()
}

fn ambient() -> Ambient {
    Ambient { now: now(NOW), random: || [7; 16] }
}

fn now(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs)
}
