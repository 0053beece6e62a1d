//! Callers of different authorities never share a key: each names its callers without knowing the others.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use core::cell::RefCell;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rules::{
    Ambient, AuthContext, Caller, ConfigErrorKind, Presented, Results, Rules, Secret, Secrets,
    UploadRequest,
};
use serde_json::{Value, json};
use sha2::Sha256;
use signer::UnixTime;

const SECRET: &str = "a-secret-of-at-least-32-bytes-for-all";
const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z

#[test]
fn a_key_with_callers_of_several_authorities_needs_the_entry() {
    for (callers, placeholder, is_accepted) in [
        (["site", "robot"], "{caller}", true), // the names of entries are unique
        (["site", "login"], "{caller}", false),
        (["site", "backend"], "{caller}", false),
        (["login", "backend"], "{caller}", false),
        (["login", "other"], "{caller}", false), // two issuers
        (["login", "staff"], "{caller}", false),
        (["login", "editor"], "{caller}", true), // one issuer, with other requirements
        (["login", "mail"], "{caller}", false),  // one issuer, but another claim names the caller
        (["login", "mail"], "{claim.team}", true),
        (["login", "rekeyed"], "{caller}", false), // says that it is the same issuer
        (["login", "rekeyed"], "{claim.team}", false),
        (["login", "other"], "{claim.team}", false),
        (["login", "backend"], "{claim.team}", false),
        (["backend", "office"], "{caller}", false), // two back ends
        (["backend", "backend2"], "{caller}", true), // one back end
        (["login", "login"], "{caller}", true),
        (["members", "guests"], "{caller}", true), // one Worker names both
        (["login", "members"], "{caller}", false),
        (["login", "members"], "{claim.team}", false),
    ] {
        for section in ["UPLOADS", "DOWNLOADS"] {
            let errors = errors(&config(section, &callers, placeholder));
            let kinds: Vec<_> = errors.iter().map(|(_, kind)| kind).collect();
            let expected: &[&ConfigErrorKind] =
                if is_accepted { &[] } else { &[&ConfigErrorKind::SeveralAuthorities] };
            assert_eq!(kinds, expected, "{section}: {callers:?} with {placeholder}");
            for with_entry in
                [format!("{{entry}}/{placeholder}"), format!("{placeholder}/x/{{entry}}")]
            {
                let errors = self::errors(&config(section, &callers, &with_entry));
                assert_eq!(errors, [], "{section}: {callers:?} with {with_entry}");
            }
        }
    }
}

#[test]
fn the_error_names_both_entries() {
    let errors = errors(&config("UPLOADS", &["robot", "site", "login"], "{caller}"));
    let expected = r#"UPLOADS.rule.key: {caller} can be the same for different callers of "robot" and "login", which get their names from different places: add {entry}"#;
    assert_eq!(errors.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), [expected]);
}

#[test]
fn the_same_name_from_three_authorities_makes_three_keys() {
    let rules =
        parse(&config("UPLOADS", &["site", "login", "backend"], "{entry}/{caller}")).unwrap();
    let keys: Vec<_> = [
        SECRET.to_owned(),
        token(&json!({ "iss": "https://login.example.com/", "aud": "signpost", "sub": "site", "exp": NOW + 60 })),
        token(&json!({ "rule": "uploads/rule", "sub": "site", "exp": NOW + 60 })),
    ]
    .iter()
    .map(|token| upload(&rules, &authenticate(&rules, token)))
    .collect();
    assert_eq!(
        keys,
        ["files/site/site/a.txt", "files/login/site/a.txt", "files/backend/site/a.txt"]
    );
}

#[test]
fn a_ticket_names_only_keys_of_its_own_entry() {
    let rules =
        parse(&config("UPLOADS", &["site", "login", "backend"], "{entry}/{caller}")).unwrap();
    let ticket = |key: &str| {
        let ticket = token(&json!({ "rule": "uploads/rule", "key": key, "exp": NOW + 60 }));
        grant(&rules, &authenticate(&rules, &ticket))
    };
    assert_eq!(ticket("files/backend/ada/x.txt").as_deref(), Ok("files/backend/ada/x.txt"));
    for foreign in ["files/login/ada/x.txt", "files/backend2/ada/x.txt", "files//ada/x.txt"] {
        assert!(ticket(foreign).is_err(), "{foreign}");
    }
}

