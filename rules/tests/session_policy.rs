//! The session policies of buckets whose credentials are those of a role.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use rules::iam::MAX_SESSION_POLICY;
use rules::{ConfigErrorKind, Rules};
use serde_json::{Value, json};

#[test]
fn allows_what_the_rules_need_and_nothing_else() {
    let config = config("aws", 1, "avatars");
    assert_eq!(
        policy(&config).unwrap(),
        (
            json!({
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow", "Action": ["s3:PutObject"], "Resource": ["arn:aws:s3:::acme/avatars-0/*"],
                        "Condition": {
                            "NumericLessThanEqualsIfExists": { "s3:signatureAge": 600_000 },
                            "StringEquals": { "s3:authType": "POST", "s3:signatureversion": "AWS4-HMAC-SHA256" },
                        },
                    },
                    {
                        "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::acme/avatars-0/*"],
                        "Condition": {
                            "NumericLessThanEquals": { "s3:signatureAge": 300_000 },
                            "StringEquals": { "s3:authType": "REST-QUERY-STRING", "s3:signatureversion": "AWS4-HMAC-SHA256" },
                        },
                    },
                ],
            }),
            true
        )
    );
}

#[test]
fn rules_with_equal_conditions_share_a_statement() {
    let (policy, _) = policy(&config("aws", 5, "avatars")).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 2, "{policy}");
    assert_eq!(statements[0]["Resource"].as_array().unwrap().len(), 5);
}

#[test]
fn forbids_overwriting_as_the_rules_do() {
    let mut config = config("aws", 1, "avatars");
    config["BUCKETS"]["b"]["forms"] = json!(false);
    config["UPLOADS"]["u0"]["overwrite"] = json!(false);
    let (policy, _) = policy(&config).unwrap();
    let condition = &policy["Statement"][0]["Condition"];
    assert_eq!(condition["Null"], json!({ "s3:if-none-match": "false" }), "{policy}");
}

#[test]
fn has_no_conditions_that_a_provider_may_not_know() {
    for (provider, conditions) in
        [("aws", true), ("minio", true), ("custom", false), ("wasabi", false)]
    {
        let (policy, restricts_signatures) = policy(&config(provider, 1, "avatars")).unwrap();
        let has_conditions = policy.to_string().contains("Condition");
        assert_eq!(has_conditions, conditions, "{provider}: {policy}");
        assert!(restricts_signatures, "{provider}: nothing was left out");
    }
}

/// Both are in the policy even if it has no room for the conditions on signatures.
#[test]
fn has_the_denials_of_required_tags_and_the_keys_that_encrypt() {
    let mut config = config("aws", 1, "avatars");
    config["UPLOADS"]["u0"]["sse"] =
        json!({ "algorithm": "aws:kms", "key": "0f4c3b2a-1d5e-4f60-8a7b-9c0d1e2f3a4b" });
    config["DOWNLOADS"]["d"]["require_tag"] = json!({ "key": "scan", "value": "clean" });
    for n in 0..20 {
        config["UPLOADS"][format!("v{n}")] = config["UPLOADS"]["u0"].clone();
        config["UPLOADS"][format!("v{n}")]["expires"] = json!(format!("{} s", n + 1));
        let (policy, restricts_signatures) = policy(&config).unwrap();
        let statements = policy["Statement"].as_array().unwrap();
        let with = |effect: &str, action: &str| {
            let is = |each: &&Value| each["Effect"] == effect && each["Action"][0] == action;
            statements.iter().filter(is).map(|each| &each["Condition"]).collect::<Vec<_>>()
        };
        let denials = [
            json!({ "StringNotEquals": { "s3:ExistingObjectTag/scan": "clean" } }),
            json!({ "Null": { "s3:ExistingObjectTag/scan": "true" } }),
        ];
        assert_eq!(with("Deny", "s3:GetObject"), denials.iter().collect::<Vec<_>>());
        assert_eq!(
            with("Allow", "s3:GetObject")[0]["StringEquals"]["s3:ExistingObjectTag/scan"],
            "clean"
        );
        assert_eq!(
            with("Allow", "kms:Decrypt"),
            [&json!({ "StringLike": { "kms:ViaService": "s3.*" } })]
        );
        if !restricts_signatures {
            return;
        }
    }
    panic!("so many conditions do not fit");
}

/// Without the conditions, the keys and actions are still those of the rules.
#[test]
fn leaves_conditions_out_if_it_would_be_too_long_and_says_so() {
    let mut config = config("aws", 15, "avatars");
    for n in 0..15 {
        config["UPLOADS"][format!("u{n}")]["expires"] = json!(format!("{} min", n + 1));
    }
    let (shorter, restricts_signatures) = policy(&config).unwrap();
    assert!(!restricts_signatures && !shorter.to_string().contains("Condition"), "{shorter}");
    let uploads = &shorter["Statement"][0];
    assert_eq!(uploads["Action"], json!(["s3:PutObject"]));
    let expected: Vec<_> = (0..15).map(|n| format!("arn:aws:s3:::acme/avatars-{n}/*")).collect();
    let found: Vec<_> =
        uploads["Resource"].as_array().unwrap().iter().map(|each| each.as_str().unwrap()).collect();
    let sorted = |mut all: Vec<String>| {
        all.sort_unstable();
        all
    };
    assert_eq!(sorted(found.into_iter().map(str::to_owned).collect()), sorted(expected));
}

#[test]
fn a_bucket_whose_rules_do_not_fit_is_refused() {
    let refused = policy(&config("aws", 40, "a-long-name-of-a-folder"));
    let [error] = &refused.unwrap_err()[..] else { panic!("one error") };
    assert_eq!(error.place(), "BUCKETS.b.credentials");
    assert_eq!(error.kind(), &ConfigErrorKind::SessionPolicyTooLong);
    let problem = error.problem();
    assert!(problem.starts_with("the session policy of this bucket's rules has "), "{problem}");
    assert!(problem.contains(&format!("more than the {MAX_SESSION_POLICY}")), "{problem}");
    // Nothing limits the rules of a bucket whose key itself signs.
    let mut config = config("aws", 40, "a-long-name-of-a-folder");
    config["BUCKETS"]["b"]["credentials"] = json!("KEY");
    assert!(Rules::parse(config.as_object().unwrap()).is_ok());
}

/// A session policy can have only characters up to U+00FF, so others are escaped.
#[test]
fn is_ascii_whatever_the_keys_are() {
    for folder in ["Fotos-ä", "照片", "🦀", "a\"b", "a$b"] {
        let config = config("custom", 1, folder);
        let Ok((policy, _)) = policy(&config) else { continue }; // some are not allowed in keys
        let resource = policy["Statement"][0]["Resource"][0].as_str().unwrap();
        let folder = folder.replace('$', "${$}");
        assert_eq!(resource, format!("arn:aws:s3:::acme/{folder}-0/*"));
    }
}

#[test]
fn an_alias_of_an_access_point_cannot_be_named() {
    let mut config = config("aws", 1, "avatars");
    config["BUCKETS"]["b"]["name"] = json!("prod-aqfqprnstn7aefdfbarligizwgyfouse1a-s3alias");
    let [error] = &policy(&config).unwrap_err()[..] else { panic!("one error") };
    assert!(error.problem().contains("alias of an access point"), "{error}");
}

/// Returns the policy of the bucket `b`, and whether it has all conditions.
fn policy(config: &Value) -> Result<(Value, bool), Vec<rules::ConfigError>> {
    let rules = Rules::parse(config.as_object().unwrap())?;
    let bucket = rules.buckets().next().unwrap();
    let policy = bucket.assumed_role().unwrap().policy.unwrap();
    let json = policy.as_json();
    assert!(json.len() <= MAX_SESSION_POLICY && json.is_ascii(), "{json}");
    Ok((serde_json::from_str(json).unwrap(), policy.restricts_signatures()))
}

/// As many upload rules and one download rule, each with keys of its own.
fn config(provider: &str, count: usize, folder: &str) -> Value {
    let mut bucket = json!({
        "provider": provider, "name": "acme", "region": "eu-west-1", "url_style": "path",
        "credentials": { "secret": "KEY", "role": "arn:aws:iam::123456789012:role/signpost" },
    });
    if matches!(provider, "minio" | "custom") {
        bucket["endpoint"] = json!("https://s3.example.com");
    }
    let upload = |n: usize| {
        json!({
            "bucket": "b", "callers": ["anyone"], "key": format!("{folder}-{n}/{{uuid}}"), "types": ["image/png"],
            "max_size": "1 MB", "expires": "10 min",
        })
    };
    let uploads: serde_json::Map<_, _> = (0..count).map(|n| (format!("u{n}"), upload(n))).collect();
    let key = format!("{folder}-0/{{path}}");
    json!({
        "BUCKETS": { "b": bucket },
        "CALLERS": { "anyone": { "kind": "anyone" } },
        "UPLOADS": uploads,
        "DOWNLOADS": { "d": { "bucket": "b", "callers": ["anyone"], "key": key, "expires": "5 min" } },
    })
}
