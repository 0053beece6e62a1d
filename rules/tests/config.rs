//! Broken configurations, each with all its errors.
//!
//! Each row of `mistakes.json` is a place, the value to put there, and the error. `{providers}` means the names of all providers.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use rules::{Provider, Rules};
use serde_json::{Map, Value, json};

#[test]
fn accepts_a_correct_configuration() {
    assert_eq!(errors(&good()), Vec::<String>::new());
}

#[test]
fn reports_every_mistake_with_its_place() {
    let mistakes: Vec<(String, Value, String)> =
        serde_json::from_str(include_str!("mistakes.json")).unwrap();
    assert!(mistakes.len() > 50);
    for (pointer, value, error) in mistakes {
        let mut config = good();
        put(&mut config, &pointer, value);
        assert_eq!(errors(&config), [error], "{pointer}");
    }
}

#[test]
fn short_links_need_callers_with_names_to_be_listed_and_have_no_window() {
    let with = |callers: &str, keys: &[(&str, Value)]| {
        let mut config = good();
        put(&mut config, "/DOWNLOADS/avatar/key", json!("avatars/{path}"));
        put(&mut config, "/DOWNLOADS/avatar/callers", json!([callers]));
        for (key, value) in keys {
            put(&mut config, &format!("/DOWNLOADS/avatar/{key}"), value.clone());
        }
        errors(&config)
    };
    let [uses, yes, no] = [json!(1), json!(true), json!(false)];
    assert_eq!(with("anyone", &[("uses", uses.clone())]), Vec::<String>::new());
    assert_eq!(
        with("anyone", &[("uses", uses.clone()), ("revocable", no.clone())]),
        Vec::<String>::new()
    );
    assert_eq!(with("site", &[("revocable", yes.clone())]), Vec::<String>::new());
    assert_eq!(
        with("anyone", &[("revocable", yes.clone())]),
        [
            "DOWNLOADS.avatar.revocable: `revocable` needs callers with names, and some callers of this rule have none"
        ]
    );
    assert_eq!(
        with("site", &[("revocable", no), ("interstitial", yes)]),
        ["DOWNLOADS.avatar.interstitial: only links with `uses` or `revocable` have a page"]
    );
    assert_eq!(
        with("site", &[("uses", uses), ("window", json!("1 min"))]),
        [
            "DOWNLOADS.avatar.window: links with `uses` or `revocable` are made for one recipient, so they cannot stay the same for everyone"
        ]
    );
}

#[test]
fn a_bucket_without_a_key_needs_an_issuer() {
    let mut config = good();
    config["BUCKETS"]["media"]["credentials"] =
        json!({ "web_identity": true, "role": "arn:aws:iam::123456789012:role/signpost" });
    assert_eq!(errors(&config), Vec::<String>::new());
    config["ISSUER"]["url"] = json!("files");
    assert_eq!(errors(&config).len(), 1, "the invalid issuer is reported alone");
    config.as_object_mut().unwrap().remove("ISSUER");
    let expected = "BUCKETS.media.credentials.web_identity: also needs the table ISSUER, with the `url` and the `keys` of the tokens";
    assert_eq!(errors(&config), [expected]);
}

