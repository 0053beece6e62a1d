//! Temporary credentials of a role, which a key or a token of the issuer gets: when they are requested and renewed, and what is
//! answered meanwhile.

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

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use percent_encoding::percent_decode_str;
use rules::{Ambient, CredentialsRequest, Effect, EffectResult, Fetched, SignedToken, Timing};
use serde_json::{Value, json};
use signer::UnixTime;
use signpost::{Answer, Site};

use case::{check, read};

const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z
/// The public key of RFC 7515, appendix A.3, with a private part by which a test can find it.
const ISSUER_KEY: &str = r#"{"kty":"EC","crv":"P-256","kid":"1","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"marked-of-the-issuer-AAAAAAAAAAAAAAAAAAAAAA"}"#;
const SECRETS: [(&str, &str); 4] = [
    ("ISSUER_KEY", ISSUER_KEY),
    ("MEDIA_ACCESS_KEY_ID", "AKIA-of-the-key"),
    ("MEDIA_SECRET_ACCESS_KEY", "marked-secret-of-the-key"),
    ("TOKEN", "a-token-of-16-bytes"),
];
const ROLE: &str = "arn:aws:iam::123456789012:role/signpost";

#[test]
fn the_request_names_the_role_and_restricts_the_credentials_to_the_rules() {
    let site =
        site(&json!({ "secret": "MEDIA", "role": ROLE, "external_id": "acme", "duration": "2 h" }));
    let mut sts = Sts::default();
    sts.send(&site, &upload(), 0);
    let request = sts.requests.borrow()[0].clone();
    assert_eq!(request.url, "https://sts.eu-west-1.amazonaws.com/");
    let form = form(&request.body);
    assert_eq!(form["Action"], "AssumeRole");
    assert_eq!(form["Version"], "2011-06-15");
    assert_eq!(form["RoleArn"], ROLE);
    assert_eq!(form["RoleSessionName"], "signpost-b");
    assert_eq!(form["DurationSeconds"], "7200");
    assert_eq!(form["ExternalId"], "acme");
    let policy: Value = serde_json::from_str(&form["Policy"]).unwrap();
    let resources = policy["Statement"].as_array().unwrap().iter();
    let resources: Vec<_> =
        resources.flat_map(|each| each["Resource"].as_array().unwrap()).collect();
    assert!(resources.contains(&&json!("arn:aws:s3:::acme/u/*")), "{resources:?}");
    let authorization =
        &request.headers.iter().find(|(name, _)| name == "authorization").unwrap().1;
    assert!(authorization.contains("AKIA-of-the-key/20261123/eu-west-1/sts/aws4_request"));
    let shown = format!("{request:?}");
    assert!(!shown.contains("Signature") && !shown.contains("Policy"), "{shown}");
    let said = format!("{:?}{}{authorization}", request.headers, request.body);
    assert!(!said.contains("marked-secret"), "{said}");
}

