//! Temporary credentials that callers get: what is requested for them, how the answer is written, and what is refused.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

#[path = "../contract/case.rs"]
mod case;

use core::cell::RefCell;
use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use percent_encoding::percent_decode_str;
use ring::hmac;
use rules::{
    Ambient, CredentialsRequest, Effect, EffectResult, Fetched, Holder, StateAnswer, Timing, apply,
};
use serde_json::{Value, json};
use signer::UnixTime;
use signpost::{Answer, Site};

use case::{check, read};

const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z
const LOGIN: &str = "a-secret-of-the-login-service-of-40-bytes";
const SECRETS: [(&str, &str); 4] = [
    ("MEDIA_ACCESS_KEY_ID", "AKIA-of-the-key"),
    ("MEDIA_SECRET_ACCESS_KEY", "marked-secret-of-the-key"),
    ("LOGIN", LOGIN),
    ("TICKETS", LOGIN),
];

#[test]
fn the_request_restricts_the_credentials_to_the_callers_prefix() {
    let (answer, requests) = send(&site(&role()), &post("home", "ada@example.com"), 0);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let [request] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!((request.holder, request.timing), (Holder::Caller, Timing::Now));
    let form = form(&request.body);
    assert_eq!(form["RoleSessionName"], "login=ada@example.com");
    assert_eq!(form["DurationSeconds"], "1800");
    let expected = json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:DeleteObject"],
                "Resource": ["arn:aws:s3:::acme/users/ada@example.com/*"],
            },
            {
                "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::acme"],
                "Condition": { "StringLike": { "s3:prefix": "users/ada@example.com/*" } },
            },
        ],
    });
    assert_eq!(read(&form["Policy"]), expected);
}

