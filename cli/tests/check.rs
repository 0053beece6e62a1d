//! Snapshots of what `signpost check` prints for invalid configurations, places and hints included.
//!
//! The snapshots are `check/*.txt`; `UPDATE=1 cargo test -p signpost-cli` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::indexing_slicing, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "a test may use files")]

extern crate alloc;

mod program;
mod support;

use alloc::collections::BTreeSet;
use core::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use serde_json::{Map, Value, json};

use program::program;
use support::Scratch;

/// The errors of the rules' own tests, each in a wrangler.toml.
#[test]
fn reports_every_error_with_its_place_and_a_hint() {
    let report = report_all(include_str!("../../rules/tests/mistakes.json"));
    expect("mistakes.txt", &report);
    assert_eq!(
        report.matches("\nexit 1").count(),
        report.matches("\n== ").count(),
        "each is an error"
    );
}

#[test]
fn warns_of_what_a_reviewer_would_ask_about() {
    expect("questions.txt", &report_all(include_str!("check/questions.json")));
}

/// Errors that need two lines, or a line outside `[vars]`. Bindings to a bucket of another jurisdiction than the endpoint's:
/// <https://github.com/cloudflare/sandbox-sdk/issues/731>, <https://github.com/FreiFahren/FreiFahren/pull/738>,
/// <https://github.com/cloudflare/workers-sdk/issues/4613>.
#[test]
fn reports_settings_that_contradict_each_other() {
    let changes: Vec<Map<String, Value>> =
        serde_json::from_str(include_str!("check/combinations.json")).unwrap();
    let mut report = String::from("\n");
    for change in &changes {
        let output = check(&combined(change), &[]);
        writeln!(report, "== {}\n{}", Value::from(change.clone()), report_of(&output)).unwrap();
    }
    expect("combinations.txt", &report);
}

/// Every code in the source has a test that shows its finding.
#[test]
fn every_kind_of_finding_is_among_those_above() {
    let changes: Vec<Map<String, Value>> =
        serde_json::from_str(include_str!("check/combinations.json")).unwrap();
    let questions: Vec<Value> = serde_json::from_str(include_str!("check/questions.json")).unwrap();
    let one = |change: &Value| {
        let mut config = good();
        put(&mut config, &format!("/vars{}", change[0].as_str().unwrap()), change[1].clone());
        config
    };
    let mut configs: Vec<_> = changes.iter().map(combined).collect();
    configs.extend(questions.iter().map(one));
    configs.extend([
        with(good(), "secrets", Value::Null),
        with(good(), "vars", json!({ "GREETING": "hello ".repeat(900) })),
    ]);
    // The first two are no configuration, and the others are about another file.
    let known = ["not-toml", "not-json", "short-secret", "malformed-secret"];
    let mut shown = BTreeSet::from(known.map(str::to_owned));
    for config in &configs {
        let findings: Vec<Value> =
            serde_json::from_slice(&check(config, &["--json"]).stdout).unwrap();
        shown.extend(findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()));
    }
    assert_eq!(shown, codes());
}

/// Only an unknown key has the hint to read the README.
#[test]
fn every_mistake_has_a_hint_of_its_own() {
    for file in ["mistakes.txt", "combinations.txt"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check").join(file);
        let report = fs::read_to_string(path).unwrap();
        assert!(!report.contains("hint: docs/configuration.md describes every key"), "{file}");
    }
}