#[test]
fn a_token_of_the_issuer_takes_the_place_of_the_key() {
    let site = site(&json!({ "web_identity": true, "role": ROLE, "duration": "2 h" }));
    let mut sts = Sts::default();
    sts.send(&site, &upload(), 0);
    let request = sts.requests.borrow()[0].clone();
    assert_eq!(request.url, "https://sts.eu-west-1.amazonaws.com/");
    assert_eq!(
        request.headers,
        [("content-type".into(), "application/x-www-form-urlencoded".into())],
        "it is not signed"
    );
    let form = form(&request.body);
    assert_eq!(form["Action"], "AssumeRoleWithWebIdentity");
    assert_eq!([&form["RoleArn"], &form["RoleSessionName"]], [ROLE, "signpost-b"]);
    assert_eq!(form["DurationSeconds"], "7200");
    assert!(form["Policy"].contains("arn:aws:s3:::acme/u/*"), "{}", form["Policy"]);

    let token = request.token.clone().unwrap();
    let part =
        |at| read(&String::from_utf8(decode(token.data.split('.').nth(at).unwrap())).unwrap());
    assert_eq!(part(0), json!({ "alg": "ES256", "kid": "1", "typ": "JWT" }));
    let now = NOW;
    assert_eq!(
        part(1),
        json!({ "iss": "https://files.example.com", "sub": "signpost:b", "aud": "sts.amazonaws.com", "iat": now, "exp": now + 300 })
    );
    assert_eq!((token.algorithm, token.data.split('.').count()), ("ES256", 2));
    assert!(token.jwk.contains("marked-of-the-issuer"));

    let shown =
        format!("{request:?}{token:?}{:?}", Effect::RequestCredentials(Box::new(request.clone())));
    assert!(!shown.contains("marked") && !shown.contains("eyJ"), "{shown}");
    let said = format!("{}{}{:?}", request.id, request.body, request.headers);
    assert!(!said.contains("marked") && !said.contains("eyJ"), "{said}");
    let signed = SignedToken::new(&token.data, "signature");
    let sent = self::form(&request.body_with(&signed));
    assert_eq!(sent["WebIdentityToken"], format!("{}.signature", *token.data));
    assert_eq!(sent.len(), form.len() + 1);
}

#[test]
fn requests_that_wait_share_one_answer_although_each_would_sign_another_token() {
    let ids: Vec<_> = [0, 5]
        .map(|after| {
            let mut sts = Sts::default();
            sts.send(&site(&web_identity()), &upload(), after);
            let request = sts.requests.borrow()[0].clone();
            (request.id, request.token)
        })
        .into();
    assert_eq!(ids[0].0, ids[1].0);
    assert!(ids[0].1 != ids[1].1);
}

#[test]
fn the_audience_can_be_another_and_the_role_can_be_the_servers_own_default() {
    let minio = |credentials| json!({ "provider": "minio", "name": "acme", "endpoint": "https://minio.example.com", "credentials": credentials });
    let mut sts = Sts::default();
    let site = site_of(&minio(json!({ "web_identity": true, "audience": "minio" })));
    sts.send(&site, &download(), 0);
    let request = sts.requests.borrow()[0].clone();
    assert_eq!(request.url, "https://minio.example.com/");
    assert!(!request.body.contains("RoleArn"), "{}", request.body);
    let claims = decode(request.token.unwrap().data.split_once('.').unwrap().1);
    let claims = read(&String::from_utf8(claims).unwrap());
    assert_eq!(claims["aud"], "minio");
    assert_eq!(claims["exp"], NOW + 3_600, "there, credentials end with the token");
    assert_eq!([&claims["sub"], &claims["policy"]], ["signpost:b", "signpost-b"]);
}

#[test]
fn an_upload_in_parts_goes_on_while_the_issuers_keys_are_rotated() {
    const NEXT: &str = r#"{"kty":"EC","crv":"P-256","kid":"2","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}"#;
    let bucket = aws(&web_identity());
    let rotating = [&SECRETS[..], &[("NEXT_ISSUER_KEY", NEXT)]].concat();
    let ended = [("NEXT_ISSUER_KEY", NEXT), SECRETS[3]];
    let mut sts = Sts::default();
    let begun = read(&sts.send(&site_with(&bucket, &SECRETS), &begin(), 0).body);
    let id = begun["uploadId"].as_str().unwrap_or_else(|| panic!("{begun}"));
    let sign = json!({ "method": "GET", "path": format!("/uploads/m/multipart/{id}?sign=1") });
    assert_eq!(sts.send(&site_with(&bucket, &rotating), &sign, 60).status, 200);
    let used = sts.requests.borrow()[1].token.clone().unwrap();
    assert!(used.jwk.contains("870MB6gf"), "the new key signs");
    assert_eq!(sts.send(&site_with(&bucket, &ended), &sign, 120).status, 404);
    assert_eq!(
        sts.send(&site_with(&aws(&role()), &SECRETS), &sign, 120).status,
        404,
        "the key of a bucket opens nothing"
    );
}

