//! The derivation, compared with the documented example as the library `jose` 6.2.18 runs it, with fixed times.

use serde_json::{Value, json};

use super::*;

const NOW: UnixTime = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
const ENDPOINT: &str = "https://023e105f4ecef8ad9ca31a8372d0c353.r2.cloudflarestorage.com";
const EU: &str = "https://023e105f4ecef8ad9ca31a8372d0c353.eu.r2.cloudflarestorage.com";

fn key() -> Credentials {
    Credentials::new("0123456789abcdef0123456789abcdef", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

fn restriction<'a>(actions: &'a [Action], keys: Keys<'a>, secs: u64) -> Restriction<'a> {
    Restriction { bucket: "acme-media", actions, keys, from: NOW, until: NOW.plus_secs(secs) }
}

/// Returns whether the credentials are these: the signature of a key that is derived from them shows it.
fn are(credentials: &Credentials, secret: &str, token: &str) -> bool {
    let expected = Credentials::new("0123456789abcdef0123456789abcdef", secret);
    let expected = expected.with_session_token(token);
    let region = signer::Region::new("auto").unwrap();
    signer::SigningKeyCache::new(expected, region).is_of(credentials)
}

/// Returns the claims in a session token.
fn claims(token: &str) -> Value {
    let token = String::from_utf8(BASE64_STANDARD.decode(token).unwrap()).unwrap();
    let claims = token.strip_prefix("jwt/").unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

const OBJECT_SECRET: &str = "8b2686b423502ad3884678b2d663979767c7794fc012c6a80b349cfbbaf915d8";
const OBJECT_TOKEN: &str = "and0L2V5SmhiR2NpT2lKSVV6STFOaUlzSW5SNWNDSTZJa3BYVkNKOS5leUppZFdOclpYUWlPaUpoWTIxbExXMWxaR2xoSWl3aWMyTnZjR1VpT2lKdlltcGxZM1F0Y21WaFpDMXZibXg1SWl3aVlXTjBhVzl1Y3lJNld5SkhaWFJQWW1wbFkzUWlYU3dpY0dGMGFITWlPbnNpY0hKbFptbDRVR0YwYUhNaU9sdGRMQ0p2WW1wbFkzUlFZWFJvY3lJNld5SmhkbUYwWVhKekwyRmtZU0JjSWpGY0lpRERxUzV3Ym1jaVhYMHNJbk4xWWlJNklqQXlNMlV4TURWbU5HVmpaV1k0WVdRNVkyRXpNV0U0TXpjeVpEQmpNelV6SWl3aWFYTnpJam9pTURFeU16UTFOamM0T1dGaVkyUmxaakF4TWpNME5UWTNPRGxoWW1Oa1pXWWlMQ0poZFdRaU9pSXdNak5sTVRBMVpqUmxZMlZtT0dGa09XTmhNekZoT0RNM01tUXdZek0xTXk1eU1pNWpiRzkxWkdac1lYSmxjM1J2Y21GblpTNWpiMjBpTENKcFlYUWlPakUzT1RVME5qQTBNREFzSW1WNGNDSTZNVGM1TlRRMk1EY3dNSDAuanRPNEtXMnhRU2RYVFBSY0JMeUJaSUdqc1NQQ0ZXOGpoaExRN1Z1UXc4TQ==";
const PREFIX_SECRET: &str = "4d5f51edabb1cd17b92e28a74ff090e27f353e137f406c70dca6a03d3dd16512";
const PREFIX_TOKEN: &str = "and0L2V5SmhiR2NpT2lKSVV6STFOaUlzSW5SNWNDSTZJa3BYVkNKOS5leUppZFdOclpYUWlPaUpoWTIxbExXMWxaR2xoSWl3aWMyTnZjR1VpT2lKdlltcGxZM1F0Y21WaFpDMTNjbWwwWlNJc0ltRmpkR2x2Ym5NaU9sc2lSMlYwVDJKcVpXTjBJaXdpU0dWaFpFOWlhbVZqZENJc0lsQjFkRTlpYW1WamRDSXNJa3hwYzNSUFltcGxZM1J6VmpJaVhTd2ljR0YwYUhNaU9uc2ljSEpsWm1sNFVHRjBhSE1pT2xzaWRYTmxjbk12WVdSaEx5SmRMQ0p2WW1wbFkzUlFZWFJvY3lJNlcxMTlMQ0p6ZFdJaU9pSXdNak5sTVRBMVpqUmxZMlZtT0dGa09XTmhNekZoT0RNM01tUXdZek0xTXlJc0ltbHpjeUk2SWpBeE1qTTBOVFkzT0RsaFltTmtaV1l3TVRJek5EVTJOemc1WVdKalpHVm1JaXdpWVhWa0lqb2lNREl6WlRFd05XWTBaV05sWmpoaFpEbGpZVE14WVRnek56SmtNR016TlRNdVpYVXVjakl1WTJ4dmRXUm1iR0Z5WlhOMGIzSmhaMlV1WTI5dElpd2lhV0YwSWpveE56azFORFl3TkRBd0xDSmxlSEFpT2pFM09UVTBOalF3TURCOS5hU3pHVHVvRUFWTkt1UGFCMnRrSUZpNjBfRVlfOEVwSjZjZWZZUU1Tek80";

#[test]
fn equals_the_documented_example_for_one_object() {
    let keys = Keys::Of("avatars/ada \"1\" \u{e9}.png");
    let read = restriction(&[Action::GetObject], keys, 300);
    let derived = Account::of(ENDPOINT).unwrap().derive(&key(), &read);
    assert!(are(&derived, OBJECT_SECRET, OBJECT_TOKEN));
}

#[test]
fn equals_the_documented_example_for_a_prefix_in_a_jurisdiction() {
    use Action::{GetObject, HeadObject, ListObjectsV2, PutObject};
    let actions = [GetObject, HeadObject, PutObject, ListObjectsV2];
    let write = restriction(&actions, Keys::Prefix("users/ada/"), 3_600);
    let derived = Account::of(EU).unwrap().derive(&key(), &write);
    assert!(are(&derived, PREFIX_SECRET, PREFIX_TOKEN));
}

#[test]
fn the_token_of_the_example_says_what_is_permitted() {
    let expected = json!({
        "bucket": "acme-media",
        "scope": "object-read-only",
        "actions": ["GetObject"],
        "paths": { "prefixPaths": [], "objectPaths": ["avatars/ada \"1\" \u{e9}.png"] },
        "sub": "023e105f4ecef8ad9ca31a8372d0c353",
        "iss": "0123456789abcdef0123456789abcdef",
        "aud": "023e105f4ecef8ad9ca31a8372d0c353.r2.cloudflarestorage.com",
        "iat": NOW.as_secs(),
        "exp": NOW.as_secs() + 300,
    });
    assert_eq!(claims(OBJECT_TOKEN), expected);
}

#[test]
fn every_argument_changes_the_credentials() {
    let account = Account::of(ENDPOINT).unwrap();
    let read = restriction(&[Action::GetObject], Keys::Of("a"), 300);
    let derived = account.derive(&key(), &read);
    let region = signer::Region::new("auto").unwrap();
    let is_same = |other: &Credentials| {
        signer::SigningKeyCache::new(derived.clone(), region.clone()).is_of(other)
    };
    assert!(is_same(&account.derive(&key(), &read)));
    for other in [
        Restriction { bucket: "acme-medib", ..read },
        Restriction { actions: &[Action::HeadObject], ..read },
        Restriction { keys: Keys::Of("b"), ..read },
        Restriction { keys: Keys::Prefix("a"), ..read },
        Restriction { from: NOW.plus_secs(1), ..read },
        Restriction { until: NOW.plus_secs(301), ..read },
    ] {
        assert!(!is_same(&account.derive(&key(), &other)), "{other:?}");
    }
    assert!(!is_same(&account.derive(&Credentials::new(key().access_key_id(), "other"), &read)));
    assert!(!is_same(&Account::of(EU).unwrap().derive(&key(), &read)));
}

#[test]
fn the_scope_is_the_narrower_one() {
    use Action::{GetObject, ListObjectsV2, PutObject, UploadPart};
    assert_eq!(Scope::of(&[GetObject, ListObjectsV2]), Scope::ObjectReadOnly);
    assert_eq!(Scope::of(&[GetObject, PutObject]), Scope::ObjectReadWrite);
    assert_eq!(Scope::of(&[UploadPart]), Scope::ObjectReadWrite);
}

#[test]
fn shows_neither_secret_nor_token() {
    let read = restriction(&[Action::GetObject], Keys::Of("a"), 300);
    let derived = Account::of(ENDPOINT).unwrap().derive(&key(), &read);
    let shown = format!("{derived:?}");
    assert!(!shown.contains("jwt") && !shown.contains("and0L"), "{shown}");
}
