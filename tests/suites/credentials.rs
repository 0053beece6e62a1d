//! Credentials that expire, and two sets of them during a rotation.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

#[path = "../contract/case.rs"]
mod case;

use rules::Ambient;
use serde_json::{Value, json};
use signer::UnixTime;
use signpost::{Answer, Site};

use case::{check, read};

const OLD: [(&str, &str); 2] =
    [("OLD_ACCESS_KEY_ID", "old-id"), ("OLD_SECRET_ACCESS_KEY", "old-secret")];
const NEW: [(&str, &str); 2] =
    [("NEW_ACCESS_KEY_ID", "new-id"), ("NEW_SECRET_ACCESS_KEY", "new-secret")];

#[test]
fn an_answer_expires_with_its_credentials_and_says_so() {
    let site = site(
        &[
            &OLD[..],
            &[("OLD_SESSION_TOKEN", "session"), ("OLD_EXPIRATION", "2026-11-23T19:05:00Z")],
        ]
        .concat(),
    );
    let upload = upload(&site);
    let body = read(&upload.body);
    assert_eq!(body["expires"], "2026-11-23T19:05:00Z");
    assert_eq!(body["expires_with"], "credentials");
    assert_eq!(header(&upload, "signpost-expires-with"), Some("credentials"));
    assert_eq!(header(&download(&site), "signpost-expires-with"), Some("credentials"));
    assert!(header(&download(&site), "location").unwrap().contains("X-Amz-Expires=300&"));
    let page = send(&site, &json!({ "method": "GET", "path": "/uploads/u" }));
    assert_eq!((page.status, header(&page, "signpost-expires-with")), (200, Some("credentials")));
    assert!(upload.record.clone().into_line(0).unwrap().contains(r#""ends_with":"credentials""#));
}

#[test]
fn credentials_that_last_longer_change_nothing() {
    let site = site(&[&OLD[..], &[("OLD_EXPIRATION", "2026-11-23T21:00:00+00:00")]].concat());
    let upload = upload(&site);
    assert_eq!(read(&upload.body)["expires"], "2026-11-23T20:00:00Z");
    assert_eq!(read(&upload.body).get("expires_with"), None);
    assert_eq!(header(&upload, "signpost-expires-with"), None);
}

#[test]
fn expired_or_unreadable_credentials_sign_nothing() {
    for (expiration, detail) in [
        ("2026-11-23T19:00:00Z", "The bucket's credentials have expired."),
        ("2026-11-23T18:59:59Z", "The bucket's credentials have expired."),
        ("hunter2", "The secret OLD_EXPIRATION must be a time such as 2026-11-23T19:10:00Z."),
    ] {
        let site = site(&[&OLD[..], &[("OLD_EXPIRATION", expiration)]].concat());
        for answer in [upload(&site), download(&site)] {
            let expect = json!({ "status": 503, "code": "ServiceUnavailable", "detail": detail });
            assert_eq!(check(&answer, &expect), Ok(()));
            assert!(!answer.body.contains("hunter2"));
        }
    }
}

#[test]
fn during_a_rotation_the_first_valid_set_signs() {
    let signed_by = |secrets: &[(&str, &str)]| {
        let location = header(&download(&site(secrets)), "location").map(str::to_owned);
        location.map(|url| {
            url.split("X-Amz-Credential=").nth(1).unwrap().split('%').next().unwrap().to_owned()
        })
    };
    assert_eq!(signed_by(&OLD).as_deref(), Some("old-id"));
    assert_eq!(signed_by(&NEW).as_deref(), Some("new-id"));
    assert_eq!(signed_by(&[OLD, NEW].concat()).as_deref(), Some("new-id"));
    assert_eq!(
        signed_by(&[&OLD[..], &NEW[..1]].concat()).as_deref(),
        Some("old-id"),
        "an incomplete set is not used"
    );
    let ended = [("NEW_EXPIRATION", "2026-11-23T19:00:00Z")];
    assert_eq!(signed_by(&[&OLD[..], &NEW, &ended].concat()).as_deref(), Some("old-id"));
    assert_eq!(signed_by(&[]), None);
}

#[test]
fn health_reports_at_most_one_incomplete_set() {
    let missing = |secrets: &[(&str, &str)]| {
        let health = send(&site(secrets), &json!({ "method": "GET", "path": "/healthz" }));
        read(&health.body).get("secrets").cloned()
    };
    assert_eq!(missing(&OLD), None);
    assert_eq!(missing(&NEW), None);
    assert_eq!(missing(&[]), Some(json!(["OLD_ACCESS_KEY_ID", "OLD_SECRET_ACCESS_KEY"])));
    assert_eq!(missing(&NEW[..1]), Some(json!(["OLD_ACCESS_KEY_ID", "OLD_SECRET_ACCESS_KEY"])));
}

fn site(secrets: &[(&str, &str)]) -> Site {
    let config = json!({
        "BUCKETS": { "b": { "provider": "aws", "name": "acme", "region": "eu-west-1", "credentials": ["NEW", "OLD"] } },
        "CALLERS": { "anyone": { "kind": "anyone" } },
        "UPLOADS": { "u": { "bucket": "b", "callers": ["anyone"], "key": "u/{uuid}", "types": ["text/plain"], "max_size": "1 kB", "expires": "1 h" } },
        "DOWNLOADS": { "d": { "bucket": "b", "callers": ["anyone"], "key": "d/{path}", "expires": "1 h" } },
    });
    let secret = |name: &str| {
        secrets.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
    };
    let site = Site::new(config.as_object().unwrap(), secret);
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

fn upload(site: &Site) -> Answer {
    send(
        site,
        &json!({ "method": "POST", "path": "/uploads/u", "json": { "type": "text/plain", "size": 1 } }),
    )
}

fn download(site: &Site) -> Answer {
    send(site, &json!({ "method": "GET", "path": "/downloads/d/a" }))
}

fn send(site: &Site, request: &Value) -> Answer {
    let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
    case::send(site, request, Ambient { now, random: || [7; 16] }, |effect| panic!("{effect:?}"))
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_ref())
}