#[test]
fn a_key_that_token_services_do_not_accept_is_refused_by_name() {
    const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    const SHARED: &str = "a-marked-shared-secret-of-at-least-32-bytes";
    let health = json!({ "method": "GET", "path": "/healthz" });
    let bucket = aws(&web_identity());
    for refused in [ED25519, SHARED] {
        let site = site_with(&bucket, &[("ISSUER_KEY", refused), SECRETS[3]]);
        let mut sts = Sts::default();
        let answer = sts.send(&site, &download(), 0);
        assert_eq!((answer.status, sts.count()), (503, 0));
        let detail = "The secret ISSUER_KEY must be a private key as a JWK of the type EC (P-256) or RSA (from 2048 bits), since a bucket has `web_identity` and token services accept no other.";
        assert_eq!(read(&answer.body)["detail"], detail);
        let healthz = sts.send(&site, &health, 0);
        assert_eq!(read(&healthz.body)["malformed_secrets"], json!(["ISSUER_KEY"]));
        // A bucket with a key of its own needs no such key of the issuer.
        let site = site_with(&aws(&role()), &[&SECRETS[1..], &[("ISSUER_KEY", refused)]].concat());
        assert_eq!(sts.send(&site, &health, 0).status, 200);
        // Among several keys, the first that can is used.
        let site = site_with(&bucket, &[&SECRETS[..], &[("NEXT_ISSUER_KEY", refused)]].concat());
        assert_eq!(sts.send(&site, &download(), 0).status, 302);
        assert_eq!(sts.send(&site, &health, 0).status, 200);
    }
}

#[test]
fn a_missing_key_of_the_issuer_is_named() {
    let site = site_with(&aws(&web_identity()), &SECRETS[3..]);
    let mut sts = Sts::default();
    let answer = sts.send(&site, &download(), 0);
    assert_eq!((answer.status, sts.count()), (503, 0));
    assert_eq!(read(&answer.body)["detail"], "The secret NEXT_ISSUER_KEY is not set.");
    let answer = sts.send(&site, &begin(), 0);
    assert_eq!(answer.status, 503);
}

#[test]
fn the_issuers_metadata_is_there_if_a_bucket_in_use_needs_it() {
    let get = json!({ "method": "GET", "path": "/.well-known/openid-configuration" });
    let mut sts = Sts::default();
    assert_eq!(sts.send(&site(&role()), &get, 0).status, 404);
    let answer = sts.send(&site(&web_identity()), &get, 0);
    assert_eq!(answer.status, 200);
    assert_eq!(
        read(&answer.body),
        json!({
            "issuer": "https://files.example.com",
            "jwks_uri": "https://files.example.com/.well-known/jwks.json",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        })
    );
    assert_eq!(header(&answer, "cache-control"), Some("public, max-age=300"));
    assert_eq!(sts.count(), 0);
}