#[test]
fn each_action_is_only_what_its_name_says() {
    for (action, actions) in [
        ("read", json!(["s3:GetObject"])),
        (
            "write",
            json!(["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]),
        ),
        ("list", json!(["s3:ListBucket"])),
        ("delete", json!(["s3:DeleteObject"])),
    ] {
        let mut config = config(&role());
        config["CREDENTIALS"]["home"]["actions"] = json!([action]);
        let (_, requests) = send(&site_of(&config), &post("home", "ada"), 0);
        let policy = read(&form(&requests[0].body)["Policy"]);
        let statements = policy["Statement"].as_array().unwrap();
        assert_eq!((statements.len(), &statements[0]["Action"]), (1, &actions), "{action}");
    }
}

#[test]
fn the_answer_has_the_form_that_the_client_reads() {
    let site = site(&role());
    let answer = |request: &Value| {
        let (answer, _) = send(&site, request, 0);
        assert_eq!(answer.status, 200, "{request}: {}", answer.body);
        assert_eq!(header(&answer, "cache-control"), Some("no-store"), "{request}");
        answer
    };
    let (id, secret, token) = ("ASIA-0", "marked-secret-0", "marked-token-0");
    let end = "2026-11-23T19:30:00Z";
    let uppy = json!({
        "credentials": { "accessKeyId": id, "secretAccessKey": secret, "sessionToken": token, "expiration": end },
        "region": "eu-west-1", "bucket": "acme", "endpoint": "https://s3.eu-west-1.amazonaws.com",
        "url": "https://acme.s3.eu-west-1.amazonaws.com", "prefix": "users/ada/",
    });
    let process = json!({ "Version": 1, "AccessKeyId": id, "SecretAccessKey": secret, "SessionToken": token, "Expiration": end });
    let container =
        json!({ "AccessKeyId": id, "SecretAccessKey": secret, "Token": token, "Expiration": end });
    let variables = format!(
        "# bucket: acme\n# prefix: users/ada/\nAWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY={secret}\nAWS_SESSION_TOKEN={token}\n\
         AWS_CREDENTIAL_EXPIRATION={end}\nAWS_REGION=eu-west-1\nAWS_ENDPOINT_URL_S3=https://s3.eu-west-1.amazonaws.com\n"
    );
    for method in ["GET", "POST"] {
        for (query, expected) in [("uppy", &uppy), ("process", &process), ("container", &container)]
        {
            let answer =
                answer(&request(method, &format!("home?format={query}"), "ada", &json!({})));
            assert_eq!(read(&answer.body), *expected, "{method} {query}");
            assert_eq!(header(&answer, "content-type"), Some("application/json"));
        }
        let accept = json!({ "accept": "text/plain, */*;q=0.1" });
        for request in [
            request(method, "home?format=env", "ada", &json!({})),
            request(method, "home", "ada", &accept),
        ] {
            let answer = answer(&request);
            assert_eq!(answer.body, variables, "{request}");
            assert_eq!(header(&answer, "content-type"), Some("text/plain; charset=utf-8"));
        }
    }
    assert_eq!(read(&answer(&post("home", "ada")).body), uppy);
    assert_eq!(read(&answer(&request("GET", "home", "ada", &json!({}))).body), container);
    let json_first = json!({ "accept": "application/json, text/plain, */*" });
    assert_eq!(read(&answer(&request("POST", "home", "ada", &json_first)).body), uppy);
    let (unknown, requests) =
        send(&site, &request("POST", "home?format=yaml", "ada", &json!({})), 0);
    assert_eq!(
        (unknown.status, read(&unknown.body)["code"].clone()),
        (400, json!("InvalidArgument"))
    );
    assert!(requests.is_empty());
}

#[test]
fn the_credentials_of_the_worker_are_never_handed_out_nor_the_callers_used() {
    let site = site(&role());
    let download = json!({ "method": "GET", "path": "/downloads/d/a" });
    let (link, _) = send(&site, &download, 0);
    assert!(header(&link, "location").unwrap().contains("ASIA-0"));
    let (answer, requests) = send_from(&site, &post("home", "ada"), 0, 5);
    assert!(answer.body.contains("ASIA-5"), "{}", answer.body);
    // The shell stores what it has fetched: not these.
    let fetched = Sts(6).result(&requests[0], 0);
    assert_eq!(site.accept_credentials(&requests[0], &fetched, UnixTime::from_secs(NOW)), Ok(()));
    let (link, requests) = send_from(&site, &download, 1, 7);
    assert!(header(&link, "location").unwrap().contains("ASIA-0"));
    assert!(requests.is_empty());
}

#[test]
fn two_callers_and_two_rules_never_share_an_answer() {
    let site = site(&role());
    let id = |rule: &str, caller: &str| send(&site, &post(rule, caller), 0).1[0].id.clone();
    assert_ne!(id("home", "ada"), id("home", "bob"));
    assert_ne!(id("home", "ada"), id("readers", "ada"));
    let signer =
        send(&site, &json!({ "method": "GET", "path": "/downloads/d/a" }), 0).1[0].id.clone();
    assert_ne!(id("home", "ada"), signer);
}

#[test]
fn a_failure_of_the_token_service_is_503_and_logged_without_the_answer() {
    let site = site(&role());
    let ambient = Ambient { now: UnixTime::from_secs(NOW), random: || [7; 16] };
    for result in [
        EffectResult::Failed,
        fetched(403, "<E><Error><Code>AccessDenied</Code></Error></E>".into()),
        fetched(200, Sts(0).xml(NOW)), // it has expired
    ] {
        let answer = case::send(&site, &post("home", "ada"), ambient, |_| result.clone());
        assert_eq!(answer.status, 503);
        assert_eq!(header(&answer, "retry-after"), Some("1"));
        assert!(!answer.body.contains("marked") && !answer.body.contains("reboot"));
    }
    let (_, requests) = send(&site, &post("home", "ada"), 0);
    let line = site.accept_credentials(&requests[0], &EffectResult::Failed, ambient.now);
    assert_eq!(
        line,
        Err("signpost: no new credentials for the bucket b: the token service did not answer"
            .into())
    );
}

/// A caller's name is in the comment, and a file of variables is read by a shell.
#[test]
fn nothing_in_a_file_of_variables_is_read_as_a_command() {
    let site = site(&role());
    let ambient = Ambient { now: UnixTime::from_secs(NOW), random: || [7; 16] };
    let env = |caller: &str| request("GET", "home?format=env", caller, &json!({}));
    for line_end in ["\u{2028}", "\u{2029}"] {
        let (answer, _) = send(&site, &env(&format!("a{line_end}b")), 0);
        assert!(!answer.body.contains(line_end), "{}", answer.body);
        let escaped = format!("\n# prefix: users/a{}b/\n", line_end.escape_unicode());
        assert!(answer.body.contains(&escaped), "{}", answer.body);
        assert_eq!(answer.body.lines().count(), 8);
    }
    let unusual =
        |_: &Effect| fetched(200, Sts(0).xml(NOW + 60).replace("marked-secret-0", "$(reboot)"));
    let answer = case::send(&site, &env("ada"), ambient, unusual);
    assert_eq!((answer.status, answer.body.contains("reboot")), (400, false), "{}", answer.body);
    let answer = case::send(&site, &post("home", "ada"), ambient, unusual);
    assert_eq!(answer.status, 200, "JSON can have any text");
    assert_eq!(read(&answer.body)["credentials"]["secretAccessKey"], "$(reboot)");
}

#[test]
fn callers_without_a_token_or_whose_prefix_no_policy_can_name_get_none() {
    let site = site(&role());
    let long = "ü".repeat(100); // 200 bytes, of which a policy needs 6 each, twice
    for (request, status, code) in [
        (
            json!({ "method": "POST", "path": "/credentials/home" }),
            401,
            "MissingAuthenticationToken",
        ),
        (post("home", "*"), 403, "AccessDenied"),
        (post("home", "a?a"), 403, "AccessDenied"),
        (post("twice", &long), 403, "AccessDenied"),
        (post("nobody", "ada"), 404, "NoSuchRule"),
        (post("home/users/bob", "ada"), 404, "NoSuchRule"),
        (request("PUT", "home", "ada", &json!({})), 405, "MethodNotAllowed"),
        (request("HEAD", "home", "ada", &json!({})), 405, ""),
    ] {
        let (answer, requests) = send(&site, &request, 0);
        let expected = match code {
            "" => json!({ "status": status }),
            code => json!({ "status": status, "code": code }),
        };
        assert_eq!(check(&answer, &expected), Ok(()), "{request}: {}", answer.body);
        assert!(requests.is_empty(), "{request}");
    }
    assert_eq!(send(&site, &post("home", &long), 0).0.status, 200);
}

#[test]
fn no_page_of_another_site_gets_or_causes_any() {
    let site = site(&role());
    let with =
        |method: &str, headers: Value| send(&site, &request(method, "home", "ada", &headers), 0);
    let own = json!({ "origin": "https://www.example.com" });
    let (answer, _) = with("POST", own);
    assert_eq!(
        (answer.status, header(&answer, "access-control-allow-origin")),
        (200, Some("https://www.example.com"))
    );
    for (method, headers) in [
        ("POST", json!({ "origin": "https://evil.example" })),
        ("GET", json!({ "origin": "https://evil.example" })),
        ("GET", json!({ "sec-fetch-site": "cross-site" })),
        ("GET", json!({ "sec-fetch-site": "same-site" })),
        (
            "GET",
            json!({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }),
        ),
    ] {
        let (answer, requests) = with(method, headers.clone());
        assert_eq!(answer.status, 403, "{method} {headers}");
        assert_eq!(header(&answer, "access-control-allow-origin"), None);
        assert!(requests.is_empty());
    }
}

#[test]
fn a_ticket_shortens_the_life_as_far_as_the_service_permits_and_must_not_be_for_one_object() {
    let site = site(&role());
    let ticket = |claims: Value| {
        let headers = json!({ "authorization": format!("Bearer {}", hs256(&claims)) });
        json!({ "method": "POST", "path": "/credentials/tickets", "headers": headers })
    };
    let claims =
        |left: u64| json!({ "rule": "credentials/tickets", "sub": "ada", "exp": NOW + left });
    for (left, life, ends_with) in
        [(7_200, "3600", None), (1_740, "1800", Some("ticket")), (60, "900", Some("ticket"))]
    {
        let (answer, requests) = send(&site, &ticket(claims(left)), 0);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(form(&requests[0].body)["DurationSeconds"], life);
        assert_eq!(header(&answer, "signpost-expires-with"), ends_with);
    }
    for (name, value) in
        [("key", json!("users/ada/a")), ("type", json!("image/png")), ("max_size", json!(1))]
    {
        let mut claims = claims(60);
        claims[name] = value;
        let (answer, requests) = send(&site, &ticket(claims), 0);
        assert_eq!((answer.status, requests.len()), (403, 0), "{name}: {}", answer.body);
    }
    let (other, _) =
        send(&site, &ticket(json!({ "rule": "uploads/u", "sub": "ada", "exp": NOW + 60 })), 0);
    assert_eq!(other.status, 403);
}

#[test]
fn a_refused_request_leaves_the_ticket_unused() {
    let mut config = config(&role());
    config["CALLERS"]["ticket"]["single_use"] = json!(true);
    let site = site_of(&config);
    let ambient = Ambient { now: UnixTime::from_secs(NOW), random: || [7; 16] };
    let uses = |path: &str, subject: &str| {
        let claims = json!({ "rule": "credentials/tickets", "sub": subject, "exp": NOW + 3_600, "jti": "a-ticket" });
        let headers = json!({ "authorization": format!("Bearer {}", hs256(&claims)) });
        let request = json!({ "method": "POST", "path": path, "headers": headers });
        let count = RefCell::new(0);
        let answer = case::send(&site, &request, ambient, |effect| match effect {
            Effect::RequestCredentials(request) => Sts(0).result(request, 0),
            Effect::ChangeState { changes, .. } => {
                *count.borrow_mut() += 1;
                let used = apply(None, &changes[0].command.to_bytes(), ambient.now);
                EffectResult::Changed(vec![StateAnswer::read(&used.answer).unwrap()])
            }
            effect => panic!("{effect:?}"),
        });
        (answer.status, count.into_inner())
    };
    assert_eq!(uses("/credentials/tickets?format=yaml", "ada"), (400, 0));
    assert_eq!(uses("/credentials/tickets", "*"), (403, 0));
    assert_eq!(uses("/credentials/tickets", "ada"), (200, 1));
}

#[test]
fn a_token_of_the_issuer_gets_them_as_well() {
    let mut config = config(&json!({ "web_identity": true, "role": ROLE }));
    config["ISSUER"] = json!({ "url": "https://files.example.com", "keys": ["ISSUER_KEY"] });
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "kid": "1", "alg": "ES256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
    }); // RFC 7515, A.3
    let secrets = [("LOGIN", LOGIN), ("TICKETS", LOGIN), ("ISSUER_KEY", &jwk.to_string())];
    let site = site_with(&config, &secrets);
    let (answer, requests) = send(&site, &post("home", "ada"), 0);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let form = form(&requests[0].body);
    assert_eq!(
        (&*form["Action"], &*form["RoleSessionName"]),
        ("AssumeRoleWithWebIdentity", "login=ada")
    );
    assert!(form["Policy"].contains("users/ada/*") && requests[0].token.is_some());
}