#[test]
fn finds_no_problems_in_a_valid_configuration() {
    let output = check(&good(), &[]);
    assert_eq!(text(&output.stdout), "");
    assert_eq!(text(&output.stderr), "wrangler.toml: no problems found\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn writes_json_for_programs() {
    let mut config = good();
    config["vars"]["UPLOADS"]["avatar"]["max_size"] = json!("5 megs");
    let output = check(&config, &["--json"]);
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    let line = 1 + toml::to_string(&config)
        .unwrap()
        .lines()
        .position(|line| line.starts_with("max_size"))
        .unwrap();
    assert_eq!(
        findings,
        json!([{
            "severity": "error", "code": "refused", "place": "UPLOADS.avatar.max_size",
            "message": "expected a size such as \"5 MiB\", from 1 byte to 5 GiB, found \"5 megs\"",
            "hint": "write a number with its unit, such as max_size = \"5 MiB\"",
            "file": "wrangler.toml", "line": line, "column": 12,
        }])
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn shows_colours_only_in_a_terminal() {
    let mut config = good();
    config["vars"]["UPLOADS"]["avatar"]["max_size"] = json!("5 megs");
    let directory = Scratch::new();
    fs::write(directory.0.join("wrangler.toml"), toml::to_string(&config).unwrap()).unwrap();
    let report = |name: &str| {
        let mut command = Command::new(program());
        command.arg("check").current_dir(&directory.0).env_remove("NO_COLOR");
        text(&command.env_remove("CLICOLOR_FORCE").env(name, "1").output().unwrap().stdout)
    };
    let (coloured, plain) = (report("CLICOLOR_FORCE"), report("NO_TERMINAL"));
    assert!(coloured.contains("\u{1b}[") && !plain.contains('\u{1b}'), "{coloured}{plain}");
    assert!(plain.starts_with("error: expected a size"), "{plain}");
}

#[test]
fn exits_with_1_for_a_warning_only_when_strict() {
    let mut config = good();
    config["vars"]["UPLOADS"]["avatar"]["expires"] = json!("2 h");
    assert_eq!(check(&config, &[]).status.code(), Some(0));
    assert_eq!(check(&config, &["--strict"]).status.code(), Some(1));
}

#[test]
fn an_environment_inherits_neither_vars_nor_secrets() {
    let mut config = good();
    config["env"] = json!({ "production": { "vars": config["vars"] }, "empty": { "name": "x" } });
    let mut report = String::new();
    for env in ["production", "empty", "staging"] {
        writeln!(report, "== --env {env}\n{}", report_of(&check(&config, &["--env", env])))
            .unwrap();
    }
    writeln!(report, "== --every-env\n{}", report_of(&check(&config, &["--every-env"]))).unwrap();
    expect("environments.txt", &report);
}

#[test]
fn reports_missing_secrets_and_variables_that_are_too_large() {
    let mut config = good();
    config["secrets"]["required"] = json!(["SITE_TOKEN", "MEDIA_ACCESS_KEY_ID"]);
    config["vars"]["GREETING"] = json!("hello ".repeat(900));
    expect(
        "deployment.txt",
        &report_of(&check(&config, &[])).replace(&"hello ".repeat(900), "hello ..."),
    );
}

#[test]
fn a_secret_of_the_secrets_store_is_declared() {
    let mut config = good();
    config["secrets"]["required"].as_array_mut().unwrap().retain(|name| name != "SITE_TOKEN");
    assert_eq!(check(&config, &[]).status.code(), Some(1));
    config["secrets_store_secrets"] =
        json!([{ "binding": "SITE_TOKEN", "store_id": "0123456789abcdef", "secret_name": "site" }]);
    assert_eq!(text(&check(&config, &[]).stderr), "wrangler.toml: no problems found\n");
}

#[test]
fn warns_of_refused_secrets_for_wrangler_dev_without_showing_them() {
    let mut config = good();
    config["vars"]["BUCKETS"]["notes"]["binding"] = json!("NOTES_BUCKET");
    config["vars"]["UPLOADS"]["note"]["bucket"] = json!("notes");
    config["r2_buckets"] = json!([{ "binding": "NOTES_BUCKET", "bucket_name": "notes" }]);
    config["env"] = json!({ "production": config });
    let directory = Scratch::new();
    let write = |name: &str, text: &str| fs::write(directory.0.join(name), text).unwrap();
    write("wrangler.toml", &toml::to_string(&config).unwrap());
    write(
        ".dev.vars",
        "SITE_TOKEN=hunter2\nMEDIA_SECRET_ACCESS_KEY=hunter3\nNOTES_SECRET_ACCESS_KEY='a secret of one more than thirty'\n",
    );
    write(
        ".dev.vars.production",
        "NOTES_SECRET_ACCESS_KEY='a secret of less than 32 bytes.'\nSITE_TOKEN='a secret of several words'\n",
    );
    let mut report = String::new();
    for args in [&["check"][..], &["check", "--env", "production"]] {
        writeln!(report, "== {args:?}\n{}", report_of(&run(&directory.0, args))).unwrap();
    }
    assert!(!report.contains("hunter") && !report.contains("a secret of"), "{report}");
    expect("refused_secrets.txt", &report);
}

#[test]
fn names_the_next_variable_where_the_rules_are_too_large() {
    let mut config = good();
    let origins: Vec<_> = (0..300).map(|n| format!("https://site-{n}.example.com")).collect();
    config["vars"]["UPLOADS"]["avatar"]["origins"] = json!(origins);
    let bytes = config["vars"]["UPLOADS"].to_string().len();
    let findings: Vec<Value> = serde_json::from_slice(&check(&config, &["--json"]).stdout).unwrap();
    let report = |key: &str| findings.iter().map(|found| found[key].clone()).collect::<Vec<_>>();
    let message =
        format!("expected at most 5120 bytes as JSON, found {bytes}: Cloudflare rejects more");
    assert_eq!(report("place"), ["UPLOADS"]);
    assert_eq!(report("message"), [message]);
    assert_eq!(report("hint"), ["move some of its tables to [vars.UPLOADS_2]"]);
}

#[test]
fn reports_a_file_that_cannot_be_parsed_or_does_not_exist() {
    let directory = Scratch::new();
    fs::write(directory.0.join("wrangler.toml"), "name = \"x\"\n[vars\n").unwrap();
    let broken = run(&directory.0, &["check"]);
    let missing = run(&directory.0, &["check", "other.toml"]);
    let mut report = format!("{}\n{}", report_of(&broken), report_of(&missing));
    for text in [
        "{\n  // a comment\n  \"name\": \"x\"\n  \"vars\": {}\n}\n",
        "{ 'name': \"x\" }",
        "{ name: \"x\" }",
        "{ \"vars\": {}",
        "[]",
        "",
    ] {
        fs::write(directory.0.join("wrangler.jsonc"), text).unwrap();
        write!(report, "\n== {text}\n{}", report_of(&run(&directory.0, &["check"]))).unwrap();
    }
    expect("files.txt", &report);
}

#[test]
fn never_shows_what_might_be_a_secret() {
    const PASTED: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for (pointer, value) in [
        ("BUCKETS/media/credentials", json!(PASTED)),
        (
            "BUCKETS/media/credentials",
            json!({ "role": "arn:aws:iam::123456789012:role/signpost", "secret": PASTED }),
        ),
        ("CALLERS/site/secret", json!(PASTED)),
        ("MEDIA_SECRET_ACCESS_KEY", json!(PASTED)),
        ("UPLOADS/avatar/notify", json!({ "url": "https://api.example.com/", "secret": PASTED })),
    ] {
        let mut config = good();
        put(&mut config, &format!("/vars/{pointer}"), value);
        let directory = Scratch::new();
        let text = toml::to_string(&config).unwrap();
        for text in [text.clone(), text.replace(&format!("{PASTED}\""), PASTED)] {
            fs::write(directory.0.join("wrangler.toml"), text).unwrap();
            let report = report_of(&run(&directory.0, &["check"]));
            assert!(report.contains("***") && !report.contains("wJalr"), "{report}");
        }
    }
}

/// The codes that the source names: `Finding::error("refused", ...)`, or `new("no-rules", ...)`.
fn codes() -> BTreeSet<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lints = fs::read_dir(src.join("lint")).unwrap().map(|entry| entry.unwrap().path());
    let text: String =
        lints.chain([src.join("check.rs")]).map(|path| fs::read_to_string(path).unwrap()).collect();
    let after = |start: &'static str| {
        text.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned)
    };
    [r#"Finding::error(""#, r#"Finding::warning(""#, r#"Finding::recommendation(""#, r#"new(""#]
        .into_iter()
        .flat_map(after)
        .collect()
}

/// The good configuration with changes, each at a place of `[vars]`, or of the file if it begins with a slash.
fn combined(change: &Map<String, Value>) -> Value {
    let mut config = good();
    for (place, value) in change {
        let pointer = if place.starts_with('/') { place.clone() } else { format!("/vars/{place}") };
        put(&mut config, &pointer, value.clone());
    }
    config
}

fn with(mut config: Value, key: &str, value: Value) -> Value {
    config[key] = value;
    if config[key].is_null() {
        config.as_object_mut().unwrap().remove(key);
    }
    config
}

/// What is said of each change to the good configuration.
fn report_all(changes: &str) -> String {
    let changes: Vec<Value> = serde_json::from_str(changes).unwrap();
    let mut report = String::from("\n");
    // TOML has no null.
    for change in changes.iter().filter(|change| !change[1].is_null()) {
        let mut config = good();
        put(&mut config, &format!("/vars{}", change[0].as_str().unwrap()), change[1].clone());
        let output = check(&config, &[]);
        writeln!(report, "== {} = {}\n{}", change[0], change[1], report_of(&output)).unwrap();
    }
    report
}

fn put(config: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    if parent.ends_with("/avatar/types") {
        config["vars"]["UPLOADS"]["avatar"]["active_content"] = json!(false);
    }
    if parent == "/vars/ISSUER" {
        config["vars"]["ISSUER"] =
            json!({ "url": "https://files.example.com", "keys": ["ISSUER_KEY"] });
        config["secrets"]["required"].as_array_mut().unwrap().push("ISSUER_KEY".into());
    }
    let parent = config.pointer_mut(parent).unwrap();
    match key.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[key] = value,
    }
}

