//! What is found wrong with a form is what forms on R2 reject: both read a policy by the same rules.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use base64::prelude::{BASE64_STANDARD, Engine as _};
use explain::{Context, explain, read};
use serde_json::json;
use signer::{Credentials, Region, Scope, SigningKey, UnixTime, Verifier};

/// 2026-11-23T19:00:00Z
const NOW: UnixTime = UnixTime::from_secs(1_795_460_400);

/// The policy of the form in `verdicts`.
const POLICY: &str = r#"{"expiration": "2026-11-23T19:10:00.000Z", "conditions": [
    {"bucket": "media"}, ["starts-with", "$key", "in/"], ["eq", "$x-amz-meta-price", "$5"], ["content-length-range", 1, 9],
    {"x-amz-algorithm": "AWS4-HMAC-SHA256"}, ["starts-with", "$x-amz-credential", ""], ["starts-with", "$x-amz-date", ""]]}"#;

/// Each replaces a text in the policy.
const SPELLED: [(&str, &str); 10] = [
    ("", ""),
    (r#"["starts-with", "$key""#, r#"["StArTs-WiTh", "$KeY""#),
    (r#"["eq", "$x-"#, r#"["EQ", "$X-"#),
    (r#""$5""#, r#""\$5""#),
    (r#""$key""#, r#""\$key""#),
    (r#""in/""#, r#""\u0069n/""#),
    ("]}", ",\n ]}"),
    (r#""in/"]"#, r#""in/",]"#),
    (", 1, 9]", r#", "1", "9"]"#),
    (".000Z", "Z"),
];

/// Each replaces a text in the policy with one that S3 does not take.
const DAMAGED: [(&str, &str); 13] = [
    ("]}", ",,]}"),
    ("]}", "],}"),
    (r#""$5""#, r#""\x5""#),
    (r#"{"expiration""#, r#"{"EXPIRATION""#),
    (r#""conditions""#, r#""CONDITIONS""#),
    (r#""in/""#, "'in/'"),
    (r#""$5""#, r#""$6""#),
    (r#""in/""#, r#""in/\v""#),
    // dwilkie/carrierwave_direct#2
    (".000Z", ".000+00:00"),
    // https://stackoverflow.com/q/31169349
    (r#"{"expiration""#, r#"{"Version": "2012-10-17", "expiration""#),
    (r#"{"expiration""#, r#"{"expiration": "2026-11-23T19:10:00.000Z", "expiration""#),
    (", 1, 9]", r#", "+1", "+9"]"#),
    (", 1, 9]", r#", " 1", "9 "]"#),
];

#[test]
fn a_policy_in_s3s_spelling_is_right_for_both() {
    for (from, to) in SPELLED {
        assert!(POLICY.contains(from));
        let base64 = BASE64_STANDARD.encode(POLICY.replace(from, to));
        let (first, rest) = base64.split_at(60);
        let lines = format!("{first}\r\n{rest}\n");
        for policy in [base64, lines] {
            assert_eq!(verdicts(&policy), (Ok(()), vec![]), "{to}");
        }
    }
}

#[test]
fn a_damaged_policy_is_wrong_for_both() {
    for (from, to) in DAMAGED {
        assert!(POLICY.contains(from));
        let (verified, causes) = verdicts(&BASE64_STANDARD.encode(POLICY.replace(from, to)));
        assert!(verified.is_err() && causes.len() == 1, "{to}: {verified:?} {causes:?}");
    }
    let base64 = BASE64_STANDARD.encode(POLICY);
    for policy in [format!("{base64}."), base64.replace('=', "") + "A", base64.replace('I', "-")] {
        let (verified, causes) = verdicts(&policy);
        assert!(verified.is_err() && causes.len() == 1, "{policy}: {verified:?} {causes:?}");
    }
}

/// What the verifier of forms on R2 says of a form with a policy that is signed, and what is found wrong with it.
fn verdicts(policy: &str) -> (Result<(), String>, Vec<String>) {
    let credentials =
        Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let region = Region::new("eu-west-1").unwrap();
    let scope = Scope::new(&region, NOW);
    let signature = SigningKey::derive(&credentials, &scope).sign(policy).to_string();
    let credential = format!("AKIAIOSFODNN7EXAMPLE/{scope}");
    let fields = [
        ("key", "in/a.png"),
        ("x-amz-meta-price", "$5"),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", &credential),
        ("x-amz-date", "20261123T190000Z"),
        ("policy", policy),
        ("x-amz-signature", &signature),
    ];
    let verified =
        Verifier::new(&credentials, &region, NOW).post_form("media", fields, None).map(drop);
    let form = json!({
        "url": "https://media.s3.eu-west-1.amazonaws.com/",
        "fields": fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect::<serde_json::Map<_, _>>(),
    });
    let evidence = read(&form.to_string()).unwrap();
    let context = Context { credentials: Some(credentials), ..Context::at(NOW) };
    let causes = evidence.iter().flat_map(|evidence| explain(evidence, &context).causes);
    (verified.map_err(|refusal| refusal.to_string()), causes.map(|cause| cause.message).collect())
}
