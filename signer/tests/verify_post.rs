//! Which upload forms are taken, and which rule refuses the others.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

mod asks;

use asks::{BUCKET, credentials, now, region};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use proptest::prelude::*;
use signer::{
    Credentials, InvalidObjectKey, Place, Refusal, Region, Scope, SigningKey, UnixTime,
    VerifiedPost, Verifier,
};

type Fields = Vec<(String, String)>;

proptest! {
    #[test]
    fn takes_what_the_signer_signs(form in asks::form()) {
        let verified = verify(&form.sign()).map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
        prop_assert_eq!(verified.key.as_str(), form.key.as_str().replace("${filename}", "ada.png"));
        prop_assert_eq!(verified.content_length, form.content_length);
    }

    /// One bit of one byte of one field, wherever it is: nothing in a form of exact conditions may change.
    #[test]
    fn refuses_any_changed_byte(form in asks::form(), at in any::<prop::sample::Index>(), bit in 0..7_u8) {
        let mut fields = form.sign();
        let at = at.index(fields.iter().map(|(_, value)| value.len()).sum());
        let mut before = 0;
        let field = fields.iter_mut().find(|(_, value)| { before += value.len(); at < before }).unwrap();
        let mut bytes = field.1.clone().into_bytes();
        let i = bytes.len() - (before - at);
        bytes[i] ^= 1 << bit;
        let Ok(changed) = String::from_utf8(bytes) else { return Ok(()) };
        let name = field.0.clone();
        field.1 = changed;
        // Beyond the prefix the policy holds, the name is the browser's to choose.
        prop_assume!(!(name == "key" && form.key.as_str().ends_with("${filename}")));
        prop_assert!(verify(&fields).is_err(), "{} was changed", name);
    }

    #[test]
    fn never_panics(name in "[a-zA-Z-]{0,20}", value in any::<String>(), which in any::<prop::sample::Index>()) {
        let mut fields = signed(DOCUMENT);
        let i = which.index(fields.len());
        fields[i] = (name, value);
        let _ = verify(&fields);
    }
}

const DOCUMENT: &str = r#"{"expiration": "2026-11-23T19:10:00Z", "conditions": [
    {"bucket": "media"}, ["starts-with", "$key", "inbox/"], ["eq", "$ACL", "private"],
    ["starts-with", "$content-type", "image/"], ["content-length-range", 1, 1024], ["content-length-range", 0, 512], PROOF]}"#;

#[test]
fn takes_every_kind_of_condition() {
    let verified = verify(&signed(DOCUMENT)).unwrap();
    assert_eq!(verified.key.as_str(), "inbox/ada.png");
    assert_eq!(verified.expiration.to_string(), "2026-11-23T19:10:00Z");
    assert_eq!(verified.content_length, 1..=512);
    assert_eq!(verified.check_content_length(0), Err(Refusal::TooSmall { min: 1 }));
    assert_eq!(verified.check_content_length(1), Ok(()));
    assert_eq!(verified.check_content_length(512), Ok(()));
    assert_eq!(verified.check_content_length(513), Err(Refusal::TooLarge { max: 512 }));
    assert_eq!(verified.field("CONTENT-TYPE"), Some("image/png"));
    assert_eq!(verified.fields().next(), Some(("acl", "private")));
}

#[test]
fn reads_field_names_in_any_case() {
    let mut fields = signed(DOCUMENT);
    for (name, _) in &mut fields {
        *name = name.to_ascii_uppercase();
    }
    assert!(verify(&fields).is_ok());
}

#[test]
fn ignores_what_s3_ignores() {
    let more = [("x-ignore-me", "1"), ("X-Ignore-me", "2"), ("file", "x")];
    let mut fields = signed(DOCUMENT);
    fields.extend(more.map(|(name, value)| (name.into(), value.into())));
    assert!(verify(&fields).is_ok());
}