fn good() -> Value {
    let site = json!({ "callers": ["site"], "origins": ["https://www.example.com"] });
    let rule = |more: Value| {
        let mut rule = site.as_object().unwrap().clone();
        rule.extend(more.as_object().unwrap().clone());
        Value::Object(rule)
    };
    let upload = json!({ "types": ["image/png"], "max_size": "5 MiB", "expires": "10 min" });
    let upload = |bucket: &str, key: &str| {
        let mut upload = rule(upload.clone());
        upload["bucket"] = json!(bucket);
        upload["key"] = json!(key);
        upload
    };
    json!({
        "name": "signpost",
        "secrets": { "required": ["MEDIA_ACCESS_KEY_ID", "MEDIA_SECRET_ACCESS_KEY", "MEDIA_EXPIRATION", "NOTES_ACCESS_KEY_ID", "NOTES_SECRET_ACCESS_KEY", "SITE_TOKEN"] },
        "vars": {
            "BUCKETS": {
                "media": { "provider": "aws", "name": "acme-media", "region": "eu-west-1", "credentials": "MEDIA" },
                "notes": { "provider": "r2", "name": "notes", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "NOTES" },
            },
            "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" }, "anyone": { "kind": "anyone" } },
            "UPLOADS": {
                "avatar": upload("media", "avatars/{caller}/{uuid}.{ext}"),
                "note": upload("media", "notes/{caller}/{uuid}.{ext}"),
            },
            "DOWNLOADS": {
                "avatar": rule(json!({ "bucket": "media", "key": "avatars/{caller}/{path}", "expires": "5 min" })),
                "note": { "bucket": "notes", "callers": ["anyone"], "key": "notes/{path}", "expires": "5 min" },
            },
        },
    })
}

fn check(config: &Value, args: &[&str]) -> Output {
    let directory = Scratch::new();
    fs::write(directory.0.join("wrangler.toml"), toml::to_string(config).unwrap()).unwrap();
    run(&directory.0, &[&["check"], args].concat())
}

fn run(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(args).current_dir(directory).env("NO_COLOR", "1").output().unwrap()
}

/// Everything that was said, and how it ended.
fn report_of(output: &Output) -> String {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    format!("{stdout}{stderr}exit {}\n", output.status.code().unwrap())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn expect(file: &str, report: &str) {
    let providers: Vec<_> = rules::Provider::all().iter().map(rules::Provider::name).collect();
    let report = &report.replace(&providers.join(", "), "{providers}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check").join(file);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, report).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(*report == expected, "{file}: expected\n{expected}\nfound\n{report}");
}