#[test]
fn reports_missing_keys() {
    for (pointer, error) in [
        ("/BUCKETS/media/provider", "BUCKETS.media.provider: missing, expected one of {providers}"),
        (
            "/BUCKETS/media/name",
            r#"BUCKETS.media.name: missing, expected the bucket's name such as "acme-media""#,
        ),
        (
            "/BUCKETS/media/region",
            r#"BUCKETS.media.region: missing, expected a region such as "eu-west-1""#,
        ),
        (
            "/BUCKETS/media/credentials",
            r#"BUCKETS.media.credentials: missing, expected the first part of the secrets' names, such as "MEDIA" for MEDIA_ACCESS_KEY_ID"#,
        ),
        (
            "/CALLERS/site/kind",
            r#"CALLERS.site.kind: missing, expected "jwt", "access", "bearer", "ticket", "turnstile", "worker" or "anyone""#,
        ),
        (
            "/CALLERS/site/secret",
            r#"CALLERS.site.secret: missing, expected the name of a secret such as "SITE_TOKEN", not its value"#,
        ),
        (
            "/UPLOADS/avatar/bucket",
            "UPLOADS.avatar.bucket: missing, expected a name from BUCKETS (there are: media, notes)",
        ),
        (
            "/UPLOADS/avatar/callers",
            "UPLOADS.avatar.callers: missing, expected names from CALLERS (there are: anyone, site)",
        ),
        (
            "/UPLOADS/avatar/key",
            r#"UPLOADS.avatar.key: missing, expected a key such as "avatars/{caller}/...""#,
        ),
        (
            "/UPLOADS/avatar/types",
            r#"UPLOADS.avatar.types: missing, expected a list of media types such as "image/png""#,
        ),
        (
            "/UPLOADS/avatar/max_size",
            r#"UPLOADS.avatar.max_size: missing, expected a size such as "5 MiB", from 1 byte to 5 GiB"#,
        ),
        (
            "/DOWNLOADS/avatar/expires",
            r#"DOWNLOADS.avatar.expires: missing, expected a length of time such as "5 min", at most 7 days"#,
        ),
    ] {
        let mut config = good();
        let (table, key) = pointer.rsplit_once('/').unwrap();
        config.pointer_mut(table).unwrap().as_object_mut().unwrap().remove(key).unwrap();
        assert_eq!(errors(&config), [error], "{pointer}");
    }
}

#[test]
fn reports_the_errors_of_all_entries_at_once() {
    let mut config = good();
    put(&mut config, "/UPLOADS/avatar/max_size", json!("5 megs"));
    put(&mut config, "/DOWNLOADS/avatar/expires", json!("never"));
    assert_eq!(errors(&config).len(), 2);
}

#[test]
fn continues_in_numbered_variables() {
    let mut config = good();
    let rule = config["UPLOADS"]["avatar"].clone();
    config["UPLOADS_2"] = json!({ "other": rule.clone() });
    config["UPLOADS_X"] = json!("not ours");
    config["UPLOADS_1"] = json!("not ours");
    config["UPLOADS_02"] = json!("not ours");
    assert_eq!(errors(&config), Vec::<String>::new());
    let rules = Rules::parse(config.as_object().unwrap()).unwrap();
    assert!(rules.upload("other").is_ok() && rules.upload("avatar").is_ok());

    config["UPLOADS_3"] = json!({ "other": rule });
    assert_eq!(errors(&config), ["UPLOADS_3.other: another variable has an entry of this name"]);
}

#[test]
fn never_repeats_a_value_that_might_be_a_secret() {
    const PASTED: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for pointer in ["/BUCKETS/media/credentials", "/CALLERS/site/secret"] {
        let mut config = good();
        put(&mut config, pointer, json!(PASTED));
        let errors = errors(&config);
        assert!(errors.len() == 1 && !errors.concat().contains(PASTED), "{errors:?}");
    }
}

#[test]
fn shows_the_value_that_was_found() {
    for (value, expected) in [
        (json!(-1), "-1"),
        (json!(1.5), "1.5"),
        (json!([1.5, { "a": null, "b": [] }, {}, true]), r#"[1.5,{"a":null,"b":[]},{},true]"#),
    ] {
        let mut config = good();
        put(&mut config, "/UPLOADS/avatar/max_size", value);
        let errors = errors(&config).concat();
        assert!(errors.ends_with(&format!(", found {expected}")), "{errors}");
    }
}

#[test]
fn shortens_a_long_value() {
    let mut config = good();
    put(&mut config, "/UPLOADS/avatar/max_size", json!("x".repeat(5_000)));
    assert!(errors(&config).concat().len() < 200);
}

fn good() -> Value {
    json!({
        "BUCKETS": {
            "media": { "provider": "aws", "name": "acme-media", "region": "eu-west-1", "credentials": "MEDIA" },
            "notes": { "provider": "r2", "name": "notes", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "NOTES" },
        },
        "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" }, "anyone": { "kind": "anyone" } },
        "UPLOADS": { "avatar": {
            "bucket": "media", "callers": ["site"], "origins": ["https://www.example.com"],
            "key": "avatars/{caller}/{uuid}.{ext}", "types": ["image/png"], "max_size": "5 MiB", "expires": "10 min",
        } },
        "DOWNLOADS": { "avatar": { "bucket": "media", "callers": ["site"], "key": "avatars/{caller}/{path}", "expires": "5 min" } },
        "ISSUER": { "url": "https://files.example.com", "keys": ["ISSUER_KEY"] },
    })
}