#[test]
fn r2_needs_no_request() {
    let mut config = config(&json!({ "secret": "MEDIA", "temporary": true }));
    config["BUCKETS"]["b"] = json!({
        "provider": "r2", "name": "acme", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": { "secret": "MEDIA", "temporary": true },
    });
    config["CREDENTIALS"]["home"]["expires"] = json!("1 min");
    config["CREDENTIALS"]["readers"]["actions"] = json!(["read", "list"]);
    let site = site_of(&config);
    let answer = |rule: &str| {
        let (answer, requests) = send(&site, &post(rule, "ada"), 0);
        assert_eq!((answer.status, requests.len()), (200, 0), "{}", answer.body);
        read(&answer.body)
    };
    let handed_out = answer("home");
    assert_eq!(handed_out["credentials"]["expiration"], "2026-11-23T19:01:00Z");
    assert_eq!(handed_out["url"], "https://0a1b.r2.cloudflarestorage.com/acme");
    assert!(!handed_out.to_string().contains("marked-secret-of-the-key"));
    let claims = claims_of(&handed_out);
    assert_eq!(claims["scope"], "object-read-write");
    assert_eq!(claims["paths"], json!({ "prefixPaths": ["users/ada/"], "objectPaths": [] }));
    assert_eq!(claims["exp"], NOW + 60);
    let reading = claims_of(&answer("readers"));
    assert_eq!(reading["scope"], "object-read-only");
    assert_eq!(
        reading["actions"],
        json!(["GetObject", "HeadObject", "ListObjectsV1", "ListObjectsV2"])
    );
}

