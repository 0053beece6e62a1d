//! Download rules whose objects the Worker itself sends: which configurations are accepted, where links lead, and which are valid.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use core::cell::RefCell;

use rules::{
    ActiveContent, Ambient, AuthContext, Caller, Challenge, Denial, Presented, Results, Rules,
    Secret, Secrets, Serve, Unverified,
};
use serde_json::{Map, Value, json};
use signer::{HttpUrl, ReceivedRequest, Refusal, UnixTime};

const WORKER: &str = "https://files.example.com";
const NOW: UnixTime = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z

fn config(bucket: Value, rule: Value) -> Value {
    let media = json!({ "provider": "r2", "name": "acme-media", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "binding": "MEDIA" });
    let file = json!({ "bucket": "media", "callers": ["anyone"], "key": "files/{path}" });
    json!({
        "BUCKETS": { "media": merged(media, bucket) },
        "CALLERS": { "anyone": { "kind": "anyone" } },
        "DOWNLOADS": { "file": merged(file, rule) },
    })
}

fn merged(mut table: Value, more: Value) -> Value {
    let (Value::Object(table_map), Value::Object(more)) = (&mut table, more) else {
        panic!("tables")
    };
    table_map.extend(more);
    table_map.retain(|_, value| !value.is_null());
    table
}