#[test]
fn puts_the_last_part_of_the_files_name_everywhere() {
    let fields = with(signed(DOCUMENT), "key", "inbox/${filename}/${filename}");
    for (filename, key) in [
        ("C:\\photos\\ada.png", "inbox/ada.png/ada.png"),
        ("../ada.png", "inbox/ada.png/ada.png"),
        ("${filename}", "inbox/${filename}/${filename}"),
    ] {
        let verified = verifier(|v| v.post_form(BUCKET, pairs(&fields), Some(filename)));
        assert_eq!(verified.unwrap().key.as_str(), key);
    }
    let nameless = verifier(|v| v.post_form(BUCKET, pairs(&fields), None));
    assert_eq!(nameless.unwrap().key.as_str(), "inbox//");
}

#[test]
fn takes_a_form_without_a_field_for_its_bucket() {
    let fields = without(signed(DOCUMENT), "bucket");
    assert!(verify(&fields).is_ok());
    let elsewhere = verifier(|v| v.post_form("another", pairs(&fields), None));
    assert_eq!(
        elsewhere.unwrap_err().to_string(),
        r#"policy condition failed: ["eq", "$bucket", "media"]"#
    );
}

#[test]
fn refuses_a_field_that_breaks_its_condition() {
    for (field, value, condition) in [
        ("key", "outbox/a", r#"["starts-with", "$key", "inbox/"]"#),
        ("acl", "public-read", r#"["eq", "$acl", "private"]"#),
        ("acl", "privat", r#"["eq", "$acl", "private"]"#),
        ("Content-Type", "text/html", r#"["starts-with", "$content-type", "image/"]"#),
        ("Content-Type", "image/png,text/html", r#"["starts-with", "$content-type", "image/"]"#),
        ("Content-Type", "image/png,", r#"["starts-with", "$content-type", "image/"]"#),
        ("bucket", "another", r#"["eq", "$bucket", "media"]"#),
    ] {
        let refusal = verify(&with(signed(DOCUMENT), field, value)).unwrap_err();
        assert_eq!(refusal, Refusal::Condition { condition: condition.into() });
        assert_eq!(refusal.code(), "AccessDenied");
    }
    let missing = verify(&without(signed(DOCUMENT), "acl")).unwrap_err();
    assert_eq!(missing.to_string(), r#"policy condition failed: ["eq", "$acl", "private"]"#);
}

#[test]
fn refuses_what_no_condition_covers() {
    let mut fields = signed(DOCUMENT);
    fields.push(("X-Amz-Meta-Role".into(), "admin".into()));
    assert_eq!(
        verify(&fields).unwrap_err(),
        Refusal::ExtraField { name: "x-amz-meta-role".into() }
    );
    let fields = signed(&DOCUMENT.replace(r#"{"bucket": "media"},"#, ""));
    assert_eq!(verify(&fields).unwrap_err(), Refusal::AnyBucket);
    let fields = signed(&DOCUMENT.replace(r#"["eq", "$ACL", "private"],"#, ""));
    assert_eq!(verify(&fields).unwrap_err(), Refusal::ExtraField { name: "acl".into() });
}

#[test]
fn refuses_a_field_that_stands_twice() {
    let mut fields = signed(DOCUMENT);
    fields.push(("KEY".into(), "inbox/b".into()));
    let repeated = Refusal::Repeated { place: Place::Form, name: "key".into() };
    assert_eq!(verify(&fields).unwrap_err(), repeated);
}

#[test]
fn refuses_a_form_that_lacks_a_part() {
    for name in ["key", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"] {
        let missing = Refusal::Missing { place: Place::Form, name: name.into() };
        assert_eq!(verify(&without(signed(DOCUMENT), name)).unwrap_err(), missing);
    }
    // S3 takes a form without a policy, or without any field of a signature, for an anonymous one.
    let signature = ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"];
    for names in [&["policy"][..], &signature, &["policy", "x-amz-signature"]] {
        let form = names.iter().fold(signed(DOCUMENT), |form, name| without(form, name));
        let refusal = verify(&form).unwrap_err();
        assert_eq!((refusal.code(), &refusal), ("AccessDenied", &Refusal::Unsigned));
        let version_2 = form.iter().cloned().chain([("AWSAccessKeyId".into(), "AKIA".into())]);
        let expected = if names.len() == 4 { Refusal::Version2 } else { Refusal::Unsigned };
        assert_eq!(verify(&version_2.collect::<Fields>()).unwrap_err(), expected);
        let keyless = verify(&without(form, "key")).unwrap_err();
        assert_eq!(keyless.code(), "InvalidArgument");
    }
}

#[test]
fn refuses_another_algorithm_scope_date_or_token() {
    let change =
        |name: &str, value: &str| verify(&with(signed(DOCUMENT), name, value)).unwrap_err();
    let id = "AKIAIOSFODNN7EXAMPLE";
    assert_eq!(
        change("x-amz-algorithm", "AWS4-HMAC-SHA512").to_string(),
        "form field x-amz-algorithm: expected AWS4-HMAC-SHA256"
    );
    assert_eq!(
        change("x-amz-credential", "AKIDOTHER/20261123/auto/s3/aws4_request"),
        Refusal::AccessKeyId
    );
    for scope in [
        "20261122/auto/s3/aws4_request",
        "20261123/eu-west-1/s3/aws4_request",
        "20261123/auto/iam/aws4_request",
        "20261123/auto/s3/aws4",
        "20261123/auto/s3/AWS4_REQUEST",
    ] {
        let refusal = change("x-amz-credential", &format!("{id}/{scope}"));
        assert_eq!(
            refusal.to_string(),
            "form field: expected a credential for 20261123/auto/s3/aws4_request",
            "{scope}"
        );
    }
    assert_eq!(change("x-amz-credential", id).code(), "InvalidArgument");
    assert_eq!(change("x-amz-date", "20261123").code(), "InvalidArgument");
    assert_eq!(change("x-amz-security-token", "another"), Refusal::SessionToken);
    assert_eq!(
        verify(&without(signed(DOCUMENT), "x-amz-security-token")).unwrap_err(),
        Refusal::SessionToken
    );
    let permanent = Credentials::new(id, asks::SECRET);
    let unwanted = Verifier::new(&permanent, &region(), now()).post_form(
        BUCKET,
        pairs(&signed(DOCUMENT)),
        None,
    );
    assert_eq!(unwanted.unwrap_err(), Refusal::SessionToken);
}

#[test]
fn refuses_before_and_after_its_time() {
    let at = |now: UnixTime, document: &str| {
        let (credentials, region, fields) = (credentials(), region(), signed(document));
        Verifier::new(&credentials, &region, now).post_form(BUCKET, pairs(&fields), None).map(drop)
    };
    let expiration = now().plus_secs(600); // 2026-11-23T19:10:00Z
    assert_eq!(at(UnixTime::from_secs(expiration.as_secs() - 1), DOCUMENT), Ok(()));
    assert_eq!(at(expiration, DOCUMENT), Err(Refusal::Expired { at: expiration }));
    let early = |secs| at(UnixTime::from_secs(now().as_secs() - secs), DOCUMENT);
    assert_eq!(early(900), Ok(()));
    assert_eq!(early(901), Err(Refusal::Skewed { place: Place::Form }));
    let lasting = DOCUMENT.replace("2026-11-23T19:10:00Z", "2036-11-23T19:10:00.000Z");
    assert_eq!(at(now().plus_secs(604_799), &lasting), Ok(()));
    let week = now().plus_secs(604_800);
    assert_eq!(at(week, &lasting), Err(Refusal::Expired { at: week }));
}

#[test]
fn refuses_what_is_no_policy() {
    for (document, why) in [
        ("{", "it is not JSON, at line 1 column 1"),
        ("[]", "it is not a JSON object"),
        (r#"{"conditions": []}"#, "`expiration` is missing"),
        (r#"{"expiration": "2026-11-23T19:10:00Z"}"#, "`conditions` is missing"),
        (
            r#"{"expiration": "tomorrow", "conditions": []}"#,
            r#"expiration: expected an instant such as "2015-12-30T12:00:00.000Z""#,
        ),
        (
            r#"{"expiration": "2026-11-23T19:10:00+00:00", "conditions": []}"#,
            r#"expiration: expected an instant such as "2015-12-30T12:00:00.000Z""#,
        ),
        (
            r#"{"expiration": 1, "conditions": []}"#,
            r#"expiration: expected an instant such as "2015-12-30T12:00:00.000Z""#,
        ),
        (r#"{"conditions": {}}"#, "conditions: expected a list"),
        (
            r#"{"conditions": [], "conditions": []}"#,
            "expected `expiration` and `conditions`, each once",
        ),
        (
            r#"{"conditions": [], "Expiration": ""}"#,
            "expected `expiration` and `conditions`, each once",
        ),
    ] {
        assert_eq!(
            verify(&signed(document)).unwrap_err(),
            Refusal::Policy { why: why.into() },
            "{document}"
        );
    }
    for condition in [
        "{}",
        r#"{"": "a"}"#,
        r#"{"acl": 1}"#,
        r#"{"acl": "a", "tagging": "b"}"#,
        r#"{"acl": "a", "acl": "a"}"#,
        "null",
        "1",
        r#""acl""#,
        "[]",
        "[]",
        r#"{"acl": null}"#,
        r#"{"acl": "a", "key": 1}"#,
        r#"["eq", "$acl", 1]"#,
        r#"["eq", 1, "a"]"#,
        r#"["", "$acl", "a"]"#,
        r#"["eq", "$", "a"]"#,
        r#"["ne", "$acl", "a"]"#,
        r#"["eq", "$acl"]"#,
        r#"["eq", "$acl", "a", "b"]"#,
        r#"["content-length-range", -1, 2]"#,
        r#"["content-length-range", 1, null]"#,
        r#"["content-length-range", "a", 2]"#,
        r#"["content-length-range", 1.5, 2]"#,
        r#"["content-length-range", 1, 18446744073709551616]"#,
        r#"["content-length-range", 1]"#,
    ] {
        let document = DOCUMENT.replace("PROOF", &format!("PROOF, {condition}"));
        let refusal = verify(&signed(&document)).unwrap_err();
        assert!(
            refusal.to_string().starts_with("invalid policy: conditions["),
            "{condition}: {refusal}"
        );
        assert_eq!(refusal.code(), "InvalidPolicyDocument");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(verify(&signed(&deep)).unwrap_err().code(), "InvalidPolicyDocument");
    let mut fields = signed(DOCUMENT);
    let policy = fields.iter().find(|(name, _)| name == "policy").unwrap().1.clone();
    for policy in [format!("{policy}."), policy.replace('=', ""), format!("{policy}\u{a0}")] {
        sign(&mut fields, &policy);
        assert_eq!(
            verify(&fields).unwrap_err(),
            Refusal::Policy { why: "it is not base64".into() }
        );
    }
    sign(&mut fields, &BASE64_STANDARD.encode(b"{\"\xff\"}"));
    let refusal = verify(&fields).unwrap_err();
    assert_eq!(refusal, Refusal::Policy { why: "it is not UTF-8".into() });
}

/// AWS's answers to the first four are recorded in `TestS3PresignedPost` of localstack/localstack,
/// `tests/aws/services/s3/test_s3.py`.
#[test]
fn refuses_a_form_for_a_condition_that_no_form_satisfies() {
    for (condition, shown) in [
        (r#"["eq", "key", "inbox/ada.png"]"#, r#"["eq", "key", "inbox/ada.png"]"#),
        (r#"["STARTS-WITH", "acl", ""]"#, r#"["starts-with", "acl", ""]"#),
        (r#"["content-length-range", "test", "10"]"#, r#"["content-length-range", "test", "10"]"#),
        (r#"["content-length-range", "1", ""]"#, r#"["content-length-range", "1", ""]"#),
        (r#"["content-length-range", "-1", "1"]"#, r#"["content-length-range", "-1", "1"]"#),
        (r#"["eq", "a", "a"]"#, r#"["eq", "a", "a"]"#),
        (r#"["eq", "X-Amz-Security-Token", "secret"]"#, r#"["eq", "X-Amz-Security-Token", "..."]"#),
    ] {
        let document = DOCUMENT.replace("PROOF", &format!("PROOF, {condition}"));
        let refusal = verify(&signed(&document)).unwrap_err();
        assert_eq!(refusal, Refusal::Condition { condition: shown.into() });
        assert_eq!(refusal.code(), "AccessDenied");
    }
}

/// Policies as S3 documents them, and as clients write them.
#[test]
fn reads_s3s_spelling() {
    let read = |document: &str| {
        let mut fields = signed(document);
        fields.push(("x-amz-meta-price".into(), "$5\u{b}".into()));
        let verified = verifier(|v| v.post_form(BUCKET, pairs(&fields), Some("ada.png")));
        verified.map(|verified| (verified.content_length, verified.expiration.as_secs()))
    };
    let base = DOCUMENT.replace("PROOF", r#"PROOF, {"x-amz-meta-price": "$5\v"}"#);
    let expiration = now().plus_secs(600).as_secs();
    assert_eq!(read(&base), Ok((1..=512, expiration)));
    for (from, to) in [
        // ceph/s3-tests, test_post_object_case_insensitive_condition_fields
        (r#"["starts-with", "$key""#, r#"["StArTs-WiTh", "$KeY""#),
        (r#"{"bucket""#, r#"{"bUcKeT""#),
        (r#"["eq", "$ACL", "#, r#"["EQ", "$aCl", "#),
        (r#"["content-length-range""#, r#"["Content-Length-Range""#),
        // sigv4-HTTPPOSTConstructPolicy.html#sigv4-HTTPPOSTEscaping
        (r#""$5\v""#, r#""\$5\v""#),
        (r#""$5\v""#, r#""\u00245\u000B""#),
        (r#""$key""#, r#""\$key""#),
        // The first example of sigv4-HTTPPOSTConstructPolicy.html
        (r#""$5\v"}]"#, "\"$5\\v\"},\n ]"),
        (r#""inbox/"]"#, r#""inbox/" , ]"#),
        // AWS's answer is recorded in TestS3PresignedPost of localstack/localstack.
        (", 1, 1024]", r#", "1", "1024"]"#),
        (", 0, 512]", r#", "0", 512]"#),
        (":00Z", ":00.000Z"),
        (":00Z", ":00.123456789Z"),
    ] {
        assert!(base.contains(from), "{from}");
        assert_eq!(read(&base.replace(from, to)), Ok((1..=512, expiration)), "{to}");
    }
}

/// Ruby's `Base64.encode64` writes a line end after 60 characters, Python's `encodebytes` after 76, MIME's encoder of Java
/// CR LF, and `base64 FILE` a line end last. S3 signs the field as it was sent.
#[test]
fn reads_base64_that_is_broken_into_lines() {
    let mut fields = signed(DOCUMENT);
    let policy = fields.iter().find(|(name, _)| name == "policy").unwrap().1.clone();
    let lines = |width: usize, end: &str| {
        let mut lines = policy.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap());
        lines.by_ref().flat_map(|line| [line, end]).collect::<String>()
    };
    for policy in [lines(60, "\n"), lines(76, "\r\n"), lines(64, "\r\n "), lines(4, "\t")] {
        sign(&mut fields, &policy);
        assert!(verify(&fields).is_ok(), "{policy}");
        let changed = with(fields.clone(), "policy", &policy.replace(char::is_whitespace, ""));
        assert_eq!(verify(&changed).unwrap_err(), Refusal::Signature);
    }
}

#[test]
fn refuses_a_key_that_no_object_has() {
    for (key, why) in [
        ("inbox/../x", InvalidObjectKey::DotSegment),
        ("inbox/\n", InvalidObjectKey::ControlCharacter),
        (&format!("inbox/{}", "k".repeat(1_024)), InvalidObjectKey::TooLong),
    ] {
        assert_eq!(verify(&with(signed(DOCUMENT), "key", key)).unwrap_err(), Refusal::Key(why));
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>
#[test]
fn takes_amazons_form_of_2015_12_29() {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", asks::SECRET);
    let region = Region::new("us-east-1").unwrap();
    let fields = [
        ("key", "user/user1/${filename}"),
        ("acl", "public-read"),
        (
            "success_action_redirect",
            "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html",
        ),
        ("Content-Type", "image/jpeg"),
        ("x-amz-meta-uuid", "14365123651274"),
        ("x-amz-server-side-encryption", "AES256"),
        ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"),
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Date", "20151229T000000Z"),
        ("x-amz-meta-tag", ""),
        ("Policy", include_str!("vectors/amazon_post_policy.b64").trim_end()),
        ("X-Amz-Signature", "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"),
    ];
    let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
    let verified = Verifier::new(&credentials, &region, now).post_form(
        "sigv4examplebucket",
        fields,
        Some("ada.jpg"),
    );
    assert_eq!(verified.unwrap().key.as_str(), "user/user1/ada.jpg");
}

#[test]
fn shows_no_token_and_no_signature() {
    let document = DOCUMENT.replace("PROOF", r#"PROOF, {"x-amz-security-token": "OTHERTOKEN"}"#);
    let refusal = verify(&signed(&document)).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        r#"policy condition failed: ["eq", "$x-amz-security-token", "..."]"#
    );
    let verified = verify(&signed(DOCUMENT)).unwrap();
    let shown =
        format!("{verified:?} {refusal:?} {:?}", Verifier::new(&credentials(), &region(), now()));
    for secret in [asks::SECRET, asks::TOKEN, "OTHERTOKEN"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn verify(fields: &Fields) -> Result<VerifiedPost, Refusal> {
    verifier(|verifier| verifier.post_form(BUCKET, pairs(fields), Some("ada.png")))
}

fn verifier<T>(check: impl FnOnce(Verifier<'_>) -> T) -> T {
    check(Verifier::new(&credentials(), &region(), now()))
}

/// A form for a document written by hand, in which `PROOF` stands for the conditions on the signature's own fields.
fn signed(document: &str) -> Fields {
    let (credentials, scope) = (credentials(), Scope::new(&region(), now()));
    let proof = [
        ("x-amz-algorithm", "AWS4-HMAC-SHA256".into()),
        ("x-amz-credential", format!("{}/{scope}", credentials.access_key_id())),
        ("x-amz-date", "20261123T190000Z".into()),
        ("x-amz-security-token", asks::TOKEN.into()),
    ];
    let conditions: Vec<_> =
        proof.iter().map(|(name, value)| format!(r#"{{"{name}": "{value}"}}"#)).collect();
    let place = [
        ("bucket", BUCKET),
        ("key", "inbox/${filename}"),
        ("acl", "private"),
        ("Content-Type", "image/png"),
    ];
    let place = place.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut fields: Fields =
        place.into_iter().chain(proof.map(|(name, value)| (name.into(), value))).collect();
    sign(&mut fields, &BASE64_STANDARD.encode(document.replace("PROOF", &conditions.join(", "))));
    fields
}

fn sign(fields: &mut Fields, policy: &str) {
    let key = SigningKey::derive(&credentials(), &Scope::new(&region(), now()));
    fields.retain(|(name, _)| name != "policy" && name != "x-amz-signature");
    fields.push(("policy".into(), policy.into()));
    fields.push(("x-amz-signature".into(), key.sign(policy).to_string()));
}

fn with(mut fields: Fields, name: &str, value: &str) -> Fields {
    fields.iter_mut().find(|(found, _)| found == name).unwrap().1 = value.into();
    fields
}

fn without(mut fields: Fields, name: &str) -> Fields {
    fields.retain(|(found, _)| found != name);
    fields
}

fn pairs(fields: &Fields) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}
