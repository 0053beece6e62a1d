//! The command reads the configuration file that wrangler reads, in both formats.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::indexing_slicing, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "a test may use files")]

mod program;
mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use program::program;
use serde_json::{Value, json};
use support::Scratch;

#[test]
fn finds_in_json_what_it_finds_in_toml() {
    for (pointer, value) in [
        ("/vars/UPLOADS/avatar/max_size", json!("5 megs")),
        ("/vars/UPLOADS/avatar/types", json!(["image/png", "text/html"])),
        ("/vars/BUCKETS/media/region", json!(7)),
        ("/vars/UPLOADS/avatar/expires", json!("2 h")),
        (
            "/r2_buckets",
            json!([{ "binding": "MEDIA", "bucket_name": "acme-media", "jurisdiction": "eu" }]),
        ),
    ] {
        let mut config = good();
        *config.pointer_mut(pointer).unwrap() = value;
        let find = |name: &str, text: String| {
            let here = Scratch::new();
            write(&here, name, &text);
            let output = run(&here.0, &["check", "--json"]);
            let mut findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
            for finding in &mut findings {
                // The place in the text: its line has the key of the finding, and its column is in the line.
                let line = usize::try_from(finding["line"].as_u64().unwrap()).unwrap();
                let column = usize::try_from(finding["column"].as_u64().unwrap()).unwrap();
                let line = text.lines().nth(line - 1).unwrap();
                assert!(column <= line.len(), "{finding}");
                assert_eq!(finding["file"], name);
                let own = finding.as_object_mut().unwrap();
                own.retain(|key, _| !["file", "line", "column"].contains(&&**key));
            }
            findings.sort_by_key(Value::to_string);
            assert!(!findings.is_empty(), "{pointer}");
            (findings, output.status.code())
        };
        let expected = find("wrangler.toml", toml::to_string(&config).unwrap());
        let pretty = serde_json::to_string_pretty(&config).unwrap();
        assert_eq!(find("wrangler.json", pretty.clone()), expected, "{pointer}");
        let commented = pretty.replace("\n}", ", // the end\n}").replace("{\n", "{ /* begin */\n");
        assert_eq!(find("wrangler.jsonc", commented), expected, "{pointer}");
    }
}

#[test]
fn points_at_the_value_in_json() {
    let here = Scratch::new();
    let rest = good().to_string().replace("5 MiB", "5 megs");
    let text = rest.replace("\"max_size\"", "\n  // the size\n  \"max_size\"");
    write(&here, "wrangler.jsonc", &format!("\u{feff}// Signpost\n{text}"));
    let output = run(&here.0, &["check", "--json"]);
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let size =
        findings.iter().find(|finding| finding["place"] == "UPLOADS.avatar.max_size").unwrap();
    assert_eq!((&size["line"], &size["column"]), (&json!(4), &json!(14)), "{size}");
    let report = String::from_utf8(run(&here.0, &["check"]).stderr).unwrap();
    assert!(report.starts_with("note: the hints show TOML."), "{report}");
}

/// The order of wrangler 4.155, which searches each name here and in the folders above before the next name.
#[test]
fn reads_the_file_that_wrangler_reads() {
    let here = Scratch::new();
    let inner = here.0.join("inner");
    fs::create_dir(&inner).unwrap();
    let read = || {
        let output = run(&inner, &["check"]);
        let summary = String::from_utf8(output.stderr).unwrap();
        summary.lines().last().unwrap().split(": ").next().unwrap().to_owned()
    };
    let none = String::from_utf8(run(&inner, &["check"]).stderr).unwrap();
    assert!(none.starts_with("error: found none of wrangler.json, wrangler.jsonc, wrangler.toml"));
    for (name, expected) in [
        ("wrangler.toml", "../wrangler.toml"),
        ("inner/wrangler.toml", "wrangler.toml"),
        ("wrangler.jsonc", "../wrangler.jsonc"),
        ("inner/wrangler.jsonc", "wrangler.jsonc"),
        ("wrangler.json", "../wrangler.json"),
    ] {
        let good = good();
        let is_toml = Path::new(name).extension().is_some_and(|end| end == "toml");
        let text = if is_toml { toml::to_string(&good).unwrap() } else { good.to_string() };
        write(&here, name, &text);
        assert_eq!(read(), expected);
    }
    let notes = String::from_utf8(run(&inner, &["check"]).stderr).unwrap();
    let first = "note: wrangler reads ../wrangler.json, and not wrangler.jsonc\n";
    assert!(notes.starts_with(first), "{notes}");
}

