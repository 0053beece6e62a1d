//! The issuer: which keys sign, what a token contains, and what is published.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rules::{
    Blocked, Denial, Effect, EffectResult, Results, Rules, Secret, Secrets, SignedToken,
    StoredObject,
};
use serde_json::{Value, json};
use sha2::Sha256;
use signer::UnixTime;

const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z

/// The example of RFC 8037, appendix A.1, whose thumbprint is in A.3.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
/// The example of RFC 7517, appendix A.2.
const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE","use":"enc","kid":"1"}"#;
/// A certificate of that key, which it has signed itself, and the key as PKCS #8: both as `openssl` writes them.
const CERTIFICATE: &str = "MIIBfTCCASOgAwIBAgIUWqSji2WzbY/8FCYHUccX23oDNbAwCgYIKoZIzj0EAwIwEzERMA8GA1UEAwwIc2lnbnBvc3QwIBcNMjYxMTI3MjI1NjIyWhgPMjEyNjExMDMyMjU2MjJaMBMxETAPBgNVBAMMCHNpZ25wb3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D7gS2XpJFbZiItSs3m9+9Ue6GnvHw/GW2ZZaVtszggXI6NTMFEwHQYDVR0OBBYEFDcyfVhXa01ya/QO7AhriG5/zvuZMB8GA1UdIwQYMBaAFDcyfVhXa01ya/QO7AhriG5/zvuZMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgcbrbITb7AK55O6nUKr/i0qStUkTmXptfgUkrw665TS4CIQDfrCaAaMGaxPTjR7jK/KEd0dzt8/AgbLVUDBxpY64k2Q==";
/// The beginning of another certificate.
const OTHER: [u8; 6] = [0x30, 0x82, 0x01, 0x7d, 0x30, 0x82];
const PKCS8: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAGhRANCAAQwoEJM0hwpRIOKLXXJKzfnbqINnwCJOjtO7oo8Cq/sPuBLZekkVtmIi1Kzeb371R7oae8fD8ZbZllpW2zOCBcj";
const SHARED: &str = "a-shared-secret-of-at-least-32-bytes";

