//! Links that end, by the pure function: what happens if something fails in between. A map stands for the platform's objects.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use rules::{Ambient, Effect, EffectResult, Results, StateAnswer, StateChange, Write, apply};
use serde_json::{Value, json};
use signer::UnixTime;
use signpost::{Action, Answer, Headers, Request, Site, Url, respond};

const NOW: u64 = 1_795_806_000; // 2026-11-27T19:00:00Z
const ROLE: &str = "arn:aws:iam::123456789012:role/signpost";

/// The objects of the class `SignpostState`.
#[derive(Default)]
struct Objects {
    entries: RefCell<BTreeMap<String, Vec<u8>>>,
    /// How many changes are performed before all others fail.
    left: Cell<Option<usize>>,
}

impl Objects {
    fn change(&self, changes: &[StateChange]) -> EffectResult {
        match self.left.get() {
            Some(0) => return EffectResult::Failed,
            left => self.left.set(left.map(|left| left - 1)),
        }
        EffectResult::Changed(changes.iter().map(|change| self.change_one(change)).collect())
    }

    fn change_one(&self, StateChange { object, command }: &StateChange) -> StateAnswer {
        let mut entries = self.entries.borrow_mut();
        let before = entries.get(object).map(Vec::as_slice);
        let applied = apply(before, &command.to_bytes(), UnixTime::from_secs(NOW));
        match applied.write {
            Write::Nothing => {}
            Write::Put { entry, .. } => drop(entries.insert(object.clone(), entry)),
            Write::Delete => drop(entries.remove(object)),
        }
        StateAnswer::read(&applied.answer).unwrap()
    }

    fn send(&self, site: &Site, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let url = format!("https://files.example.com{path}");
        let body = body.map(Value::to_string);
        let headers = Headers {
            authorization: Some("Bearer a-token-of-the-site-for-tests"),
            accept: Some("application/json"),
            content_type: body.as_ref().map(|_| "application/json"),
            ..Headers::default()
        };
        let mut results = Results::default();
        for _ in 0..20 {
            let body = body.as_deref().map(str::as_bytes);
            let request = Request { method, url: Url::new(&url), headers, body, results: &results };
            match respond(site, &request, ambient()) {
                Action::Answer(answer) => return answer,
                Action::Perform(effect) => {
                    let result = match &effect {
                        Effect::ChangeState { changes, .. } => self.change(changes),
                        Effect::RequestCredentials(_) => EffectResult::Failed,
                        _ => panic!("{effect:?}"),
                    };
                    results.insert(effect, result);
                }
                action => panic!("{action:?}"),
            }
        }
        panic!("too many effects");
    }

    fn make(&self, site: &Site, rule: &str) -> String {
        let answer = self.send(site, "GET", &format!("/downloads/{rule}/a.pdf"), None);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        format!("/l/{}", body["id"].as_str().unwrap())
    }
}

#[test]
fn a_use_that_cannot_be_signed_is_given_back() {
    let objects = Objects::default();
    let link = objects.make(&site(true), "once");
    for _ in 0..3 {
        let answer = objects.send(&site(false), "POST", &link, None);
        assert_eq!(answer.status, 503, "no credentials: {}", answer.body);
    }
    assert_eq!(objects.send(&site(true), "POST", &link, None).status, 303);
    assert_eq!(objects.send(&site(true), "POST", &link, None).status, 410);
}