fn errors(config: &Value) -> Vec<String> {
    let vars: &Map<String, Value> = config.as_object().unwrap();
    let providers: Vec<_> = Provider::all().iter().map(Provider::name).collect();
    let providers = providers.join(", ");
    let errors = Rules::parse(vars).err().unwrap_or_default();
    errors.iter().map(|error| error.to_string().replace(&providers, "{providers}")).collect()
}

fn put(config: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = config.pointer_mut(parent).unwrap();
    match key.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[key] = value,
    }
}

#[test]
fn refuses_more_limits_than_a_form_can_be_counted_against() {
    let mut config = good();
    put(&mut config, "/BUCKETS/notes/binding", json!("NOTES"));
    let mut rule = config["UPLOADS"]["avatar"].clone();
    rule["bucket"] = json!("notes");
    for number in 0..9 {
        assert_eq!(errors(&config), Vec::<String>::new(), "{number} limits");
        rule["limit"] = json!(format!("LIMIT_{number}"));
        put(&mut config, &format!("/UPLOADS/rule-{number}"), rule.clone());
    }
    let expected = "BUCKETS.notes: the rules that upload to this bucket have more than 8 rate limits, and each form is counted against all of them";
    assert_eq!(errors(&config), [expected]);
    put(&mut config, "/UPLOADS/rule-8/limit", json!("LIMIT_0"));
    assert_eq!(errors(&config), Vec::<String>::new(), "a shared limit counts once");
}

#[test]
fn refuses_to_delete_by_keys_that_can_repeat() {
    let mut config = good();
    put(&mut config, "/UPLOADS/avatar/confirm", json!(true));
    put(&mut config, "/UPLOADS/avatar/delete_mismatched", json!(true));
    assert_eq!(errors(&config), Vec::<String>::new());
    put(&mut config, "/UPLOADS/avatar/key", json!("avatars/{caller}/picture.{ext}"));
    assert_eq!(
        errors(&config),
        [
            "UPLOADS.avatar.delete_mismatched: the object of another upload could be deleted, since keys can repeat: add {uuid} to the key"
        ]
    );
}

#[test]
fn refuses_multipart_with_overwrite_false() {
    let mut config = good();
    put(&mut config, "/BUCKETS/media/forms", json!(false));
    put(&mut config, "/UPLOADS/avatar/overwrite", json!(false));
    assert_eq!(errors(&config), Vec::<String>::new());
    put(&mut config, "/UPLOADS/avatar/multipart", json!(true));
    assert_eq!(
        errors(&config),
        ["UPLOADS.avatar.multipart: overwrite = false is not possible for files in parts"]
    );
}

#[test]
fn refuses_multipart_if_signatures_do_not_cover_sizes() {
    let mut config = good();
    put(&mut config, "/UPLOADS/avatar/multipart", json!(true));
    assert_eq!(errors(&config), Vec::<String>::new());
    put(&mut config, "/BUCKETS/media/signature", json!("v2"));
    assert_eq!(
        errors(&config),
        [
            r#"UPLOADS.avatar.multipart: Signature Version 2 cannot limit the size of a part: remove this line, or set signature = "v4" in BUCKETS"#
        ]
    );
    put(
        &mut config,
        "/BUCKETS/media",
        json!({ "provider": "gcs", "name": "acme-media", "credentials": "MEDIA" }),
    );
    assert_eq!(
        errors(&config),
        [
            "UPLOADS.avatar.multipart: Google's dialect cannot limit the size of a part: remove this line, and files are sent whole"
        ]
    );
}
