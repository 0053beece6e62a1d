//! From where and when rules may be used, on every route, by the pure function.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use core::fmt::Write as _;

use rules::{Ambient, Effect, EffectResult, Fetched, RequestHeaders, Results};
use serde_json::{Map, Value, json};
use signer::UnixTime;
use signpost::{Action, Answer, Found, Headers, Next, Request, Site, Url, respond};

/// 2026-11-23T19:00:00Z, a Monday; it is 20:00 in Berlin.
const MONDAY: u64 = 1_795_460_400;
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Who sends a request, from where and when.
#[derive(Clone, Copy)]
struct Client<'a> {
    address: Option<&'a str>,
    country: Option<&'a str>,
    now: u64,
    origin: Option<&'a str>,
    authorization: Option<&'a str>,
}

const ANYWHERE: Client<'_> =
    Client { address: None, country: None, now: MONDAY, origin: None, authorization: None };

#[test]
fn who_may_use_which_rule() {
    let at = |address, country| Client { address, country, ..ANYWHERE };
    let office = at(Some("192.0.2.7"), Some("DE"));
    let travelling = at(Some("192.0.2.7"), Some("FR"));
    let home = at(Some("203.0.113.9"), Some("DE"));
    let tor = at(Some("2001:db8::1"), Some("T1"));
    let nowhere = at(None, None);
    let unknown = at(Some("unknown"), Some("XX"));
    // office, travelling, home, tor, nowhere, unknown
    for (rule, expected) in [
        ("free", "yes yes yes yes yes yes"),
        ("network", "yes yes network yes network network"),
        ("country", "yes country yes country country country"),
        ("tor", "country country country yes country country"),
        ("both", "yes country network country network network"),
        ("evening", "yes yes yes yes yes yes"),
        ("morning", "time time time time time time"),
        ("all", "yes country network country network network"),
        ("all-morning", "time country network country network network"),
    ] {
        let clients = [office, travelling, home, tor, nowhere, unknown];
        for path in [format!("/uploads/{rule}"), format!("/downloads/{rule}/a.png")] {
            let found = clients.map(|client| verdict(&send(&path, client).0));
            assert_eq!(found.join(" "), expected, "{path}");
        }
    }
}

#[test]
fn hours_are_those_of_the_zone_with_daylight_saving_time() {
    let (summer, winter) = (MONDAY - 140 * DAY, MONDAY); // 2026-07-06T19:00:00Z, a Monday
    for (rule, now, expected) in [
        ("office", winter - 13 * HOUR, "time"),   // 07:00 in Berlin
        ("office", winter - 12 * HOUR, "yes"),    // 08:00
        ("office", winter - 2 * HOUR - 1, "yes"), // 17:59:59
        ("office", winter - 2 * HOUR, "time"),    // 18:00
        ("office", summer - 14 * HOUR, "time"),   // 07:00
        ("office", summer - 13 * HOUR, "yes"),    // 08:00
        ("office", summer - 3 * HOUR - 1, "yes"), // 17:59:59
        ("office", summer - 3 * HOUR, "time"),    // 18:00
        ("office", winter + 4 * DAY - 3 * HOUR, "yes"), // Friday
        ("office", winter + 5 * DAY - 3 * HOUR, "time"), // Saturday
    ] {
        let (answer, _) = send(&format!("/uploads/{rule}"), Client { now, ..ANYWHERE });
        assert_eq!(verdict(&answer), expected, "{rule} at {}", UnixTime::from_secs(now));
    }
}