#[test]
fn no_link_is_made_that_its_maker_could_not_revoke() {
    for left in 0..2 {
        let objects = Objects::default();
        objects.left.set(Some(left));
        let answer = objects.send(&site(true), "GET", "/downloads/once/a.pdf", None);
        assert_eq!(answer.status, 503, "after {left} changes");
        objects.left.set(None);
        let listed = objects.send(&site(true), "GET", "/links", None);
        assert_eq!(listed.body, r#"{"links":[]}"#, "what was not made is not listed");
        assert_eq!(objects.entries.borrow().len(), left, "the list only");
    }
}

#[test]
fn the_last_use_counts_even_if_the_list_fails() {
    let objects = Objects::default();
    let link = objects.make(&site(true), "once");
    objects.left.set(Some(1));
    assert_eq!(objects.send(&site(true), "POST", &link, None).status, 303);
    objects.left.set(None);
    assert_eq!(objects.send(&site(true), "POST", &link, None).status, 410);
    assert_eq!(objects.send(&site(true), "GET", "/links", None).body, r#"{"links":[]}"#);
}

#[test]
fn a_state_that_cannot_be_read_is_never_a_permission() {
    let objects = Objects::default();
    let link = objects.make(&site(true), "once");
    objects.left.set(Some(0));
    for method in ["GET", "HEAD", "POST"] {
        assert_eq!(objects.send(&site(true), method, &link, None).status, 503, "{method}");
    }
}

#[test]
fn a_link_whose_rule_has_gone_or_has_another_bucket_is_unknown() {
    let objects = Objects::default();
    let link = objects.make(&site(true), "once");
    for change in [
        |rule: &mut Value| rule["bucket"] = json!("other"),
        |rule: &mut Value| drop(rule.as_object_mut().unwrap().remove("uses")),
    ] {
        let mut vars = vars();
        change(&mut vars["DOWNLOADS"]["once"]);
        vars["DOWNLOADS"]["more"] = vars["DOWNLOADS"]["once"].clone();
        vars["DOWNLOADS"]["more"]["uses"] = json!(2);
        let changed = site_of(&vars, true);
        for method in ["GET", "POST"] {
            assert_eq!(objects.send(&changed, method, &link, None).status, 404);
        }
    }
    let mut vars = vars();
    vars["DOWNLOADS"]["other"] = vars["DOWNLOADS"]["once"].take();
    vars["DOWNLOADS"].as_object_mut().unwrap().remove("once");
    assert_eq!(objects.send(&site_of(&vars, true), "POST", &link, None).status, 404);
    assert_eq!(objects.send(&site(true), "POST", &link, None).status, 303, "it was not used up");
}

#[test]
fn a_caller_has_at_most_1000_links_of_a_rule() {
    let objects = Objects::default();
    let paths = json!({ "paths": (0..100).map(|n| format!("{n}.pdf")).collect::<Vec<_>>() });
    for _ in 0..10 {
        let answer = objects.send(&site(true), "POST", "/downloads/once", Some(&paths));
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let answer = objects.send(&site(true), "POST", "/downloads/once", Some(&paths));
    assert_eq!(answer.status, 409);
    assert!(answer.body.contains(r#""code":"TooManyLinks""#), "{}", answer.body);
    let first = objects.send(&site(true), "GET", "/links", None);
    let first: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!(first["links"].as_array().unwrap().len(), 100);
    let id = first["links"][0]["id"].as_str().unwrap();
    let revoked = objects.send(&site(true), "DELETE", &format!("/links/{id}"), None);
    assert_eq!(revoked.status, 204);
    objects.make(&site(true), "once");
    assert_eq!(objects.send(&site(true), "GET", "/downloads/once/a.pdf", None).status, 409);
}

fn vars() -> Value {
    let bucket = |name: &str| {
        json!({
            "provider": "aws", "name": name, "region": "eu-west-1",
            "credentials": { "secret": "MEDIA", "role": ROLE },
        })
    };
    json!({
        "BUCKETS": { "media": bucket("acme-media"), "other": bucket("acme-other") },
        "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" } },
        "DOWNLOADS": { "once": {
            "bucket": "media", "callers": ["site"], "key": "files/{path}", "expires": "10 min", "uses": 1,
        } },
    })
}

/// A Worker whose bucket has a key of its own, or which must ask for temporary credentials and gets none.
fn site(has_credentials: bool) -> Site {
    site_of(&vars(), has_credentials)
}

fn site_of(vars: &Value, has_credentials: bool) -> Site {
    let mut vars = vars.clone();
    if has_credentials {
        for bucket in vars["BUCKETS"].as_object_mut().unwrap().values_mut() {
            bucket["credentials"] = json!("MEDIA");
        }
    }
    let site = Site::new(vars.as_object().unwrap(), |name| match name {
        "SITE_TOKEN" => Some("a-token-of-the-site-for-tests".into()),
        "MEDIA_ACCESS_KEY_ID" => Some("AKIAIOSFODNN7EXAMPLE".into()),
        "MEDIA_SECRET_ACCESS_KEY" => Some("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
        _ => None,
    });
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

fn ambient() -> Ambient {
    thread_local!(static COUNT: Cell<u128> = const { Cell::new(0) });
    let random = || {
        COUNT.set(COUNT.get() + 1);
        COUNT.get().to_be_bytes()
    };
    Ambient { now: UnixTime::from_secs(NOW), random }
}