#[test]
fn a_shared_secret_signs_natively() {
    let token = receipt(&[("ISSUER_KEY", SHARED)], |effect| panic!("{effect:?}")).unwrap();
    let (data, signature) = token.rsplit_once('.').unwrap();
    let mac = Hmac::<Sha256>::new_from_slice(SHARED.as_bytes()).unwrap().chain_update(data);
    mac.verify_slice(&BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    assert_eq!(header(&token), json!({ "alg": "HS256", "typ": "receipt+jwt" }));
}

#[test]
fn a_receipt_says_which_object_is_whose() {
    let token = receipt(&[("ISSUER_KEY", SHARED)], |effect| panic!("{effect:?}")).unwrap();
    let expected = json!({
        "iss": "https://files.example.com", "sub": "u7", "caller": "login", "rule": "uploads/avatar", "bucket": "media",
        "key": "avatars/u7/a.png", "size": 1024, "type": "image/png", "etag": "\"e\"", "iat": NOW, "exp": NOW + 600, "jti": "an-id",
    });
    assert_eq!(claims(&token), expected);
    let rules = rules();
    let object = StoredObject { subject: None, checksum: Some("sha256-A".into()), ..object() };
    let secrets = secrets(&[("ISSUER_KEY", SHARED)]);
    let token = rules.receipt(&object, &secrets, Results::NONE, now()).ok().flatten().unwrap();
    assert_eq!(claims(&token)["checksum"], "sha256-A");
    assert_eq!(claims(&token).get("sub"), None, "for a caller without a name");
}

#[test]
fn a_private_key_signs_by_the_platform_with_the_algorithm_that_it_is_for() {
    for (jwk, algorithm, id) in [(ED25519, "EdDSA", THUMBPRINT), (P256, "ES256", "1")] {
        let mut signed = String::new();
        let token = receipt(&[("ISSUER_KEY", jwk)], |effect| {
            let Effect::Sign { algorithm: found, jwk: imported, data } = effect else {
                panic!("{effect:?}")
            };
            assert_eq!(*found, algorithm);
            let imported: Value = serde_json::from_str(imported).unwrap();
            let original: Value = serde_json::from_str(jwk).unwrap();
            assert_eq!(imported["d"], original["d"]);
            assert!(imported.get("use").or(imported.get("kid")).is_none(), "{imported}");
            signed = (**data).clone();
            EffectResult::Signed(SignedToken::new(data, "c2ln"))
        });
        let token = token.unwrap();
        assert_eq!(token, format!("{signed}.c2ln"));
        assert_eq!(header(&token), json!({ "alg": algorithm, "kid": id, "typ": "receipt+jwt" }));
    }
    let failed = receipt(&[("ISSUER_KEY", ED25519)], |_| EffectResult::Failed);
    assert_eq!(failed, Err(Denial::IssuerUnavailable));
}

#[test]
fn a_token_of_an_earlier_call_is_the_token() {
    let rules = rules();
    let secrets = secrets(&[("ISSUER_KEY", ED25519)]);
    let Err(Blocked::Pending(effect)) = rules.receipt(&object(), &secrets, Results::NONE, now())
    else {
        panic!("it must be signed first")
    };
    let mut results = Results::default();
    results.insert(effect, EffectResult::Signed(SignedToken::new("data", "signature")));
    let later = now().plus_secs(3);
    let token = rules.receipt(&object(), &secrets, &results, later).ok().flatten();
    assert_eq!(token.as_deref(), Some("data.signature"));
}

#[test]
fn the_first_key_that_is_set_signs_and_all_are_published() {
    let keys = [("ISSUER_KEY", P256), ("OLD_ISSUER_KEY", ED25519)];
    let signer_of = |secrets: &[(&str, &str)]| {
        let mut algorithm = "";
        drop(receipt(secrets, |effect| {
            if let Effect::Sign { algorithm: found, .. } = effect {
                algorithm = found;
            }
            EffectResult::Failed
        }));
        algorithm
    };
    assert_eq!((signer_of(&keys), signer_of(&keys[1..])), ("ES256", "EdDSA"));
    let set = rules().key_set(&secrets(&keys)).unwrap().unwrap();
    let [p256, ed25519] = [&set["keys"][0], &set["keys"][1]];
    assert_eq!(
        (&p256["kid"], &p256["alg"], &p256["use"]),
        (&json!("1"), &json!("ES256"), &json!("sig"))
    );
    assert_eq!((&ed25519["kid"], &ed25519["alg"]), (&json!(THUMBPRINT), &json!("EdDSA")));
    assert_eq!(ed25519["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
}

#[test]
fn certificates_of_a_key_are_published_with_it() {
    let with = |certificates: Value| {
        let mut jwk: Value = serde_json::from_str(P256).unwrap();
        jwk["x5c"] = certificates;
        rules().key_set(&secrets(&[("ISSUER_KEY", &jwk.to_string())]))
    };
    for certificates in [json!([CERTIFICATE]), json!([CERTIFICATE, BASE64_STANDARD.encode(OTHER)])]
    {
        assert_eq!(with(certificates.clone()).unwrap().unwrap()["keys"][0]["x5c"], certificates);
    }
    let der = BASE64_STANDARD.decode(CERTIFICATE).unwrap();
    let d = BASE64_URL_SAFE_NO_PAD.decode("870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE").unwrap();
    let with_d = BASE64_STANDARD.encode([&*der, &*d].concat());
    for wrong in [
        json!([PKCS8]),
        json!([CERTIFICATE, PKCS8]),
        json!([BASE64_STANDARD.encode(OTHER)]),
        json!([BASE64_STANDARD.encode(OTHER), CERTIFICATE]),
        json!([with_d]),
        json!([CERTIFICATE, with_d]),
        json!([CERTIFICATE, BASE64_STANDARD.encode("-----BEGIN PRIVATE KEY-----")]),
        json!(CERTIFICATE),
        json!([[CERTIFICATE]]),
        json!([format!("{CERTIFICATE}\n")]),
        json!([CERTIFICATE, CERTIFICATE, CERTIFICATE, CERTIFICATE, CERTIFICATE]),
        json!("MIIB"),
        json!([]),
        json!([""]),
        json!([1]),
        json!(["-----BEGIN CERTIFICATE-----"]),
        json!(["MIIB\n"]),
        json!([["MIIB"]]),
        json!(["A", "A", "A", "A", "A"]),
        Value::Null,
    ] {
        let found = with(wrong.clone());
        assert!(matches!(found, Err(Denial::SecretMalformed { .. })), "{wrong}: {found:?}");
    }
}

#[test]
fn no_private_member_is_published() {
    let rsa = rsa();
    for keys in
        [&[("ISSUER_KEY", rsa.as_str())][..], &[("ISSUER_KEY", P256), ("OLD_ISSUER_KEY", SHARED)]]
    {
        let set = rules().key_set(&secrets(keys)).unwrap().unwrap();
        let published = set["keys"].as_array().unwrap();
        assert_eq!(published.len(), 1, "a shared secret is not published: {set}");
        for name in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
            assert_eq!(published[0].get(name), None, "{name}");
        }
        assert!(!set.to_string().contains(SHARED));
    }
}

#[test]
fn what_is_no_private_key_is_not_taken_for_a_shared_secret() {
    let changed = |jwk: &str, name: &str, value: Value| {
        let mut jwk: Value = serde_json::from_str(jwk).unwrap();
        match value {
            Value::Null => drop(jwk.as_object_mut().unwrap().remove(name)),
            value => jwk[name] = value,
        }
        jwk.to_string()
    };
    let rsa = rsa();
    for wrong in [
        changed(ED25519, "d", Value::Null),
        changed(ED25519, "d", json!("")),
        changed(ED25519, "d", json!("not base64url!")),
        changed(ED25519, "x", Value::Null),
        changed(ED25519, "crv", json!("Ed448")),
        changed(ED25519, "kid", json!("")),
        changed(ED25519, "kid", json!(1)),
        changed(ED25519, "kid", json!("x".repeat(129))),
        changed(ED25519, "alg", json!("ES256")),
        changed(P256, "crv", json!("P-384")),
        changed(P256, "y", Value::Null),
        changed(&rsa, "qi", Value::Null),
        changed(&rsa, "alg", json!("PS256")),
        changed(&rsa, "n", json!("AQAB")),
        r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"}"#.into(),
        format!("{{{SHARED}"),
        ED25519.replace("\"d\"", "\"d\":\"AA\",\"d\""),
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----".into(),
        "too-short".into(),
    ] {
        let secrets = secrets(&[("ISSUER_KEY", &wrong)]);
        let rules = rules();
        let refused = rules.check_issuer(&secrets).unwrap_err();
        let is_named = matches!(
            &refused,
            Denial::SecretMalformed { name, .. } | Denial::SecretTooShort { name, .. } if name.as_str() == "ISSUER_KEY"
        );
        assert!(is_named, "{wrong}: {refused:?}");
        assert_eq!(rules.refused_secrets(&secrets), core::slice::from_ref(&refused), "{wrong}");
        assert!(rules.key_set(&secrets).is_err(), "{wrong}");
        assert_eq!(receipt(&[("ISSUER_KEY", &wrong)], |_| EffectResult::Failed), Err(refused));
    }
}

#[test]
fn one_of_the_keys_must_be_set() {
    let rules = rules();
    let missing = |set: &[(&str, &str)]| {
        let secrets = secrets(set);
        let missing = rules
            .missing_secrets(&secrets)
            .iter()
            .map(|name| name.as_str().to_owned())
            .collect::<Vec<_>>();
        (missing, rules.check_issuer(&secrets).is_ok())
    };
    assert_eq!(missing(&[]), (vec!["ISSUER_KEY".to_owned()], false));
    assert_eq!(missing(&[("OLD_ISSUER_KEY", ED25519)]), (vec![], true));
}

#[test]
fn without_an_issuer_there_is_no_receipt_and_no_key_set() {
    let rules = Rules::default();
    let found = rules.receipt(&object(), &Secrets::default(), Results::NONE, now());
    assert!(matches!(found, Ok(None)));
    assert_eq!(rules.key_set(&Secrets::default()), Ok(None));
    assert_eq!(rules.check_issuer(&Secrets::default()), Ok(()));
}

#[test]
fn nothing_shows_a_key_or_a_token() {
    let rules = rules();
    let secrets = secrets(&[("ISSUER_KEY", ED25519)]);
    let pending = rules.receipt(&object(), &secrets, Results::NONE, now());
    let signed = EffectResult::Signed(SignedToken::new("data", "signature"));
    let shown = format!("{pending:?} {signed:?} {secrets:?} {rules:?}");
    for secret in ["nWGxne", "signature", "avatars/u7", "eyJ"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

/// Returns the receipt of [`object`]; `perform` stands for the platform.
fn receipt(
    set: &[(&str, &str)],
    mut perform: impl FnMut(&Effect) -> EffectResult,
) -> Result<String, Denial> {
    let (rules, secrets, mut results) = (rules(), secrets(set), Results::default());
    loop {
        match rules.receipt(&object(), &secrets, &results, now()) {
            Ok(receipt) => return Ok(receipt.unwrap()),
            Err(Blocked::Refused(denial)) => return Err(denial),
            Err(Blocked::Pending(effect)) => {
                let result = perform(&effect);
                results.insert(effect, result);
            }
        }
    }
}

fn header(token: &str) -> Value {
    decoded(token.split('.').next().unwrap())
}

fn claims(token: &str) -> Value {
    decoded(token.split('.').nth(1).unwrap())
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A key of the right form: no platform imports it, since its parts do not belong together.
fn rsa() -> String {
    let number = |bytes: usize| BASE64_URL_SAFE_NO_PAD.encode(vec![0xff; bytes]);
    json!({
        "kty": "RSA", "n": number(256), "e": "AQAB", "d": number(256), "p": number(128), "q": number(128),
        "dp": number(128), "dq": number(128), "qi": number(128), "kid": "rsa",
    })
    .to_string()
}

fn object() -> StoredObject {
    StoredObject {
        id: "an-id".into(),
        rule: "uploads/avatar".into(),
        caller: "login".into(),
        subject: Some("u7".into()),
        bucket: "media".into(),
        key: "avatars/u7/a.png".into(),
        size: 1_024,
        media_type: "image/png".into(),
        etag: "\"e\"".into(),
        checksum: None,
        stored_at: now(),
        modified_at: None,
    }
}

fn secrets(set: &[(&str, &str)]) -> Secrets {
    let (rules, mut secrets) = (rules(), Secrets::default());
    for name in rules.secrets() {
        if let Some((_, value)) = set.iter().find(|(known, _)| *known == name.as_str()) {
            secrets.insert(name.clone(), Secret::new(*value));
        }
    }
    secrets
}

fn rules() -> Rules {
    let config = json!({ "ISSUER": {
        "url": "https://files.example.com", "keys": ["ISSUER_KEY", "OLD_ISSUER_KEY"], "receipt_expires": "10 min",
    } });
    Rules::parse(config.as_object().unwrap()).unwrap()
}

fn now() -> UnixTime {
    UnixTime::from_secs(NOW)
}