#[test]
fn what_is_signed_ends_with_the_hours_and_says_so() {
    for (now, end, with) in [
        // `expires` is 2 h, and the hours end at 18:00 in Berlin.
        (MONDAY - 5 * HOUR, "2026-11-23T16:00:00Z", Value::Null),
        (MONDAY - 3 * HOUR, "2026-11-23T17:00:00Z", json!("hours")),
        (MONDAY - 2 * HOUR - 1, "2026-11-23T17:00:00Z", json!("hours")),
    ] {
        for path in ["/uploads/office", "/downloads/office/a.png"] {
            let (answer, _) = send(path, Client { now, ..ANYWHERE });
            let body: Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!((&body["expires"], &body["expires_with"]), (&json!(end), &with), "{path}");
            let header = answer.headers.iter().find(|(name, _)| *name == "signpost-expires-with");
            assert_eq!(header.map(|(_, value)| &**value), with.as_str());
        }
    }
}

#[test]
fn the_end_of_the_hours_is_right_if_clocks_change_before() {
    // The night ends at 06:00 in Berlin. On 2026-10-25, clocks are put back at 03:00.
    let friday = 1_792_789_200; // 2026-10-23T21:00:00Z
    for (now, end) in [(friday, "2026-10-24T04:00:00Z"), (friday + DAY, "2026-10-25T05:00:00Z")] {
        let (answer, asked) = send("/downloads/night/a.png", Client { now, ..ANYWHERE });
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["expires"], json!(end));
        assert_eq!(asked.len(), 2, "the offset now, and at the end");
    }
}

#[test]
fn an_unknown_time_zone_closes_the_rule() {
    for result in [EffectResult::Failed, EffectResult::UtcOffset("CET".into())] {
        let (answer, _) = send_with("/uploads/office", ANYWHERE, |_| result.clone());
        assert_eq!(answer.status, 503);
        assert_eq!(problem(&answer)["code"], "ServiceUnavailable");
    }
}

#[test]
fn a_restriction_is_checked_before_anything_is_asked_or_counted() {
    // The caller's keys must be fetched, and the rule has a limit.
    let stranger = Client { authorization: Some(TOKEN), ..ANYWHERE };
    let (answer, asked) = send("/uploads/guarded", stranger);
    assert_eq!((verdict(&answer).as_str(), asked.len()), ("network", 0));
    let (_, asked) = send("/uploads/guarded", Client { address: Some("192.0.2.7"), ..stranger });
    assert!(asked.len() > 1, "the keys and the limit");
}

#[test]
fn another_origin_learns_nothing_of_the_restrictions() {
    for path in ["/uploads/all-morning", "/downloads/all-morning/a.png"] {
        let elsewhere = Client { origin: Some("https://other.example.com"), ..ANYWHERE };
        let (answer, asked) = send(path, elsewhere);
        let detail = problem(&answer)["detail"].as_str().unwrap().to_owned();
        assert_eq!((answer.status, asked.len()), (403, 0));
        assert!(detail.contains("origin"), "{detail}");
        let page = Client { origin: Some("https://www.example.com"), ..ANYWHERE };
        let (answer, _) = send(path, page);
        assert_eq!(verdict(&answer), "network");
        let allowed = answer.headers.iter().any(|(name, value)| {
            *name == "access-control-allow-origin" && value == "https://www.example.com"
        });
        assert!(allowed, "the page can read the reason");
    }
}

