//! Links that end, by the pure function: what happens if something fails in between. A map stands for the platform's objects.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use ring::hmac;
use rules::{Ambient, Effect, EffectResult, Results, StateAnswer, StateChange, Write, apply};
use serde_json::{Value, json};
use signer::UnixTime;
use signpost::{Action, Answer, Headers, Request, Site, Url, respond};

const NOW: u64 = 1_795_806_000; // 2026-11-27T19:00:00Z
const TICKETS: &str = "a-secret-of-tickets-with-enough-characters";
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
        self.send_as("a-token-of-the-site-for-tests", site, method, path, body)
    }

    fn send_as(
        &self,
        token: &str,
        site: &Site,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = Headers { authorization: Some(&bearer), ..Headers::default() };
        self.send_with(headers, site, method, path, body)
    }

    fn send_with(
        &self,
        headers: Headers<'_>,
        site: &Site,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let url = format!("https://files.example.com{path}");
        let body = body.map(Value::to_string);
        let headers = Headers {
            accept: Some("application/json"),
            content_type: body.as_ref().map(|_| "application/json"),
            ..headers
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

/// Returns a ticket for links to the site's files. `claims` are others than the rule and the end.
fn ticket(rule: &str, claims: &Value) -> String {
    let mut all = json!({ "rule": rule, "exp": NOW + 300 });
    all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let text = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(&all));
    let key = hmac::Key::new(hmac::HMAC_SHA256, TICKETS.as_bytes());
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes())))
}

/// Returns a Worker with rules for tickets: by default revocable, and explicitly.
fn site_of_tickets() -> Site {
    let mut vars = vars();
    vars["CALLERS"] = json!({
        "site": { "kind": "bearer", "secret": "SITE_TOKEN" },
        "tickets": { "kind": "ticket", "secret": "TICKETS" },
        "once": { "kind": "ticket", "secret": "TICKETS", "single_use": true },
    });
    let mut rule = vars["DOWNLOADS"]["once"].take();
    rule["callers"] = json!(["tickets"]);
    let (mut strict, mut single) = (rule.clone(), rule.clone());
    strict["revocable"] = json!(true);
    single["callers"] = json!(["once"]);
    vars["DOWNLOADS"] = json!({ "once": rule, "strict": strict, "single": single });
    site_of(&vars, true)
}