/// Returns the claims in R2's session token.
fn claims_of(answer: &Value) -> Value {
    let token =
        BASE64_STANDARD.decode(answer["credentials"]["sessionToken"].as_str().unwrap()).unwrap();
    let token = String::from_utf8(token).unwrap();
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

const ROLE: &str = "arn:aws:iam::123456789012:role/signpost";

fn role() -> Value {
    json!({ "secret": "MEDIA", "role": ROLE })
}

fn config(credentials: &Value) -> Value {
    let rule = |prefix: &str, caller: &str, expires: &str| {
        json!({
            "bucket": "b", "callers": [caller], "origins": ["https://www.example.com"], "prefix": prefix,
            "actions": ["read", "write", "list", "delete"], "expires": expires,
        })
    };
    json!({
        "BUCKETS": { "b": { "provider": "aws", "name": "acme", "region": "eu-west-1", "credentials": credentials } },
        "CALLERS": {
            "anyone": { "kind": "anyone" },
            "login": { "kind": "jwt", "issuer": "login", "audience": "signpost", "secret": "LOGIN" },
            "ticket": { "kind": "ticket", "secret": "TICKETS" },
        },
        "DOWNLOADS": { "d": { "bucket": "b", "callers": ["anyone"], "key": "d/{path}", "expires": "5 min" } },
        "CREDENTIALS": {
            "home": rule("users/{caller}/", "login", "30 min"),
            "readers": rule("users/{caller}/", "login", "20 min"),
            "twice": rule("users/{caller}/{caller}/", "login", "20 min"),
            "tickets": rule("users/{caller}/", "ticket", "1 h"),
        },
    })
}

fn site(credentials: &Value) -> Site {
    site_of(&config(credentials))
}

fn site_of(config: &Value) -> Site {
    site_with(config, &SECRETS)
}

fn site_with(config: &Value, secrets: &[(&str, &str)]) -> Site {
    let secret = |name: &str| {
        secrets.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
    };
    let site = Site::new(config.as_object().unwrap(), secret);
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

fn post(rule: &str, caller: &str) -> Value {
    request("POST", rule, caller, &json!({}))
}

fn request(method: &str, rule: &str, caller: &str, headers: &Value) -> Value {
    let claims = json!({ "iss": "login", "aud": "signpost", "sub": caller, "exp": NOW + 60 });
    let mut headers = headers.clone();
    headers["authorization"] = format!("Bearer {}", hs256(&claims)).into();
    json!({ "method": method, "path": format!("/credentials/{rule}"), "headers": headers })
}

fn hs256(claims: &Value) -> String {
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let text = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, LOGIN.as_bytes());
    let tag = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()));
    format!("{text}.{tag}")
}