#[test]
fn every_request_to_a_rule_is_checked() {
    let inside = Client { address: Some("192.0.2.7"), ..ANYWHERE };
    for (method, path, body) in [
        ("POST", "/uploads/parts", r#"{"files":[{"type":"image/png","size":1}]}"#),
        ("GET", "/uploads/parts?type=image/png", ""),
        ("POST", "/uploads/parts/multipart", r#"{"type":"image/png","size":9000000}"#),
        ("POST", "/uploads/parts/multipart/parts", r#"{"id":"x","parts":[1]}"#),
        ("POST", "/uploads/parts/multipart/complete", r#"{"id":"x","parts":[]}"#),
        ("POST", "/uploads/parts/multipart/abort", r#"{"id":"x"}"#),
        ("POST", "/uploads/parts/confirm", r#"{"confirm":"x"}"#),
        ("GET", "/uploads/parts/s3/params?filename=a.png&type=image/png", ""),
        ("POST", "/uploads/parts/s3/multipart", r#"{"filename":"a.png","type":"image/png"}"#),
        ("POST", "/uploads/parts/sign-request", r#"{"method":"PUT","key":"a.png"}"#),
        ("POST", "/uploads/parts/better-upload", r#"{"route":"x","files":[]}"#),
        ("GET", "/downloads/network/a.png", ""),
        ("HEAD", "/downloads/network/a.png", ""),
        ("POST", "/downloads/network", r#"{"paths":["a.png"]}"#),
    ] {
        let outside = Client { address: Some("203.0.113.9"), ..ANYWHERE };
        let (answer, asked) = send_as(method, path, body.as_bytes(), outside, no_effect);
        assert_eq!((answer.status, asked.len()), (403, 0), "{method} {path}: {}", answer.body);
        let (answer, _) = send_as(method, path, body.as_bytes(), inside, no_effect);
        assert_ne!(answer.status, 403, "{method} {path}: {}", answer.body);
        let is_route = answer.status != 404 || answer.body.contains("NoSuchUpload");
        assert!(is_route, "{method} {path}: {}", answer.body);
    }
}

#[test]
fn whoever_has_a_capability_is_checked_too() {
    let begins = |effect: &Effect| {
        match effect {
        Effect::BucketRequest { memo, .. } => EffectResult::Fetched(Fetched {
            status: 200,
            body: "<InitiateMultipartUploadResult><UploadId>x</UploadId></InitiateMultipartUploadResult>".into(),
            memo: memo.clone(),
            ..Fetched::default()
        }),
        _ => EffectResult::Failed,
    }
    };
    let inside = Client { address: Some("192.0.2.7"), ..ANYWHERE };
    let outside = Client { address: Some("203.0.113.9"), ..ANYWHERE };
    let request = br#"{"method":"POST","key":"a.png","contentType":"image/png","size":90000000}"#;
    let (answer, _) = send_as("POST", "/uploads/parts/sign-request", request, inside, begins);
    let url = problem(&answer)["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("https://signpost.example.com").unwrap();
    let (answer, _) = send_as("POST", path, b"", inside, begins);
    assert!(answer.body.contains("<UploadId>"), "{}", answer.body);
    let (answer, asked) = send_as("POST", path, b"", outside, begins);
    assert_eq!((answer.status, asked.len()), (403, 0));
    assert!(answer.body.contains("network"), "{}", answer.body);
}

#[test]
fn a_link_to_the_worker_can_be_used_only_where_its_rule_can() {
    let inside = Client { address: Some("192.0.2.7"), country: Some("DE"), ..ANYWHERE };
    let link = |client| {
        let (answer, _) = send("/downloads/own/a.png", client);
        let url = problem(&answer)["url"].as_str().unwrap().to_owned();
        url.strip_prefix("https://signpost.example.com").unwrap().to_owned()
    };
    let code = |path: &str, client| {
        let (answer, _) = send_as("GET", path, b"", client, no_effect);
        let (_, code) = answer.body.split_once("<Code>").unwrap();
        code.split_once("</Code>").unwrap().0.to_owned()
    };
    let path = link(inside);
    assert!(path.starts_with("/files/bound/own/a.png?"), "{path}");
    // The bucket has no object, so whoever may use the link learns that.
    for (address, country, expected) in [
        (Some("192.0.2.7"), Some("DE"), "NoSuchKey"),
        (Some("192.0.2.200"), Some("DE"), "NoSuchKey"),
        (Some("192.0.2.7"), Some("FR"), "AccessDenied"),
        (Some("203.0.113.9"), Some("DE"), "AccessDenied"),
        (None, Some("DE"), "AccessDenied"),
        (Some("192.0.2.7"), None, "AccessDenied"),
    ] {
        let client = Client { address, country, ..ANYWHERE };
        assert_eq!(code(&path, client), expected, "{address:?} {country:?}");
    }
    let (before, after) = path.split_once("&signpost-rule=own").unwrap();
    for changed in ["", "&signpost-rule=other", "&signpost-rule=gone"] {
        let changed = [before, changed, after].concat();
        assert_eq!(code(&changed, inside), "SignatureDoesNotMatch", "{changed}");
    }
    let (answer, _) = send("/downloads/other/a.png", ANYWHERE);
    assert!(!answer.body.contains("signpost-rule"), "links of other rules do not name them");
}

#[test]
fn a_file_is_sent_to_the_worker_only_from_where_its_rule_can_be_used() {
    let inside = Client { address: Some("192.0.2.7"), country: Some("DE"), ..ANYWHERE };
    let elsewhere = [
        Client { address: Some("203.0.113.9"), ..inside },
        Client { country: Some("FR"), ..inside },
        Client { address: None, country: None, ..inside },
    ];
    let form = signed_file("own", None);
    assert_eq!(form.send(inside), "written");
    for client in elsewhere {
        assert_eq!(form.send(client), "AccessDenied");
        assert_eq!(signed_file("other", None).send(client), "written", "the rule is free");
    }
    let other = signed_file("other", None).state();
    assert_eq!(form.with_state(None).send(inside), "AccessDenied", "the policy requires the field");
    assert_eq!(form.with_state(other.as_deref()).send(inside), "AccessDenied");

    let put = signed_file("own", Some("PUT"));
    assert_eq!(put.send(inside), "written");
    for client in elsewhere {
        assert_eq!(put.send(client), "AccessDenied");
        assert_eq!(signed_file("other", Some("PUT")).send(client), "written");
    }
}

/// A form or a PUT to the Worker, as it was signed.
struct SignedFile {
    path: String,
    fields: Vec<(String, String)>,
    headers: Vec<(String, String)>,
}

fn signed_file(rule: &str, method: Option<&str>) -> SignedFile {
    let client = Client { address: Some("192.0.2.7"), country: Some("DE"), ..ANYWHERE };
    let body = json!({ "type": "image/png", "size": 1, "method": method }).to_string();
    let path = format!("/uploads/{rule}");
    let (answer, _) = send_as("POST", &path, body.as_bytes(), client, no_effect);
    let signed = problem(&answer);
    let path = signed["url"].as_str().unwrap_or_else(|| panic!("{signed}"));
    let pairs = |value: &Value| -> Vec<_> {
        let pairs = value.as_object().into_iter().flatten();
        pairs.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
    };
    SignedFile {
        path: path.strip_prefix("https://signpost.example.com").unwrap().to_owned(),
        fields: pairs(&signed["fields"]),
        headers: pairs(&signed["headers"]),
    }
}

impl SignedFile {
    const STATE: &str = "x-amz-signpost";

    fn state(&self) -> Option<String> {
        self.fields.iter().find(|(name, _)| name == Self::STATE).map(|(_, value)| value.clone())
    }

    fn with_state(&self, state: Option<&str>) -> Self {
        let (path, headers) = (self.path.clone(), self.headers.clone());
        let mut fields = self.fields.clone();
        fields.retain(|(name, _)| name != Self::STATE);
        fields.extend(state.map(|state| (Self::STATE.to_owned(), state.to_owned())));
        Self { path, fields, headers }
    }

    /// Sends the file; returns `written` if it would be, or the code of the error.
    fn send(&self, client: Client<'_>) -> String {
        let mut body = String::new();
        for (name, value) in &self.fields {
            write!(
                body,
                "--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .unwrap();
        }
        body += "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nx\r\n--b--\r\n";
        let is_form = !self.fields.is_empty();
        let method = if is_form { "POST" } else { "PUT" };
        let length = body.len().to_string();
        let headers = Headers {
            content_type: is_form.then_some("multipart/form-data; boundary=b"),
            content_length: is_form.then_some(&length),
            address: client.address,
            country: client.country,
            ..Headers::default()
        };
        let ambient = Ambient { now: UnixTime::from_secs(client.now), random: || [7; 16] };
        let (site, url) = (site(), format!("https://signpost.example.com{}", self.path));
        let (mut results, mut read) = (Results::default(), None);
        loop {
            let request =
                Request { method, url: Url::new(&url), headers, body: read, results: &results };
            match respond(&site, &request, ambient) {
                Action::Perform(effect @ Effect::ReadHeaders) => {
                    let sent = RequestHeaders::new(self.headers.clone());
                    results.insert(effect, EffectResult::Headers(sent));
                }
                Action::ReadHead(_) => read = Some(body.as_bytes()),
                Action::WriteObject(_) => return "written".into(),
                Action::Answer(answer) => {
                    let (_, code) = answer.body.split_once("<Code>").unwrap();
                    return code.split_once("</Code>").unwrap().0.to_owned();
                }
                action => panic!("{action:?}"),
            }
        }
    }
}

/// A token whose keys must be fetched.
const TOKEN: &str = "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUuY29tLyIsImF1ZCI6InNpZ25wb3N0Iiwic3ViIjoidTEiLCJleHAiOjE3OTU0NjA0NjB9.c2ln";

/// Returns `yes`, or what the restrictions forbid.
fn verdict(answer: &Answer) -> String {
    if answer.status == 200 {
        return "yes".into();
    }
    let problem = problem(answer);
    assert_eq!((answer.status, &problem["code"]), (403, &json!("AccessDenied")), "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    let kinds = ["network", "country", "time"];
    kinds.into_iter().find(|kind| detail.contains(kind)).unwrap().into()
}

fn problem(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

fn send(path: &str, client: Client<'_>) -> (Answer, Vec<String>) {
    send_with(path, client, no_effect)
}

fn send_with(
    path: &str,
    client: Client<'_>,
    platform: impl Fn(&Effect) -> EffectResult,
) -> (Answer, Vec<String>) {
    let upload = br#"{"type":"image/png","size":1}"#;
    let method = if path.starts_with("/uploads/") { "POST" } else { "GET" };
    send_as(method, path, upload, client, platform)
}

/// The results of effects, on a platform that knows the zone of Berlin in 2026.
fn no_effect(effect: &Effect) -> EffectResult {
    match effect {
        Effect::UtcOffset { zone, at } if zone == "Europe/Berlin" => {
            let summer = 1_774_746_000..1_792_890_000; // from 2026-03-29T01:00:00Z to 2026-10-25T01:00:00Z
            let hours = if summer.contains(&at.as_secs()) { 2 } else { 1 };
            EffectResult::UtcOffset(format!("11/23/2026, GMT+0{hours}:00"))
        }
        Effect::Limit { .. } => EffectResult::Yes,
        _ => EffectResult::Failed,
    }
}

/// Returns the answer, and the effects that were performed before.
fn send_as(
    method: &str,
    path: &str,
    body: &[u8],
    client: Client<'_>,
    platform: impl Fn(&Effect) -> EffectResult,
) -> (Answer, Vec<String>) {
    let site = site();
    let url = format!("https://signpost.example.com{path}");
    let Client { address, country, now, origin, authorization } = client;
    let accept = Some("application/json");
    let content_type = Some("application/json");
    let headers = Headers {
        accept,
        content_type,
        address,
        country,
        origin,
        authorization,
        ..Headers::default()
    };
    let ambient = Ambient { now: UnixTime::from_secs(now), random: || [7; 16] };
    let (mut results, mut asked) = (Results::default(), Vec::new());
    let mut read = None;
    loop {
        let request =
            Request { method, url: Url::new(&url), headers, body: read, results: &results };
        match respond(&site, &request, ambient) {
            Action::Perform(effect) => {
                asked.push(format!("{effect:?}"));
                let result = platform(&effect);
                results.insert(effect, result);
            }
            Action::ReadBody { .. } => read = Some(body),
            Action::Answer(answer) => return (answer, asked),
            Action::ReadObject(read) => match read.finish(Found::Missing) {
                Next::Answer(found) => return (found.answer, asked),
                Next::Read(_) => panic!("a missing object is read once"),
            },
            action => panic!("{action:?}"),
        }
    }
}

fn site() -> Site {
    let networks = || ("networks", json!(["192.0.2.0/24", "2001:db8::/32"]));
    let countries = || ("countries", json!(["DE", "AT"]));
    let hours = |from: &str, to: &str| ("hours", json!({ "from": from, "to": to }));
    let berlin = |from: &str, to: &str, days: &[&str]| {
        ("hours", json!({ "from": from, "to": to, "zone": "Europe/Berlin", "days": days }))
    };
    let all_days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let rules = [
        ("free", vec![]),
        ("network", vec![networks()]),
        ("country", vec![countries()]),
        ("tor", vec![("countries", json!(["T1"]))]),
        ("both", vec![networks(), countries()]),
        ("evening", vec![hours("18:00", "24:00")]),
        ("morning", vec![hours("06:00", "12:00")]),
        ("all", vec![networks(), countries(), hours("18:00", "02:00")]),
        ("all-morning", vec![networks(), countries(), hours("06:00", "12:00")]),
        ("office", vec![berlin("08:00", "18:00", &all_days[..5])]),
        ("night", vec![berlin("22:00", "06:00", &all_days)]),
    ];
    let (mut uploads, mut downloads) = (Map::new(), Map::new());
    for (name, restrictions) in rules {
        let origins = json!(["https://www.example.com"]);
        let mut download = json!({ "bucket": "media", "callers": ["anyone"], "origins": origins, "key": "files/{path}", "expires": "2 h" });
        let mut upload = json!({ "bucket": "media", "callers": ["anyone"], "origins": origins, "key": "files/{uuid}", "types": ["image/png"], "max_size": "1 MiB", "expires": "2 h" });
        for (key, value) in restrictions {
            upload[key] = value.clone();
            download[key] = value;
        }
        if name == "night" {
            download["expires"] = json!("1 day");
        }
        uploads.insert(name.into(), upload);
        downloads.insert(name.into(), download);
    }
    let mut parts = uploads["network"].clone();
    parts["multipart"] = json!(true);
    parts["uploaders"] = json!(true);
    parts["confirm"] = json!(true);
    parts["max_size"] = json!("1 GiB");
    uploads.insert("parts".into(), parts);
    let mut guarded = uploads["network"].clone();
    guarded["callers"] = json!(["user"]);
    guarded["limit"] = json!("FEW");
    uploads.insert("guarded".into(), guarded);
    for (name, rule) in [("own", "both"), ("other", "free")] {
        let mut own = downloads[rule].clone();
        own["bucket"] = json!("bound");
        own["key"] = json!("own/{path}");
        own["serve"] = json!("worker");
        downloads.insert(name.into(), own);
        let mut own = uploads[rule].clone();
        own["bucket"] = json!("bound");
        uploads.insert(name.into(), own);
    }
    let vars = json!({
        "BUCKETS": {
            "bound": { "provider": "r2", "name": "acme-own", "region": "auto", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "binding": "OWN", "credentials": "MEDIA" },
            "media": { "provider": "aws", "name": "acme-media", "region": "eu-west-1", "credentials": "MEDIA" },
        },
        "CALLERS": {
            "anyone": { "kind": "anyone" },
            "user": { "kind": "jwt", "jwks": "https://login.example.com/jwks", "issuer": "https://login.example.com/", "audience": "signpost" },
        },
        "UPLOADS": uploads,
        "DOWNLOADS": downloads,
    });
    let site = Site::new(vars.as_object().unwrap(), |name| {
        (!name.ends_with("_EXPIRATION")).then(|| "a-secret-of-at-least-thirty-two-bytes".into())
    });
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    assert!(site.headers().contains(&"cf-connecting-ip") && site.reads_country());
    site
}