fn listed(answer: &Answer) -> Vec<String> {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let paths = body["links"].as_array().unwrap().iter();
    paths.map(|link| link["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn tickets_without_a_subject_share_no_list() {
    let (objects, site) = (Objects::default(), site_of_tickets());
    let [alice, bob] = ["downloads/once", "downloads/once"].map(|rule| ticket(rule, &json!({})));
    let made = objects.send_as(&alice, &site, "GET", "/downloads/once/a.pdf", None);
    assert_eq!(made.status, 200, "{}", made.body);
    let id: Value = serde_json::from_str(&made.body).unwrap();
    let id = id["id"].as_str().unwrap();
    for (method, path) in [
        ("GET", "/links?rule=once".to_owned()),
        ("DELETE", format!("/links/{id}")),
        ("DELETE", format!("/links/{id}?rule=once")),
    ] {
        let answer = objects.send_as(&bob, &site, method, &path, None);
        assert_eq!(answer.status, 401, "{path}: {}", answer.body);
        assert!(answer.body.contains("has no subject"), "{}", answer.body);
    }
    assert_eq!(objects.send(&site, "POST", &format!("/l/{id}"), None).status, 303);
    let strict = ticket("downloads/strict", &json!({}));
    let refused = objects.send_as(&strict, &site, "GET", "/downloads/strict/a.pdf", None);
    assert_eq!(refused.status, 401, "with `revocable = true`: {}", refused.body);
}

#[test]
fn a_ticket_for_one_object_lists_and_revokes_links_to_that_object_only() {
    let (objects, site) = (Objects::default(), site_of_tickets());
    let of = |claims: &Value| ticket("downloads/once", claims);
    let all = of(&json!({ "sub": "ada" }));
    let one = of(&json!({ "sub": "ada", "key": "files/a.pdf" }));
    let sized = of(&json!({ "sub": "ada", "max_size": 9 }));
    let ids = ["a.pdf", "b.pdf"].map(|path| {
        let made = objects.send_as(&all, &site, "GET", &format!("/downloads/once/{path}"), None);
        let body: Value = serde_json::from_str(&made.body).unwrap();
        body["id"].as_str().unwrap().to_owned()
    });
    let list =
        |token: &str| listed(&objects.send_as(token, &site, "GET", "/links?rule=once", None));
    assert_eq!(list(&all), ["a.pdf", "b.pdf"]);
    assert_eq!(list(&one), ["a.pdf"]);
    assert!(list(&sized).is_empty());
    let revoke = |token: &str, id: &str| {
        objects.send_as(token, &site, "DELETE", &format!("/links/{id}?rule=once"), None).status
    };
    assert_eq!(revoke(&one, &ids[1]), 404);
    assert_eq!(revoke(&sized, &ids[0]), 404);
    assert_eq!(list(&all), ["a.pdf", "b.pdf"]);
    assert_eq!(revoke(&one, &ids[0]), 204);
    assert_eq!(revoke(&one, &ids[0]), 204, "a repetition");
    let bob = of(&json!({ "sub": "bob", "key": "files/a.pdf" }));
    assert_eq!(revoke(&bob, &ids[0]), 404);
    assert_eq!(revoke(&all, &ids[1]), 204);
}

#[test]
fn a_list_and_a_revocation_use_a_ticket_up_that_is_valid_once() {
    let (objects, site) = (Objects::default(), site_of_tickets());
    let new = |id: &str| ticket("downloads/single", &json!({ "sub": "ada", "jti": id }));
    let made = objects.send_as(&new("make"), &site, "GET", "/downloads/single/a.pdf", None);
    let body: Value = serde_json::from_str(&made.body).unwrap();
    let one = format!("/links/{}?rule=single", body["id"].as_str().unwrap());
    for (method, path, status) in [("GET", "/links?rule=single", 200), ("DELETE", &one, 204)] {
        let token = new(method);
        assert_eq!(objects.send_as(&token, &site, method, path, None).status, status);
        assert_eq!(objects.send_as(&token, &site, method, path, None).status, 401, "{method}");
    }
}

#[test]
fn a_page_of_any_rule_with_lists_reads_why_its_request_is_refused() {
    let (objects, mut vars) = (Objects::default(), vars());
    let origins = ["https://one.example.com", "https://two.example.com"];
    vars["DOWNLOADS"]["more"] = vars["DOWNLOADS"]["once"].clone();
    vars["DOWNLOADS"]["once"]["origins"] = json!([origins[0]]);
    vars["DOWNLOADS"]["more"]["origins"] = json!([origins[1]]);
    let site = site_of(&vars, true);
    // Without anything that can be read, so that a lookup is answered 503.
    objects.left.set(Some(0));
    let allowed = |answer: &Answer| {
        let mut headers = answer.headers.iter();
        headers
            .find(|(name, _)| *name == "access-control-allow-origin")
            .map(|(_, value)| value.to_string())
    };
    for origin in origins {
        for (method, path, status) in [
            ("OPTIONS", "/links/AAAAAAAAAAAAAAAAAAAAAA", 204),
            ("OPTIONS", "/links/x", 204),
            ("OPTIONS", "/links", 204),
            ("DELETE", "/links/AAAAAAAAAAAAAAAAAAAAAA", 503),
            ("DELETE", "/links/x", 404),
            ("GET", "/links", 400),
            ("GET", "/links?rule=none", 404),
        ] {
            let headers = Headers {
                authorization: Some("Bearer a-token-of-the-site-for-tests"),
                origin: Some(origin),
                ..Headers::default()
            };
            let answer = objects.send_with(headers, &site, method, path, None);
            assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
            assert_eq!(allowed(&answer).as_deref(), Some(origin), "{method} {path}");
        }
    }
    for method in ["OPTIONS", "DELETE"] {
        let headers = Headers { origin: Some("https://evil.example"), ..Headers::default() };
        let answer =
            objects.send_with(headers, &site, method, "/links/AAAAAAAAAAAAAAAAAAAAAA", None);
        assert_eq!((answer.status, allowed(&answer)), (403, None), "{method}");
    }
}

#[test]
fn a_link_is_used_only_where_its_rule_can_be() {
    let (objects, mut vars) = (Objects::default(), vars());
    vars["DOWNLOADS"]["once"]["networks"] = json!(["192.0.2.0/24"]);
    let site = site_of(&vars, true);
    let token = Some("Bearer a-token-of-the-site-for-tests");
    let from = |address, authorization, method: &str, path: &str| {
        let headers = Headers { address: Some(address), authorization, ..Headers::default() };
        objects.send_with(headers, &site, method, path, None)
    };
    let made = from("192.0.2.7", token, "GET", "/downloads/once/a.pdf");
    let body: Value = serde_json::from_str(&made.body).unwrap();
    let link = format!("/l/{}", body["id"].as_str().unwrap());
    for method in ["GET", "HEAD", "POST"] {
        assert_eq!(from("203.0.113.9", None, method, &link).status, 403, "{method}");
    }
    assert_eq!(from("192.0.2.7", None, "POST", &link).status, 303, "no use was lost");
}

#[test]
fn a_caller_without_a_url_of_the_worker_gets_no_link() {
    let (results, site) = (Results::default(), site(true));
    let authorization = Some("Bearer a-token-of-the-site-for-tests");
    let headers = Headers { accept: Some("application/json"), authorization, ..Headers::default() };
    let url = Url::new("https://signpost.invalid/downloads/once/a.pdf");
    let request = Request { method: "GET", url, headers, body: None, results: &results };
    let Action::Answer(answer) = respond(&site, &request, ambient()) else { panic!("an effect") };
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("`url` is required"), "{}", answer.body);
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
        "TICKETS" => Some(TICKETS.into()),
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