#[test]
fn the_endpoint_follows_from_the_provider_unless_it_is_configured() {
    let aws = |region: &str| json!({ "provider": "aws", "name": "acme", "region": region });
    let minio = json!({ "provider": "minio", "name": "acme", "endpoint": "https://minio.example.com:9000/base" });
    let custom = json!({ "provider": "custom", "name": "acme", "endpoint": "http://localhost:7480", "region": "default" });
    let wasabi = json!({ "provider": "wasabi", "name": "acme", "region": "eu-central-1" });
    let with = |endpoint: &str| json!({ "secret": "MEDIA", "role": ROLE, "endpoint": endpoint });
    let plain = json!({ "secret": "MEDIA", "role": ROLE });
    for (bucket, credentials, url, region) in [
        (aws("us-west-2"), &plain, "https://sts.us-west-2.amazonaws.com/", "us-west-2"),
        (aws("cn-north-1"), &plain, "https://sts.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
        (aws("aws-global"), &plain, "https://sts.us-east-1.amazonaws.com/", "us-east-1"),
        (
            aws("us-west-2"),
            &with("https://sts.amazonaws.com"),
            "https://sts.amazonaws.com/",
            "us-east-1",
        ),
        (
            aws("us-west-2"),
            &with("https://sts.eu-west-1.amazonaws.com"),
            "https://sts.eu-west-1.amazonaws.com/",
            "eu-west-1",
        ),
        (wasabi, &plain, "https://sts.wasabisys.com/", "us-east-1"),
        (minio.clone(), &plain, "https://minio.example.com:9000/base/", "us-east-1"),
        (minio, &json!({ "secret": "MEDIA" }), "https://minio.example.com:9000/base/", "us-east-1"),
        (custom, &plain, "http://localhost:7480/", "default"),
    ] {
        let mut bucket = bucket;
        bucket["credentials"] = credentials.clone();
        let mut sts = Sts::default();
        sts.send(&site_of(&bucket), &download(), 0);
        let request = sts.requests.borrow()[0].clone();
        assert_eq!(request.url, url);
        assert_eq!(form(&request.body).contains_key("RoleArn"), credentials.get("role").is_some());
        let scope = format!("/{region}/sts/aws4_request");
        assert!(request.headers.iter().any(|(_, value)| value.contains(&scope)), "{url} {region}");
    }
}

#[test]
fn every_route_that_signs_gets_the_credentials_first() {
    let json = |path: &str, json: Value| json!({ "method": "POST", "path": path, "json": json });
    let get = |path: &str| json!({ "method": "GET", "path": path });
    let file = |size| json!({ "files": [{ "name": "a", "size": size, "type": "text/plain" }] });
    for request in [
        upload(),
        get("/uploads/u"),
        download(),
        json!({ "method": "HEAD", "path": "/downloads/d/a" }),
        begin(),
        get("/uploads/m/s3/params?filename=a&type=text/plain&metadata[size]=9"),
        json(
            "/uploads/m/s3/multipart",
            json!({ "filename": "a", "type": "text/plain", "metadata": { "size": 40_000_000 } }),
        ),
        json(
            "/uploads/m/sign-request",
            json!({ "method": "PUT", "key": "a", "size": 9, "contentType": "text/plain" }),
        ),
        json("/uploads/m/better-upload", file(9)),
        json("/uploads/m/better-upload", file(40_000_000)),
    ] {
        for credentials in [role(), web_identity()] {
            let mut sts = Sts::default();
            let answer = sts.send(&site(&credentials), &request, 0);
            assert!(matches!(answer.status, 200 | 302), "{request}: {}", answer.body);
            assert_eq!(sts.count(), 1, "{request}");
            let said = format!("{}{:?}", answer.body, answer.headers);
            let is_begun =
                answer.body.contains("uploadId") || answer.body.contains("createMultipart");
            assert!(is_begun || said.contains("ASIA-0"), "{request}: {said}");
            assert!(!said.contains("AKIA") && !said.contains("marked-secret"), "{request}");

            sts.state = Service::Down;
            let answer = sts.send(&site(&credentials), &request, 0);
            assert_eq!(answer.status, 503, "{request}");
            assert_eq!(header(&answer, "retry-after"), Some("1"), "{request}");
        }
    }
}

#[test]
fn nobody_gets_the_worker_to_assume_a_role_without_being_allowed_to_use_a_rule() {
    for credentials in [role(), web_identity()] {
        nobody_gets_the_worker_to_assume_a_role_without_being_allowed_to_use_a_rule_by(
            &credentials,
        );
    }
}

fn nobody_gets_the_worker_to_assume_a_role_without_being_allowed_to_use_a_rule_by(
    credentials: &Value,
) {
    let site = site(credentials);
    let mut sts = Sts::default();
    for (request, status) in [
        (json!({ "method": "GET", "path": "/downloads/private/a" }), 401),
        (json!({ "method": "GET", "path": "/downloads/none/a" }), 404),
        (json!({ "method": "GET", "path": "/.well-known/jwks.json" }), 200),
        (
            json!({ "method": "POST", "path": "/uploads/u", "json": { "type": "text/html", "size": 1 } }),
            415,
        ),
        (json!({ "method": "DELETE", "path": "/uploads/m/parts/made-up" }), 404),
        (json!({ "method": "GET", "path": "/healthz" }), 200),
        (json!({ "method": "OPTIONS", "path": "/uploads/u" }), 204),
    ] {
        assert_eq!(sts.send(&site, &request, 0).status, status, "{request}");
    }
    assert_eq!(sts.count(), 0);
}

/// Each row: seconds since the first request, what the service does, the answer's status and key, and how many requests the
/// service has got so far.
#[test]
fn what_is_answered_through_a_renewal_and_an_outage() {
    for credentials in [role(), web_identity()] {
        what_is_answered_through_a_renewal_and_an_outage_by(&credentials);
    }
}

fn what_is_answered_through_a_renewal_and_an_outage_by(credentials: &Value) {
    const FAIL: Option<&str> = None;
    let site = site(credentials);
    let mut sts = Sts::default();
    for (at, state, key, requests) in [
        (0, Service::Up, Some("ASIA-0"), 1),
        (1_799, Service::Up, Some("ASIA-0"), 1),
        // Half of the life is left, as much as the rules need.
        (1_800, Service::Up, Some("ASIA-0"), 2),
        (1_801, Service::Up, Some("ASIA-1"), 2),
        (3_599, Service::Up, Some("ASIA-1"), 2),
        // The service fails: the old credentials sign, and the pauses grow.
        (3_601, Service::Down, Some("ASIA-1"), 3),
        (3_602, Service::Error, Some("ASIA-1"), 4),
        (3_603, Service::Error, Some("ASIA-1"), 4),
        (3_604, Service::Nonsense, Some("ASIA-1"), 5),
        (3_607, Service::Error, Some("ASIA-1"), 5),
        (3_608, Service::Expired, Some("ASIA-1"), 6),
        (5_399, Service::Down, Some("ASIA-1"), 7),
        // They have ended.
        (5_401, Service::Down, FAIL, 7),
        (5_415, Service::Down, FAIL, 8),
        (5_416, Service::Up, FAIL, 8),
        (5_444, Service::Up, FAIL, 8),
        (5_445, Service::Up, Some("ASIA-2"), 9),
        (5_446, Service::Down, Some("ASIA-2"), 9),
    ] {
        sts.state = state;
        let answer = sts.send(&site, &download(), at);
        let location = header(&answer, "location").unwrap_or_default();
        if let Some(key) = key {
            assert!(location.contains(key), "at {at}: {} {location}", answer.status);
        } else {
            let detail = "The bucket's credentials cannot be renewed at the moment.";
            let expect = json!({ "status": 503, "code": "ServiceUnavailable", "detail": detail });
            assert_eq!(check(&answer, &expect), Ok(()), "at {at}");
            assert!(header(&answer, "retry-after").is_some(), "at {at}");
        }
        assert_eq!(sts.count(), requests, "at {at}");
    }
}

#[test]
fn a_renewal_that_takes_long_serves_when_it_arrives() {
    for credentials in [role(), web_identity()] {
        a_renewal_that_takes_long_serves_when_it_arrives_by(&credentials);
    }
}

fn a_renewal_that_takes_long_serves_when_it_arrives_by(credentials: &Value) {
    let site = site(credentials);
    let mut sts = Sts::default();
    sts.send(&site, &download(), 0);
    sts.state = Service::Slow;
    let location = |sts: &mut Sts, at| {
        let answer = sts.send(&site, &download(), at);
        header(&answer, "location").unwrap_or_default().to_owned()
    };
    assert!(location(&mut sts, 1_800).contains("ASIA-0"));
    assert!(location(&mut sts, 1_829).contains("ASIA-0"));
    assert_eq!(sts.count(), 2, "one request for all");
    let late = sts.pending.borrow_mut().pop().unwrap();
    let result = Sts::answer(1, 1_829);
    assert_eq!(site.accept_credentials(&late, &result, UnixTime::from_secs(NOW + 1_829)), Ok(()));
    assert!(location(&mut sts, 1_830).contains("ASIA-1"));
    let failed =
        site.accept_credentials(&late, &EffectResult::Failed, UnixTime::from_secs(NOW + 1_830));
    let line = "signpost: no new credentials for the bucket b: the token service did not answer";
    assert_eq!(failed, Err(line.into()));
    assert!(location(&mut sts, 1_830).contains("ASIA-1"));
}

#[test]
fn an_answer_does_not_outlive_its_credentials() {
    let site = site(&json!({ "secret": "MEDIA", "role": ROLE, "duration": "15 min" }));
    let mut sts = Sts::default();
    let upload = sts.send(&site, &upload(), 0);
    assert_eq!(read(&upload.body)["expires"], "2026-11-23T19:15:00Z");
    assert_eq!(read(&upload.body)["expires_with"], "credentials");
    assert_eq!(read(&upload.body)["fields"]["x-amz-security-token"], "marked-token-0");
}

#[test]
fn an_upload_in_parts_goes_on_with_newer_credentials_and_in_another_instance() {
    for credentials in [role(), web_identity()] {
        an_upload_in_parts_goes_on_with_newer_credentials_and_in_another_instance_by(&credentials);
    }
}

fn an_upload_in_parts_goes_on_with_newer_credentials_and_in_another_instance_by(
    credentials: &Value,
) {
    let (site, other) = (site(credentials), site(credentials));
    let mut sts = Sts::default();
    let begun = read(&sts.send(&site, &begin(), 0).body);
    assert_eq!(
        [&begun["expires"], &begun["expires_with"]],
        [&json!("2026-11-24T19:00:00Z"), &Value::Null]
    );
    let id = begun["uploadId"].as_str().unwrap();
    let sign = json!({ "method": "GET", "path": format!("/uploads/m/multipart/{id}?sign=1") });
    let url = |answer: &Answer| read(&answer.body)["parts"][0]["url"].as_str().unwrap().to_owned();
    assert!(url(&sts.send(&site, &sign, 0)).contains("ASIA-0"));
    sts.send(&site, &sign, 4_000);
    assert!(url(&sts.send(&site, &sign, 4_001)).contains("ASIA-1"));
    assert!(url(&sts.send(&other, &sign, 80_000)).contains("ASIA-2"));
    let complete = json!({ "method": "DELETE", "path": format!("/uploads/m/multipart/{id}") });
    assert_eq!(sts.send(&other, &complete, 80_001).status, 204);
    assert_eq!(sts.send(&site, &sign, 86_400).status, 404);
}

#[test]
fn a_capability_of_an_uploader_outlives_the_credentials() {
    for credentials in [role(), web_identity()] {
        a_capability_of_an_uploader_outlives_the_credentials_by(&credentials);
    }
}

fn a_capability_of_an_uploader_outlives_the_credentials_by(credentials: &Value) {
    let site = site(credentials);
    let mut sts = Sts::default();
    let file = json!({ "files": [{ "name": "a", "size": 40_000_000, "type": "text/plain" }] });
    let begun = sts.send(
        &site,
        &json!({ "method": "POST", "path": "/uploads/m/better-upload", "json": file }),
        0,
    );
    let url = read(&begun.body)["multipart"]["files"][0]["abortSignedUrl"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", begun.body))
        .to_owned();
    let path = url.strip_prefix(case::ORIGIN).unwrap();
    assert_eq!(sts.send(&site, &json!({ "method": "DELETE", "path": path }), 10_000).status, 204);
}

#[test]
fn a_missing_key_is_named_and_a_role_needs_no_session_token() {
    let vars = config(&aws(&role()));
    let site = Site::new(vars.as_object().unwrap(), |name| {
        let others = SECRETS.iter().filter(|(known, _)| !known.starts_with("MEDIA"));
        others.into_iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
    });
    let mut sts = Sts::default();
    let answer = sts.send(&site, &download(), 0);
    assert_eq!((answer.status, sts.count()), (503, 0));
    assert_eq!(read(&answer.body)["detail"], "The secret MEDIA_ACCESS_KEY_ID is not set.");
    let health = sts.send(&site, &json!({ "method": "GET", "path": "/healthz" }), 0);
    assert_eq!(
        read(&health.body)["secrets"],
        json!(["MEDIA_ACCESS_KEY_ID", "MEDIA_SECRET_ACCESS_KEY"])
    );
}

#[test]
fn no_log_line_shows_what_the_service_said() {
    for credentials in [role(), web_identity()] {
        no_log_line_shows_what_the_service_said_by(&credentials);
    }
}

fn no_log_line_shows_what_the_service_said_by(credentials: &Value) {
    let site = site(credentials);
    let mut sts = Sts::default();
    sts.send(&site, &download(), 0);
    let request = sts.requests.borrow()[0].clone();
    for (status, body) in [
        (
            403,
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>marked-message</Message></Error></ErrorResponse>",
        ),
        (400, "<ErrorResponse><Error><Code>marked-code</Code></Error></ErrorResponse>"),
        (200, "<R><Credentials><SecretAccessKey>marked-secret</SecretAccessKey></Credentials></R>"),
        (500, "marked-html"),
    ] {
        let result = fetched(status, body.into());
        let line =
            site.accept_credentials(&request, &result, UnixTime::from_secs(NOW)).unwrap_err();
        assert!(
            line.starts_with("signpost: no new credentials for the bucket b: ")
                && !line.contains("marked"),
            "{line}"
        );
        assert_eq!(line.contains("403 AccessDenied"), status == 403, "{line}");
    }
}

/// What a security token service does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Service {
    /// It gives credentials for an hour, or less if that is requested.
    #[default]
    Up,
    /// It does not answer.
    Down,
    /// It answers 500.
    Error,
    /// It answers 200 without credentials.
    Nonsense,
    /// It gives credentials that have expired.
    Expired,
    /// It answers later than the test looks.
    Slow,
}

/// A security token service, and the bucket, which begins every upload in parts. Renewals in the background end right after
/// the answer, unless the service is slow.
#[derive(Default)]
struct Sts {
    state: Service,
    requests: RefCell<Vec<CredentialsRequest>>,
    pending: RefCell<Vec<CredentialsRequest>>,
    given: RefCell<usize>,
}

impl Sts {
    fn count(&self) -> usize {
        self.requests.borrow().len()
    }

    fn send(&mut self, site: &Site, request: &Value, after: u64) -> Answer {
        let now = UnixTime::from_secs(NOW + after);
        let ambient = Ambient { now, random: || [7; 16] };
        let renewal = RefCell::default();
        let answer = case::send(site, request, ambient, |effect| {
            let Effect::RequestCredentials(request) = effect else { return begun() };
            self.requests.borrow_mut().push((**request).clone());
            match (request.timing, self.state) {
                (Timing::Now, _) => return self.result(request, after),
                (Timing::InBackground, Service::Slow) => {
                    self.pending.borrow_mut().push((**request).clone());
                }
                (Timing::InBackground, _) => drop(renewal.replace(Some((**request).clone()))),
            }
            EffectResult::Yes
        });
        if let Some(request) = renewal.into_inner() {
            let _ = site.accept_credentials(&request, &self.result(&request, after), now);
        }
        answer
    }

    fn result(&self, request: &CredentialsRequest, after: u64) -> EffectResult {
        let life: u64 = form(&request.body)["DurationSeconds"].parse().unwrap();
        match self.state {
            Service::Up => {
                let number = self.given.replace_with(|given| *given + 1);
                Self::credentials(number, after + life)
            }
            Service::Expired => Self::credentials(99, after),
            Service::Down | Service::Slow => EffectResult::Failed,
            Service::Error => fetched(500, Self::xml(99, after + life)),
            Service::Nonsense => fetched(200, "<html></html>".into()),
        }
    }

    fn answer(number: usize, after: u64) -> EffectResult {
        Self::credentials(number, after + 3_600)
    }

    fn credentials(number: usize, end: u64) -> EffectResult {
        fetched(200, Self::xml(number, end))
    }

    fn xml(number: usize, end: u64) -> String {
        let end = UnixTime::from_secs(NOW + end);
        format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA-{number}</AccessKeyId><SecretAccessKey>marked-secret-{number}</SecretAccessKey><SessionToken>marked-token-{number}</SessionToken><Expiration>{end}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        )
    }
}

