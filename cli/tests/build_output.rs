//! The command reads `worker.config.json`, which `cf build` writes, as it reads the files of wrangler.
//!
//! `build_output/worker.config.json` was written by `wrangler build` 4.164.0 with `--experimental-cf-build-output`. The suite `settings`
//! lets the installed wrangler write one. `UPDATE=1 cargo test -p signpost-cli` writes `build_output/findings.txt` anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::indexing_slicing, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "a test may use files")]

mod program;
mod support;

use core::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use program::program;
use serde_json::{Map, Value, json};
use support::Scratch;

const BUILT: &str = include_str!("build_output/worker.config.json");
const DEFAULT: &str = ".cloudflare/output/v1/workers/default/worker.config.json";

#[test]
fn finds_no_problems_in_what_was_built() {
    let here = Scratch::new();
    write(&here, DEFAULT, BUILT);
    let answer = (0, String::new(), format!("{DEFAULT}: no problems found\n"));
    assert_eq!(run(&here.0, &["check"]), answer);
    assert_eq!(run(&here.0, &["check", "--every-env", DEFAULT]), answer);
    write(&here, "elsewhere/worker.config.json", BUILT);
    let named = run(&here.0, &["check", "elsewhere/worker.config.json"]);
    assert_eq!(named.2, "elsewhere/worker.config.json: no problems found\n");
}

/// Each change, at a place in the file, and what `check` says of it.
#[test]
fn reports_what_it_reports_of_the_files_of_wrangler() {
    let mut report = String::from("\n");
    for (place, value) in [
        ("/env/UPLOADS/value/avatar/max_size", json!("5 megs")),
        ("/env/UPLOADS/value/avatar/types", json!(["image/png", "text/html"])),
        ("/env/UPLOADS/value/avatar/expires", json!("2 h")),
        ("/env/UPLOADS/value/avatar/callers", json!(["anyone"])),
        ("/env/BUCKETS", json!({ "type": "text", "value": "media" })),
        ("/env/MEDIA_ACCESS_KEY_ID", Value::Null),
        ("/env/SITE_TOKEN", Value::Null),
        ("/env/MEDIA_SECRET_ACCESS_KEY", json!({ "type": "text", "value": "hunter2" })),
        ("/env/NOTES", Value::Null),
        ("/env/NOTES/name", json!("other")),
        ("/env/NOTES/jurisdiction", Value::Null),
        ("/env/LIMIT", Value::Null),
        ("/env/LIMIT/simple/period", json!(10)),
        (
            "/env/DOWNLOADS",
            json!({ "type": "json", "value": { "report": { "bucket": "media", "callers": ["site"], "key": "reports/{path}", "expires": "1 h", "uses": 1 } } }),
        ),
        ("/cache/enabled", json!(true)),
        ("/exports/Signer/cache/enabled", json!(true)),
        ("/logpush", json!(true)),
        ("/observability/logs/invocationLogs", json!(true)),
        ("/observability/traces", json!({ "enabled": true })),
        ("/env", Value::Null),
        ("/env", json!([])),
    ] {
        let here = Scratch::new();
        write(&here, DEFAULT, &changed(place, &value));
        let (code, stdout, stderr) = run(&here.0, &["check"]);
        writeln!(report, "== {place} = {value}\n{stdout}{stderr}exit {code}\n").unwrap();
    }
    expect("findings.txt", &report);
}