fn parse(bucket: Value, rule: Value) -> Result<Rules, Vec<String>> {
    let config = config(bucket, rule);
    let vars: &Map<_, _> = config.as_object().unwrap();
    Rules::parse(vars).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn ambient() -> Ambient {
    Ambient { now: NOW, random: || [7; 16] }
}

fn caller(rules: &Rules) -> Caller {
    let key_cache = RefCell::default();
    let (presented, now, results) = (Presented::default(), NOW, Results::NONE);
    let context = AuthContext { presented, now, results, key_cache: &key_cache };
    let access = rules.download("file").unwrap().access();
    let (authenticated, secrets) =
        (access.authenticate(&context, &Secrets::default()), Secrets::default());
    access.admit(authenticated, Challenge::Required, &context, &secrets).unwrap()
}

fn secrets(rules: &Rules) -> Secrets {
    let mut secrets = Secrets::default();
    for name in rules.secrets() {
        match name.as_str() {
            "MEDIA_ACCESS_KEY_ID" => secrets.insert(name.clone(), Secret::new("AKIDOWN")),
            "MEDIA_SECRET_ACCESS_KEY" => {
                secrets.insert(name.clone(), Secret::new("own-secret-access-key-of-a-bucket"));
            }
            _ => {}
        }
    }
    secrets
}

fn linked() -> Rules {
    let rule = json!({ "serve": "worker", "expires": "5 min" });
    parse(json!({ "credentials": "MEDIA" }), rule).unwrap()
}

#[test]
fn a_bucket_that_is_only_read_needs_no_credentials() {
    let rules = parse(json!({}), json!({ "serve": "direct" })).unwrap();
    assert!(rules.secrets().is_empty());
    assert_eq!(rules.bindings().iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["MEDIA"]);
    let object = rules.download("file").unwrap();
    let object = object.serve_object(&caller(&rules), "a.txt", None, ambient()).unwrap();
    assert_eq!((object.binding().as_str(), object.key().as_str()), ("MEDIA", "files/a.txt"));
    assert_eq!((object.max_age(), object.active_content()), (None, ActiveContent::Saved));
}

#[test]
fn browsers_keep_an_object_no_longer_than_its_rule_is_open() {
    for (to, max_age) in [("20:00", 3_600), ("24:00", 7_200)] {
        let hours = json!({ "from": "08:00", "to": to });
        let rule = json!({ "serve": "direct", "window": "2 h", "hours": hours });
        let rules = parse(json!({}), rule).unwrap();
        let object = rules.download("file").unwrap();
        let object = object.serve_object(&caller(&rules), "a.txt", None, ambient()).unwrap();
        assert_eq!(object.max_age(), Some(max_age), "{to}");
    }
}

#[test]
fn a_rule_has_what_its_way_needs_and_nothing_else() {
    let credentials = json!({ "credentials": "MEDIA" });
    let unbound = json!({ "credentials": "MEDIA", "binding": null });
    let table =
        json!({ "credentials": { "secret": "MEDIA", "role": "arn:aws:iam::123456789012:role/a" } });
    for (bucket, rule, error) in [
        (&credentials, json!({ "serve": "worker", "expires": "5 min", "window": "1 min" }), None),
        (
            &credentials,
            json!({ "serve": "direct", "window": "7 days", "active_content": true }),
            None,
        ),
        (&credentials, json!({ "expires": "5 min" }), None),
        (
            &json!({}),
            json!({ "expires": "5 min" }),
            Some("DOWNLOADS.file.bucket: this bucket has no `credentials`"),
        ),
        (
            &json!({}),
            json!({ "serve": "worker", "expires": "5 min" }),
            Some("DOWNLOADS.file.bucket: this bucket has no `credentials`"),
        ),
        (
            &unbound,
            json!({ "serve": "worker", "expires": "5 min" }),
            Some("DOWNLOADS.file.serve: the Worker can send objects only from a bucket"),
        ),
        (
            &unbound,
            json!({ "serve": "direct" }),
            Some("DOWNLOADS.file.serve: the Worker can send objects only from a bucket"),
        ),
        (
            &credentials,
            json!({ "serve": "direct", "expires": "5 min" }),
            Some("DOWNLOADS.file.expires: a rule with serve = \"direct\""),
        ),
        (&credentials, json!({ "serve": "worker" }), Some("DOWNLOADS.file.expires: missing")),
        (
            &credentials,
            json!({ "serve": "direct", "window": "8 days" }),
            Some(
                "DOWNLOADS.file.window: expected a length of time such as \"2 min\", at most 7 days",
            ),
        ),
        (
            &credentials,
            json!({ "expires": "5 min", "active_content": true }),
            Some("DOWNLOADS.file.active_content: only a rule with serve = "),
        ),
        (
            &credentials,
            json!({ "serve": "worker", "expires": "5 min", "require_tag": { "key": "a", "value": "b" } }),
            Some("DOWNLOADS.file.require_tag"),
        ),
    ] {
        match (parse(bucket.clone(), rule.clone()), error) {
            (Ok(_), None) => {}
            (Err(errors), Some(error)) => {
                assert!(errors.iter().any(|found| found.starts_with(error)), "{errors:?}");
            }
            (parsed, error) => panic!("{rule}: {parsed:?}, {error:?}"),
        }
    }
    let errors = parse(table, json!({ "serve": "worker", "expires": "5 min" })).unwrap_err();
    assert!(!errors.is_empty());
}

#[test]
fn a_bucket_with_a_binding_has_one_without_forms_too() {
    let bucket = json!({ "credentials": "MEDIA", "forms": false });
    let rules = parse(bucket, json!({ "serve": "worker", "expires": "5 min" })).unwrap();
    assert!(rules.served_bucket("media").is_some());
    assert_eq!(rules.download("file").unwrap().serve(), Serve::Worker);
}

#[test]
fn a_link_leads_to_the_worker_and_nowhere_without_its_url() {
    let rules = linked();
    let secrets = secrets(&rules);
    let rule = rules.download("file").unwrap();
    let grant = rule.grant(&caller(&rules), "a b.txt", ambient()).unwrap();
    let denial = grant.sign_get(&secrets, NOW).unwrap_err();
    assert!(matches!(denial, Denial::InvalidArgument { name: "url", .. }));
    for (worker, begin) in [
        (WORKER, "https://files.example.com/files/media/files/a%20b.txt?X-Amz-Algorithm="),
        ("http://127.0.0.1:8787/base", "http://127.0.0.1:8787/base/files/media/files/a%20b.txt?"),
    ] {
        let grant = rule.grant(&caller(&rules), "a b.txt", ambient()).unwrap().at(worker);
        let url = grant.sign_get(&secrets, NOW).unwrap().output.url.url;
        assert!(url.starts_with(begin), "{url}");
    }
    let direct = rule.serve_object(&caller(&rules), "a b.txt", None, ambient());
    assert_eq!(direct.unwrap_err(), Denial::LinksOnly);
}

#[test]
fn a_link_is_valid_for_its_own_request_only() {
    let rules = linked();
    let secrets = secrets(&rules);
    let grant = rules.download("file").unwrap().grant(&caller(&rules), "a.txt", ambient()).unwrap();
    let url = grant.at(WORKER).sign_get(&secrets, NOW).unwrap().output.url.url;
    let parts = HttpUrl::parse(&url).unwrap();
    let query = parts.query().unwrap();
    let host = [("host", "files.example.com")];
    let request = ReceivedRequest { method: "GET", path: parts.path(), query, headers: &host };
    let bucket = rules.served_bucket("media").unwrap();
    let verified = |request: &ReceivedRequest<'_>, now| bucket.verify(request, &secrets, now);
    assert_eq!(verified(&request, NOW).unwrap().expires_at, NOW.plus_secs(300));
    let expired = verified(&request, NOW.plus_secs(300)).unwrap_err();
    assert!(matches!(expired, Unverified::Refused(Refusal::Expired { .. })));
    let other_host = [("host", "other.example.com")];
    for other in [
        ReceivedRequest { method: "HEAD", ..request },
        ReceivedRequest { path: "/files/media/files/b.txt", ..request },
        ReceivedRequest { headers: &other_host, ..request },
    ] {
        assert_eq!(verified(&other, NOW), Err(Unverified::Refused(Refusal::Signature)));
    }
    let none = Secrets::default();
    assert_eq!(bucket.verify(&request, &none, NOW), Err(Unverified::NoCredentials));
}

#[test]
fn only_a_rule_with_links_to_the_worker_opens_a_bucket_to_links() {
    let direct = parse(json!({ "credentials": "MEDIA" }), json!({ "serve": "direct" })).unwrap();
    let redirect = parse(json!({ "credentials": "MEDIA" }), json!({ "expires": "5 min" })).unwrap();
    for rules in [direct, redirect] {
        assert!(rules.served_bucket("media").is_none());
    }
    let rule = linked();
    assert!(rule.served_bucket("media").is_some() && rule.served_bucket("acme-media").is_none());
}
