//! Foreign text cannot control the terminal, whatever the command prints.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "a test may use files")]

mod program;

use std::path::PathBuf;
use std::process::{Command, Output};
use std::{env, fs};

use program::program;
use rules::is_hidden;

/// Clears the screen, sets the title, the same with one character of C1, deletes, and turns the direction of text.
const HOSTILE: &str = "x\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{7f}\r\u{202e}\u{2066}\u{200f}y";

/// A link whose region, a parameter, is the hostile text.
fn link() -> String {
    let hostile = HOSTILE.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
    let signature = "0".repeat(64);
    format!(
        "https://media.s3.eu-west-1.amazonaws.com/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261123%2F{hostile}%2Fs3%2Faws4_request&X-Amz-Date=20261123T190000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature={signature}"
    )
}

#[test]
fn explain_shows_hidden_characters_of_its_input() {
    let link = link();
    let message = HOSTILE.replace(['\u{1b}', '\u{7}'], ""); // not possible in XML
    let error = format!("<Error><Code>{message}</Code><Message>{message}</Message></Error>");
    let form = serde_json::json!({
        "url": "https://media.s3.eu-west-1.amazonaws.com/",
        "fields": {
            "key": HOSTILE, "policy": "eyJleHBpcmF0aW9uIjoiMjAzMC0xMS0yM1QyMDowMDowMFoiLCJjb25kaXRpb25zIjpbeyJrZXkiOiJvdGhlciJ9XX0=", "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-date": HOSTILE,
            "x-amz-credential": format!("AKIA/20261123/{HOSTILE}/s3/aws4_request"), "x-amz-signature": "0".repeat(64),
        },
    });
    let files = [("link", link.as_str()), ("error", &error), ("form", &form.to_string())];
    for inputs in [&["link"][..], &["error"], &["link", "error"], &["form", "error"]] {
        for options in [&["explain"][..], &["explain", "--json"]] {
            let shown = output(&files, &[options, inputs].concat());
            assert!(shown.contains(r"u{202e}"), "{inputs:?}: {shown}");
        }
    }
}

#[test]
fn explain_shows_hidden_characters_of_headers_that_it_compares() {
    let header = format!("--header=content-type: {HOSTILE}");
    let signed = format!("--signed-header=content-type: a{HOSTILE}");
    let shown =
        output(&[], &["explain", &link(), "--method=put", "--signed-method=put", &header, &signed]);
    assert!(shown.contains(r"content-type:ax\u{1b}[2J"), "{shown}");
}

#[test]
fn check_shows_hidden_characters_of_a_configuration() {
    let escaped =
        HOSTILE.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect::<Vec<_>>().concat();
    let config = format!(
        "[vars.BUCKETS.media]\nprovider = \"{escaped}\"\n\"{escaped}\" = 1\n[vars.\"BUCKETS_2\".\"{escaped}\"]\nprovider = 'aws' # \u{202e}\u{9b}\n"
    );
    for options in [&["check"][..], &["check", "--json"], &["check", "--env", HOSTILE]] {
        let shown = output(&[("wrangler.toml", &config)], options);
        assert!(shown.contains(r"\u"), "{shown}");
    }
    let broken = output(&[("wrangler.toml", &format!("a = \u{202e}{HOSTILE}"))], &["check"]);
    assert!(broken.contains("not TOML"), "{broken}");
}

#[test]
fn errors_show_hidden_characters_of_arguments() {
    for options in [
        &["check", HOSTILE][..],
        &["explain", HOSTILE],
        &["sign", "get", &format!("s3://media/{HOSTILE}"), "--region=x"],
        &[HOSTILE],
        &["check", &format!("--{HOSTILE}")],
        &["sign", HOSTILE],
    ] {
        let shown = output(&[], options);
        assert!(shown.contains("error: "), "{shown}");
    }
}

#[test]
fn sign_escapes_hidden_characters() {
    let key = "s3://media/notes/\u{202e}a.txt";
    for (format, expected) in [
        ("--output=json", r#""key": "notes/\u202ea.txt""#),
        ("--output=curl", r#"--form-string "$(printf 'key=notes/\342\200\256a.txt')""#),
        ("--output=html", r#"value="notes/&#x202e;a.txt""#),
    ] {
        let shown = output(&[], &["sign", "post", key, "--region=eu-west-1", format]);
        assert!(shown.contains(expected), "{shown}");
    }
}

/// Runs the command beside these files. Returns what it printed, after checking that it has no hidden characters.
fn output(files: &[(&str, &str)], args: &[&str]) -> String {
    let directory = directory();
    for (name, text) in files {
        fs::write(directory.join(name), text).unwrap();
    }
    let mut command = Command::new(program());
    // Foreign text must not pass as the command's own colours either.
    command.args(args).current_dir(&directory).env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR");
    command.env("AWS_ACCESS_KEY_ID", "AKIA").env("AWS_SECRET_ACCESS_KEY", "secret");
    let Output { stdout, stderr, .. } = command.output().unwrap();
    let shown = String::from_utf8([stdout, stderr].concat()).unwrap();
    fs::remove_dir_all(directory).unwrap();
    let own_colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    let text = own_colours.replace_all(&shown, "");
    let hidden = text.chars().find(|c| is_hidden(*c) && !matches!(c, '\n' | '\t'));
    assert_eq!(hidden, None, "{text:?}");
    shown
}

/// Makes a directory of its own.
fn directory() -> PathBuf {
    use core::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = env::temp_dir().join(format!("signpost-terminal-{}-{number}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}