fn config(section: &str, callers: &[&str], placeholder: &str) -> Value {
    let jwt = |more: Value| {
        let mut entry = json!({ "kind": "jwt", "issuer": "https://login.example.com/", "audience": "signpost", "secret": "LOGIN" });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    };
    let (upload, download) = (
        json!({ "bucket": "media", "callers": callers, "key": format!("files/{placeholder}/{{filename}}"), "types": ["text/plain"], "max_size": "1 KiB", "expires": "1 min" }),
        json!({ "bucket": "media", "callers": callers, "key": format!("files/{placeholder}/{{path}}"), "expires": "1 min" }),
    );
    let rule = if section == "UPLOADS" { upload } else { download };
    json!({
        "BUCKETS": { "media": { "provider": "aws", "name": "acme-media", "region": "eu-west-1", "credentials": "MEDIA" } },
        "CALLERS": {
            "site": { "kind": "bearer", "secret": "SITE" },
            "robot": { "kind": "bearer", "secret": "ROBOT" },
            "login": jwt(json!({})),
            "editor": jwt(json!({ "require": { "role": "editor" }, "audience": "editors" })),
            "mail": jwt(json!({ "subject": "email" })),
            "other": jwt(json!({ "issuer": "https://other.example.com/" })),
            "rekeyed": jwt(json!({ "secret": "OTHER" })),
            "staff": { "kind": "access", "team": "acme.cloudflareaccess.com", "audience": "0a1b" },
            "backend": { "kind": "ticket", "secret": "TICKETS" },
            "backend2": { "kind": "ticket", "secret": "TICKETS" },
            "members": { "kind": "worker" },
            "guests": { "kind": "worker" },
            "office": { "kind": "ticket", "secret": "OFFICE" },
        },
        section: { "rule": rule },
    })
}

fn parse(config: &Value) -> Result<Rules, Vec<rules::ConfigError>> {
    Rules::parse(config.as_object().unwrap())
}

fn errors(config: &Value) -> Vec<(String, ConfigErrorKind)> {
    let errors = parse(config).err().unwrap_or_default();
    errors.iter().map(|error| (error.to_string(), error.kind().clone())).collect()
}

/// Makes a token that every entry with [`SECRET`] accepts.
fn token(claims: &Value) -> String {
    let part = |json: &str| BASE64_URL_SAFE_NO_PAD.encode(json);
    let signed = format!("{}.{}", part(r#"{"alg":"HS256"}"#), part(&claims.to_string()));
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(&signed);
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn authenticate(rules: &Rules, token: &str) -> Caller {
    let (token, key_cache) = (Secret::new(token), RefCell::default());
    let presented = Presented { bearer: Some(&token), ..Presented::default() };
    let (now, results) = (UnixTime::from_secs(NOW), Results::NONE);
    let context = AuthContext { presented, now, results, key_cache: &key_cache };
    rules.upload("rule").unwrap().access().authenticate(&context, &secrets(rules)).unwrap()
}

fn secrets(rules: &Rules) -> Secrets {
    let mut secrets = Secrets::default();
    for name in rules.secrets().into_iter().filter(|name| name.as_str() != "MEDIA_EXPIRATION") {
        secrets.insert(name.clone(), Secret::new(SECRET));
    }
    secrets
}

fn upload(rules: &Rules, caller: &Caller) -> String {
    grant(rules, caller).unwrap()
}

fn grant(rules: &Rules, caller: &Caller) -> Result<String, rules::Denial> {
    let request = UploadRequest {
        filename: Some("a.txt".into()),
        r#type: "text/plain".into(),
        size: 1,
        ..UploadRequest::default()
    };
    let ambient = Ambient { now: UnixTime::from_secs(NOW), random: || [7; 16] };
    let grant = rules.upload("rule").unwrap().grant(caller, &request, ambient)?;
    Ok(grant.sign(&secrets(rules), ambient.now)?.key)
}