#[test]
fn points_at_the_value() {
    let here = Scratch::new();
    let text = changed("/env/UPLOADS/value/avatar/max_size", &json!("5 megs"));
    write(&here, DEFAULT, &text);
    let (_, stdout, _) = run(&here.0, &["check", "--json"]);
    let findings: Value = serde_json::from_str(&stdout).unwrap();
    let column = text.find(r#""5 megs""#).unwrap() + 1;
    assert_eq!(findings[0]["place"], "UPLOADS.avatar.max_size");
    assert_eq!((&findings[0]["line"], &findings[0]["column"]), (&json!(1), &json!(column)));
}

#[test]
fn every_command_says_what_it_says_of_wrangler_toml() {
    let here = Scratch::new();
    let built: Value = serde_json::from_str(BUILT).unwrap();
    let bindings = built["env"].as_object().unwrap();
    let vars = bindings
        .iter()
        .filter_map(|(name, binding)| Some((name.clone(), binding.get("value")?.clone())));
    let wrangler = json!({ "vars": vars.collect::<Map<_, _>>() });
    write(&here, "w/wrangler.toml", &toml::to_string(&wrangler).unwrap());
    write(&here, &format!("cf/{DEFAULT}"), BUILT);
    write(&here, "link", "https://acme-media.s3.eu-west-1.amazonaws.com/a");
    let at = "--at=2026-11-23T19:00:00Z";
    for args in [
        &["iam", "--bucket=media"][..],
        &["iam", "--bucket=notes"],
        &["cors", "--bucket=media"],
        &["csp", "--worker=https://w.example"],
        &["sign", "post", "--rule=avatar", "--caller=ada", "--type=image/png", "--size=4", at],
    ] {
        let [wrangler, built] = ["w", "cf"].map(|folder| run(&here.0.join(folder), args));
        // The key has a random part, so the fields differ.
        let stable = |text: &str| text.split("\"fields\"").next().unwrap().to_owned();
        assert_eq!(built.0, 0, "{args:?}: {built:?}");
        assert!(!stable(&built.1).is_empty(), "{args:?}");
        assert_eq!(stable(&built.1), stable(&wrangler.1), "{args:?}");
    }
    let explain = ["explain", "../link", "--config"];
    let wrangler = run(&here.0.join("w"), &[&explain[..], &["wrangler.toml"]].concat());
    assert_eq!(run(&here.0.join("cf"), &[&explain[..], &[DEFAULT]].concat()), wrangler);
}

#[test]
fn reads_the_worker_that_cf_would_deploy() {
    let here = Scratch::new();
    write(&here, "cloudflare.config.ts", "");
    let (code, _, stderr) = run(&here.0, &["check"]);
    assert!(code == 2 && stderr.contains("npx cf build"), "{stderr}");

    let worker = |name: &str| format!(".cloudflare/output/v1/workers/{name}/worker.config.json");
    fs::create_dir_all(here.0.join(".cloudflare/output/v1/workers/assets-only")).unwrap();
    let (code, _, stderr) = run(&here.0, &["check"]);
    assert!(code == 2 && stderr.contains("has no worker.config.json"), "{stderr}");

    write(&here, &worker("media"), BUILT);
    fs::create_dir(here.0.join("src")).unwrap();
    let (code, _, stderr) = run(&here.0.join("src"), &["check"]);
    assert_eq!((code, stderr), (0, format!("../{}: no problems found\n", worker("media"))));

    write(&here, &worker("og"), "{}");
    let (code, _, stderr) = run(&here.0, &["check"]);
    let [media, og] = ["media", "og"].map(worker);
    assert_eq!(code, 2);
    assert!(stderr.contains(&format!("pass the path of one of {media}, {og}")), "{stderr}");

    write(&here, DEFAULT, BUILT);
    let (code, _, stderr) = run(&here.0, &["check"]);
    let note = format!("note: this is {DEFAULT}, one of {DEFAULT}, {media}, {og}\n");
    assert_eq!((code, stderr), (0, format!("{note}{DEFAULT}: no problems found\n")));
}

#[test]
fn reads_what_cf_built_before_its_output_had_version_1() {
    let here = Scratch::new();
    let old = DEFAULT.replace("v1", "v0");
    write(&here, &old, BUILT);
    assert_eq!(run(&here.0, &["check"]).2, format!("{old}: no problems found\n"));
    write(&here, DEFAULT, BUILT);
    assert_eq!(run(&here.0, &["check"]).2, format!("{DEFAULT}: no problems found\n"));
}

#[test]
fn a_file_of_wrangler_comes_first() {
    let here = Scratch::new();
    write(&here, DEFAULT, BUILT);
    write(&here, "wrangler.toml", "[vars]\n");
    let (_, _, stderr) = run(&here.0, &["check"]);
    assert!(
        stderr.starts_with(
            "note: this is wrangler.toml; for what `cf` deploys, pass the path of a worker.config.json in .cloudflare/output/v1/workers\n"
        ),
        "{stderr}"
    );
    assert!(stderr.contains("wrangler.toml: 1 error"), "{stderr}");
}

#[test]
fn an_environment_is_chosen_when_it_is_built() {
    let here = Scratch::new();
    write(&here, DEFAULT, BUILT);
    for args in [&["check", "--env=staging"][..], &["iam", "--env=staging"]] {
        let (code, _, stderr) = run(&here.0, args);
        assert_eq!(
            (code, stderr),
            (
                2,
                format!(
                    "error: {DEFAULT} has no environments\nhint: leave --env out, and choose the mode when you build: `npx cf build --mode staging`\n"
                )
            )
        );
    }
}

#[test]
fn reads_dev_vars_in_the_folder_of_the_project() {
    let here = Scratch::new();
    write(&here, DEFAULT, BUILT);
    write(&here, ".dev.vars", "SITE_TOKEN=hunter2\n");
    let (_, stdout, _) = run(&here.0, &["check"]);
    assert!(stdout.contains("the value of SITE_TOKEN in .dev.vars is shorter"), "{stdout}");
    assert!(!stdout.contains("hunter2"), "{stdout}");
}

#[test]
fn never_shows_what_might_be_a_secret() {
    const PASTED: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for place in [
        "/env/BUCKETS/value/media/credentials",
        "/env/CALLERS/value/site/secret",
        "/env/MEDIA_SECRET_ACCESS_KEY/value",
    ] {
        let text = changed("/env/MEDIA_SECRET_ACCESS_KEY/type", &json!("text"));
        let text = put(&text, place, &json!(PASTED));
        for text in [text.clone(), text.replace(&format!("{PASTED}\""), PASTED)] {
            let here = Scratch::new();
            write(&here, DEFAULT, &text);
            let (code, stdout, stderr) = run(&here.0, &["check"]);
            let report = stdout + &stderr;
            assert!(code == 1 && !report.contains("wJalr"), "{report}");
        }
    }
}

#[test]
fn rejects_a_file_that_is_not_build_output() {
    for text in [
        "",
        "[]",
        "{",
        "{\"env\": 1}",
        "{\"env\":{\"UPLOADS\":1,\"A\":{},\"B\":{\"type\":\"json\"}}}",
    ] {
        let here = Scratch::new();
        write(&here, DEFAULT, text);
        let (code, stdout, stderr) = run(&here.0, &["check"]);
        let report = stdout + &stderr;
        assert!(code == 1 && report.contains("error: "), "{text}: {report}");
    }
}

fn changed(place: &str, value: &Value) -> String {
    put(BUILT, place, value)
}

/// The text with another value at the place; with `null`, without the place.
fn put(text: &str, place: &str, value: &Value) -> String {
    let mut config: Value = serde_json::from_str(text).unwrap();
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = config.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => parent.remove(key),
        value => parent.insert(key.into(), value.clone()),
    };
    config.to_string()
}

fn write(here: &Scratch, name: &str, text: &str) {
    let path = here.0.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The exit status, and what was written to both outputs.
fn run(here: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(program());
    let secret = "a secret of more than 32 characters";
    for name in ["MEDIA", "NOTES"] {
        command.env(format!("{name}_ACCESS_KEY_ID"), "id");
        command.env(format!("{name}_SECRET_ACCESS_KEY"), secret);
    }
    let output = command.args(args).current_dir(here).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn expect(name: &str, report: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/build_output").join(name);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, report).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), report);
}