/// The bucket's answer to a request that begins an upload in parts.
fn begun() -> EffectResult {
    let (status, body) = (200, "<R><UploadId>id</UploadId></R>".into());
    EffectResult::Fetched(Fetched { status, body, memo: "m/key".into(), ..Fetched::default() })
}

fn fetched(status: u16, body: String) -> EffectResult {
    EffectResult::Fetched(Fetched { status, body, ..Fetched::default() })
}

fn decode(text: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn form(body: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let pair =
        |pair: &str| pair.split_once('=').map(|(name, value)| (decoded(name), decoded(value)));
    body.split('&').map(|text| pair(text).unwrap()).collect()
}

fn role() -> Value {
    json!({ "secret": "MEDIA", "role": ROLE })
}

fn web_identity() -> Value {
    json!({ "web_identity": true, "role": ROLE })
}

fn aws(credentials: &Value) -> Value {
    json!({ "provider": "aws", "name": "acme", "region": "eu-west-1", "credentials": credentials })
}

fn site(credentials: &Value) -> Site {
    site_of(&aws(credentials))
}

fn site_of(bucket: &Value) -> Site {
    site_with(bucket, &SECRETS)
}

fn site_with(bucket: &Value, secrets: &[(&str, &str)]) -> Site {
    let config = config(bucket);
    let secret = |name: &str| {
        secrets.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
    };
    let site = Site::new(config.as_object().unwrap(), secret);
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

fn config(bucket: &Value) -> Value {
    let read = |key: &str, caller: &str| json!({ "bucket": "b", "callers": [caller], "key": key, "expires": "1 h" });
    json!({
        "ISSUER": { "url": "https://files.example.com", "keys": ["NEXT_ISSUER_KEY", "ISSUER_KEY"] },
        "BUCKETS": { "b": bucket },
        "CALLERS": { "anyone": { "kind": "anyone" }, "site": { "kind": "bearer", "secret": "TOKEN" } },
        "UPLOADS": {
            "m": { "bucket": "b", "callers": ["anyone"], "key": "m/{uuid}", "types": ["text/plain"], "max_size": "1 GiB", "expires": "1 h", "multipart": true, "uploaders": true },
            "u": { "bucket": "b", "callers": ["anyone"], "key": "u/{uuid}", "types": ["text/plain"], "max_size": "1 kB", "expires": "1 h" } },
        "DOWNLOADS": { "d": read("d/{path}", "anyone"), "private": read("p/{path}", "site") },
    })
}

fn upload() -> Value {
    json!({ "method": "POST", "path": "/uploads/u", "json": { "type": "text/plain", "size": 1 } })
}

fn download() -> Value {
    json!({ "method": "GET", "path": "/downloads/d/a" })
}

fn begin() -> Value {
    json!({ "method": "POST", "path": "/uploads/m/multipart", "json": { "type": "text/plain", "size": 20_000_000 } })
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_ref())
}
