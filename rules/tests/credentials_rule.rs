//! Rules that hand out credentials: what a configuration can say, and what it cannot.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use rules::{Action, ConfigErrorKind, Rules};
use serde_json::{Map, Value, json};

#[test]
fn accepts_every_source_of_temporary_credentials() {
    for bucket in ["role", "identity", "minio", "r2"] {
        let rules = parse(&with("bucket", json!(bucket))).unwrap();
        let rule = rules.credentials_rule("home").unwrap();
        assert_eq!(rule.bucket().name(), bucket);
        assert_eq!(rule.actions(), [Action::Read, Action::List], "sorted, each once");
        assert!(rules.credentials_rule("other").is_err());
    }
}

#[test]
fn names_what_is_wrong() {
    for (key, value, expected) in [
        (
            "bucket",
            json!("key"),
            r#"bucket: the Worker cannot get temporary credentials for "key": write its `credentials` as a table"#,
        ),
        (
            "bucket",
            json!("alias"),
            "bucket: the bucket's name is the alias of an access point, which no session policy can name: write the name of the bucket",
        ),
        (
            "bucket",
            json!("nobody"),
            r#"bucket: expected a name from BUCKETS (there are: alias, identity, key, minio, r2, role), found "nobody""#,
        ),
        (
            "prefix",
            json!("users/{caller}"),
            r#"prefix: expected a prefix that ends with a slash, such as "users/{caller}/", found "users/{caller}""#,
        ),
        (
            "prefix",
            json!("{caller}/"),
            r#"prefix: a key must begin with a literal segment, such as "avatars/{uuid}""#,
        ),
        (
            "prefix",
            json!("/"),
            "prefix: a key must begin with a literal segment, such as \"avatars/{uuid}\"",
        ),
        ("prefix", json!("users//"), "prefix: a key must have single slashes between its segments"),
        (
            "prefix",
            json!("users/{path}/"),
            "prefix: {path} stands for the rest of the key, which follows the prefix",
        ),
        (
            "prefix",
            json!("users/{uuid}/"),
            "prefix: unknown placeholder {uuid}, expected one of {caller} {entry} {path} {claim.NAME}",
        ),
        (
            "prefix",
            json!("users/x-{caller}/"),
            "prefix: {caller} must be a whole segment of the key, between slashes",
        ),
        (
            "prefix",
            json!("users/*/"),
            "prefix: a prefix cannot contain `*`, `?` or `$`, which are special characters in policies",
        ),
        ("prefix", json!("users/${aws:username}/"), "prefix: write {filename}, not ${filename}"),
        ("callers", json!(["anyone"]), "prefix: {caller} has no value for callers without a name"),
        (
            "callers",
            json!(["site", "ticket"]),
            r#"prefix: {caller} can be the same for different callers of "site" and "ticket", which get their names from different places: add {entry}"#,
        ),
        (
            "actions",
            json!([]),
            r#"actions: expected a list of "read", "write", "list" and "delete", found []"#,
        ),
        (
            "actions",
            json!(["read", "admin"]),
            r#"actions[1]: expected a list of "read", "write", "list" and "delete", found "admin""#,
        ),
        (
            "expires",
            json!("2 h"),
            r#"expires: expected a length of time such as "1 h", from 15 min to 1 h, found "2 h""#,
        ),
        (
            "expires",
            json!("14 min"),
            r#"expires: expected a length of time such as "1 h", from 15 min to 1 h, found "14 min""#,
        ),
        (
            "key",
            json!("users/{caller}/"),
            "key: unknown key, expected one of bucket, callers, origins, turnstile, limit, networks, countries, hours, prefix, actions, expires",
        ),
    ] {
        let errors = parse(&with(key, value.clone())).unwrap_err();
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors, [format!("CREDENTIALS.home.{expected}")], "{key} = {value}");
    }
    let errors = parse(&with("bucket", json!("key"))).unwrap_err();
    assert_eq!(errors[0].kind(), &ConfigErrorKind::LongLivedKey);
}

#[test]
fn credentials_of_r2_can_be_shorter_than_those_of_a_token_service() {
    let mut config = with("bucket", json!("r2"));
    for (expires, is_accepted) in [("1 s", true), ("1 h", true), ("61 min", false)] {
        config["CREDENTIALS"]["home"]["expires"] = json!(expires);
        assert_eq!(parse(&config).is_ok(), is_accepted, "{expires}");
    }
}