fn send(site: &Site, request: &Value, after: u64) -> (Answer, Vec<CredentialsRequest>) {
    send_from(site, request, after, 0)
}

/// Sends a request. The token service gives credentials with this number.
fn send_from(
    site: &Site,
    request: &Value,
    after: u64,
    number: usize,
) -> (Answer, Vec<CredentialsRequest>) {
    let ambient = Ambient { now: UnixTime::from_secs(NOW + after), random: || [7; 16] };
    let requests = RefCell::default();
    let answer = case::send(site, request, ambient, |effect| {
        let Effect::RequestCredentials(request) = effect else { panic!("no other effect") };
        RefCell::<Vec<CredentialsRequest>>::borrow_mut(&requests).push((**request).clone());
        Sts(number).result(request, after)
    });
    (answer, requests.into_inner())
}

/// A token service that gives credentials with this number.
struct Sts(usize);

impl Sts {
    fn result(&self, request: &CredentialsRequest, after: u64) -> EffectResult {
        let life: u64 = form(&request.body)["DurationSeconds"].parse().unwrap();
        fetched(200, self.xml(NOW + after + life))
    }

    fn xml(&self, end: u64) -> String {
        let (number, end) = (self.0, UnixTime::from_secs(end));
        format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA-{number}</AccessKeyId><SecretAccessKey>marked-secret-{number}</SecretAccessKey><SessionToken>marked-token-{number}</SessionToken><Expiration>{end}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        )
    }
}

fn fetched(status: u16, body: String) -> EffectResult {
    EffectResult::Fetched(Fetched { status, body, ..Fetched::default() })
}

fn form(body: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let pair =
        |pair: &str| pair.split_once('=').map(|(name, value)| (decoded(name), decoded(value)));
    body.split('&').map(|text| pair(text).unwrap()).collect()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_ref())
}