/// <https://developers.cloudflare.com/workers/wrangler/configuration/#generated-wrangler-configuration>
#[test]
fn follows_a_redirect_to_a_generated_configuration() {
    let here = Scratch::new();
    write(&here, "wrangler.toml", "name = \"x\"\n[env.production.vars]\n");
    write(&here, "dist/wrangler.json", &good().to_string());
    write(&here, ".wrangler/deploy/config.json", r#"{ "configPath": "../../dist/wrangler.json" }"#);
    let output = run(&here.0, &["check"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("dist/wrangler.json: no problems found"), "{stderr}");
    let own = run(&here.0, &["check", "--env", "production"]);
    let own = String::from_utf8(own.stderr).unwrap();
    assert!(own.contains("wrangler.toml, environment production: 1 error"), "{own}");
    for broken in ["{}", r#"{"configPath":1}"#, r#"{"configPath":"none.json"}"#, ""] {
        write(&here, ".wrangler/deploy/config.json", broken);
        let output = run(&here.0, &["check"]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("does not name a configuration file"), "{stderr}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn every_command_reads_json() {
    let here = Scratch::new();
    let mut config = good();
    config["env"] = json!({ "production": { "vars": config["vars"] } });
    let toml = toml::to_string(&config).unwrap();
    let sign = ["sign", "get", "--rule=avatar", "--caller=ada", "--path=a.png"];
    let sign = [&sign[..], &["--at=2026-11-23T19:00:00Z"]].concat();
    for args in [&["iam"][..], &["cors"], &["csp", "--worker=https://w.example"], &sign] {
        for env in [&[][..], &["--env=production"]] {
            let args = [args, env].concat();
            write(&here, "wrangler.toml", &toml);
            let expected = run(&here.0, &args);
            fs::remove_file(here.0.join("wrangler.toml")).unwrap();
            write(&here, "wrangler.jsonc", &format!("// {args:?}\n{config}"));
            let output = run(&here.0, &args);
            assert_eq!(output.status.code(), Some(0), "{args:?} {output:?}");
            assert_eq!(output.stdout, expected.stdout, "{args:?}");
            fs::remove_file(here.0.join("wrangler.jsonc")).unwrap();
        }
    }
}

/// Pages send the files of such a bucket to the Worker, and a rule without methods would permit nothing.
#[test]
fn cors_is_empty_for_a_bucket_that_only_the_worker_fills() {
    let here = Scratch::new();
    let mut config = good();
    for format in ["r2", "aws"] {
        write(&here, "wrangler.json", &config.to_string());
        let output = run(&here.0, &["cors", "--format", format]);
        let written: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(written.as_object().unwrap().values().all(|list| *list == json!([])), "{written}");
        let notes = String::from_utf8(output.stderr).unwrap();
        assert!(notes.contains("no CORS rules are needed"), "{notes}");
    }
    config["vars"]["DOWNLOADS"]["avatar"]["origins"] = json!(["https://www.example.com"]);
    write(&here, "wrangler.json", &config.to_string());
    let output = run(&here.0, &["cors"]);
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(text.contains("\"GET\"") && !text.contains("no CORS rules"), "{text}");
}

/// The role of credentials that callers get needs what they may do; the pages that use them need the bucket's permission.
#[test]
fn policies_and_pages_have_what_handed_out_credentials_need() {
    let here = Scratch::new();
    let mut config = good();
    config["vars"]["BUCKETS"] = json!({ "media": {
        "provider": "aws", "name": "acme-media", "region": "eu-west-1",
        "credentials": { "secret": "MEDIA", "role": "arn:aws:iam::123456789012:role/signpost" },
    } });
    config["vars"]["UPLOADS"] = json!({});
    config["vars"]["DOWNLOADS"] = json!({});
    config["vars"]["CREDENTIALS"] = json!({ "home-folder": {
        "bucket": "media", "callers": ["site"], "origins": ["https://www.example.com"], "prefix": "users/{caller}/",
        "actions": ["read", "write", "list", "delete"], "expires": "1 h",
    } });
    write(&here, "wrangler.json", &config.to_string());
    let json = |args: &[&str]| -> Value {
        let output = run(&here.0, args);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let policy = json(&["iam"]);
    let statements = json!([
        {
            "Sid": "HandOutHomeFolder", "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:DeleteObject"],
            "Resource": ["arn:aws:s3:::acme-media/users/*/*"],
        },
        {
            "Sid": "HandOutListHomeFolder", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::acme-media"],
            "Condition": { "StringLike": { "s3:prefix": "users/*/*" } },
        },
    ]);
    assert_eq!(policy["Statement"], statements);
    let cors = json(&["cors"]);
    let rule = &cors["CORSRules"][0];
    assert_eq!(rule["AllowedMethods"], json!(["DELETE", "GET", "HEAD", "POST", "PUT"]));
    assert!(rule["AllowedHeaders"].to_string().contains("x-amz-security-token"), "{rule}");
    let csp = json(&["csp", "--worker=https://w.example", "--json"]);
    let sources = json!(["https://acme-media.s3.eu-west-1.amazonaws.com", "https://w.example"]);
    assert_eq!(csp["https://www.example.com"]["connect-src"], sources);
    let principal = "--principal=arn:aws:iam::123456789012:role/signpost";
    for (args, message) in [
        (
            &["iam", "--bucket-policy", principal][..],
            "would also deny what CREDENTIALS.home-folder",
        ),
        (&["iam", "--policy", "session"], "no rule signs for media"),
    ] {
        let output = run(&here.0, args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && said.contains(message), "{said}");
    }
}

#[test]
fn the_description_of_a_token_of_r2_names_the_keys_that_may_be_listed() {
    let here = Scratch::new();
    let mut config = good();
    config["vars"]["BUCKETS"] = json!({ "media": {
        "provider": "r2", "name": "acme-media", "endpoint": "https://0a1b.r2.cloudflarestorage.com",
        "credentials": { "secret": "MEDIA", "temporary": true },
    } });
    config["vars"]["UPLOADS"] = json!({});
    config["vars"]["DOWNLOADS"] = json!({});
    config["vars"]["CREDENTIALS"] = json!({ "home": {
        "bucket": "media", "callers": ["site"], "prefix": "users/{caller}/", "actions": ["read", "list"], "expires": "1 h",
    } });
    write(&here, "wrangler.json", &config.to_string());
    let Output { stdout, stderr, .. } = run(&here.0, &["iam"]);
    let text = String::from_utf8(stdout).unwrap();
    assert!(
        text.contains("\n  GetObject users/*/*\n  ListBucket users/*/*\n"),
        "{text}{}",
        String::from_utf8_lossy(&stderr)
    );
}

/// The template would take the role away from the key.
#[test]
fn a_role_that_a_key_assumes_as_well_has_no_template() {
    let here = Scratch::new();
    let mut config = good();
    let bucket = |name: &str, credentials: &Value| json!({ "provider": "aws", "name": name, "region": "eu-west-1", "credentials": credentials });
    let role = "arn:aws:iam::123456789012:role/signpost";
    config["vars"]["BUCKETS"] = json!({
        "media": bucket("acme-media", &json!({ "web_identity": true, "role": role })),
        "notes": bucket("acme-notes", &json!({ "secret": "NOTES", "role": role })),
    });
    let download = |bucket: &str| json!({ "bucket": bucket, "callers": ["site"], "key": "a/{path}", "expires": "5 min" });
    config["vars"]["UPLOADS"] = json!({});
    config["vars"]["DOWNLOADS"] = json!({ "media": download("media"), "notes": download("notes") });
    config["vars"]["ISSUER"] =
        json!({ "url": "https://files.example.com", "keys": ["ISSUER_KEY"] });
    for args in
        [&["iam", "--bucket=media", "--trust"][..], &["iam", "--bucket=media", "--policy=trust"]]
    {
        write(&here, "wrangler.json", &config.to_string());
        let output = run(&here.0, args);
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!("a key assumes {role} for BUCKETS.notes");
        assert!(output.status.code() == Some(1) && said.contains(&expected), "{said}");
        // A bucket that no rule uses needs no role.
        let mut unused = config.clone();
        unused["vars"]["DOWNLOADS"] = json!({ "media": download("media") });
        write(&here, "wrangler.json", &unused.to_string());
        assert_eq!(run(&here.0, args).status.code(), Some(0), "{args:?}");
    }
}

#[test]
fn never_shows_what_might_be_a_secret_in_json() {
    const PASTED: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for pointer in ["/vars/BUCKETS/media/credentials", "/vars/CALLERS/site/secret"] {
        let mut config = good();
        *config.pointer_mut(pointer).unwrap() = json!(PASTED);
        let text = serde_json::to_string_pretty(&config).unwrap();
        for text in [text.clone(), text.replace(&format!("{PASTED}\""), PASTED)] {
            let here = Scratch::new();
            write(&here, "wrangler.jsonc", &text);
            let Output { stdout, stderr, .. } = run(&here.0, &["check"]);
            let report = String::from_utf8([stdout, stderr].concat()).unwrap();
            assert!(report.contains("***") && !report.contains("wJalr"), "{report}");
        }
    }
}

fn good() -> Value {
    json!({
        "name": "signpost",
        "secrets": { "required": ["MEDIA_ACCESS_KEY_ID", "MEDIA_SECRET_ACCESS_KEY", "SITE_TOKEN"] },
        "vars": {
            "BUCKETS": { "media": {
                "provider": "r2", "name": "acme-media", "credentials": "MEDIA", "binding": "MEDIA", "region": "auto",
                "endpoint": "https://0a1b.r2.cloudflarestorage.com",
            } },
            "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" } },
            "UPLOADS": { "avatar": {
                "bucket": "media", "callers": ["site"], "origins": ["https://www.example.com"], "key": "avatars/{caller}/{uuid}",
                "types": ["image/png"], "max_size": "5 MiB", "expires": "10 min",
            } },
            "DOWNLOADS": { "avatar": {
                "bucket": "media", "callers": ["site"], "key": "avatars/{caller}/{path}", "expires": "5 min",
            } },
        },
        "r2_buckets": [{ "binding": "MEDIA", "bucket_name": "acme-media" }],
    })
}

fn write(here: &Scratch, name: &str, text: &str) {
    let path = here.0.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn run(here: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(args).current_dir(here).env("NO_COLOR", "1");
    command
        .env("MEDIA_ACCESS_KEY_ID", "id")
        .env("MEDIA_SECRET_ACCESS_KEY", "a secret of more than 32 characters");
    command.output().unwrap()
}