#[test]
fn a_rule_can_continue_in_another_variable_and_needs_the_secrets_of_its_bucket() {
    let mut config = with("bucket", json!("role"));
    config["CREDENTIALS_2"] = json!({ "home": config["CREDENTIALS"]["home"] });
    let errors = parse(&config).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "CREDENTIALS_2.home: another variable has an entry of this name"
    );
    config["CREDENTIALS"] = json!({});
    let rules = parse(&config).unwrap();
    let secrets: Vec<_> = rules.secrets().iter().map(|name| name.as_str()).collect();
    assert_eq!(secrets[..2], ["HOME_ACCESS_KEY_ID", "HOME_EXPIRATION"]);
    assert!(Rules::is_var("CREDENTIALS_2") && !Rules::is_var("CREDENTIALS_1"));
}

/// The Worker's own credentials sign for uploads and downloads, and for nothing that is only handed out.
#[test]
fn the_workers_own_credentials_are_not_wider_for_it() {
    let policy = |config: &Value| {
        let rules = parse(config).unwrap();
        let bucket = rules.buckets().find(|bucket| bucket.name() == "role").unwrap();
        bucket.assumed_role().unwrap().policy.map(|policy| policy.as_json().to_owned())
    };
    let mut config = with("bucket", json!("role"));
    assert_eq!(policy(&config), None);
    config["DOWNLOADS"] = json!({ "d": { "bucket": "role", "callers": ["anyone"], "key": "d/{path}", "expires": "5 min" } });
    let own = policy(&config).unwrap();
    assert!(own.contains("/d/*") && !own.contains("users"), "{own}");
}

#[test]
fn a_tag_is_not_required_where_a_caller_with_credentials_can_set_it() {
    let mut config = with("bucket", json!("ceph"));
    config["BUCKETS"]["ceph"] = json!({
        "provider": "custom", "name": "ceph", "endpoint": "https://s3.example.com",
        "credentials": { "secret": "CEPH", "role": "arn:aws:iam:::role/signpost" },
    });
    config["DOWNLOADS"] = json!({ "scanned": {
        "bucket": "ceph", "callers": ["anyone"], "key": "users/{path}", "expires": "5 min",
        "require_tag": { "key": "scan", "value": "clean" },
    } });
    let expected = "DOWNLOADS.scanned.require_tag: a client of CREDENTIALS.home can send tags of its own, since this provider is not known to reject them: keep its prefix apart from these keys";
    for (key, value, is_refused) in [
        ("actions", json!(["write"]), true),
        ("actions", json!(["read"]), false),
        ("prefix", json!("elsewhere/{caller}/"), false),
    ] {
        let mut config = config.clone();
        config["CREDENTIALS"]["home"]["actions"] = json!(["read", "write"]);
        config["CREDENTIALS"]["home"][key] = value.clone();
        let errors = parse(&config).err().unwrap_or_default();
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        let refused: &[&str] = if is_refused { &[expected] } else { &[] };
        assert_eq!(errors, refused, "{key} = {value}");
    }
    // Amazon rejects a tag without a permission for it.
    config["CREDENTIALS"]["home"]["bucket"] = json!("role");
    config["CREDENTIALS"]["home"]["actions"] = json!(["write"]);
    config["DOWNLOADS"]["scanned"]["bucket"] = json!("role");
    assert!(parse(&config).is_ok());
}

fn with(key: &str, value: Value) -> Value {
    let role = json!({ "secret": "HOME", "role": "arn:aws:iam::123456789012:role/signpost" });
    let identity =
        json!({ "web_identity": true, "role": "arn:aws:iam::123456789012:role/signpost" });
    let aws = |name: &str, credentials: &Value| json!({ "provider": "aws", "name": name, "region": "eu-west-1", "credentials": credentials });
    let mut config = json!({
        "BUCKETS": {
            "role": aws("acme", &role),
            "identity": aws("acme", &identity),
            "key": aws("acme", &json!("HOME")),
            "alias": aws("acme-0123456789abcdef0123456789abcdef01-s3alias", &role),
            "minio": { "provider": "minio", "name": "acme", "endpoint": "https://minio.example.com", "credentials": { "secret": "HOME" } },
            "r2": { "provider": "r2", "name": "acme", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": { "secret": "HOME", "temporary": true } },
        },
        "CALLERS": {
            "anyone": { "kind": "anyone" },
            "site": { "kind": "bearer", "secret": "SITE_TOKEN" },
            "ticket": { "kind": "ticket", "secret": "TICKETS" },
        },
        "CREDENTIALS": { "home": {
            "bucket": "role", "callers": ["site"], "prefix": "users/{caller}/", "actions": ["list", "read", "list"], "expires": "1 h",
        } },
        "ISSUER": { "url": "https://files.example.com", "keys": ["ISSUER_KEY"] },
    });
    config["CREDENTIALS"]["home"][key] = value;
    config
}

fn parse(config: &Value) -> Result<Rules, Vec<rules::ConfigError>> {
    let vars: &Map<String, Value> = config.as_object().unwrap();
    Rules::parse(vars)
}
