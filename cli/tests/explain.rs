//! `signpost explain` reads the configuration that the other subcommands read, and names its keys.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "a test may use files")]

mod program;
mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use program::program;
use support::Scratch;

/// A link of 2015 for the region us-east-1. The tests set the time.
const LINK: &str = "https://acme-media.s3.us-east-1.amazonaws.com/a.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20151229%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20151229T000000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=0123456789012345678901234567890123456789012345678901234567890123";
const AT: &str = "--at=2015-12-29T00:01:00Z";
const WRONG_REGION: &str = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message></Error>";

fn config(region: &str) -> String {
    format!(
        "name = \"w\"\n\n[vars.BUCKETS.media]\nprovider = \"aws\"\nname = \"acme-media\"\nregion = \"{region}\"\ncredentials = \"MEDIA\"\n"
    )
}

/// The status, standard output and standard error.
fn run(directory: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(program());
    command.current_dir(directory).args(args);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"] {
        command.env_remove(name);
    }
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        command.env(name, "/dev/null");
    }
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn project(files: &[(&str, &str)]) -> Scratch {
    let here = Scratch::new();
    for (name, text) in files {
        fs::write(here.0.join(name), text).unwrap();
    }
    here
}

#[test]
fn reads_the_configuration_of_the_folder_and_says_so() {
    let here = project(&[("wrangler.toml", &config("eu-west-1"))]);
    let (code, stdout, stderr) = run(&here.0, &["explain", LINK, AT]);
    assert_eq!(code, Some(1), "{stdout}");
    assert!(stdout.contains("but the bucket is in eu-west-1"), "{stdout}");
    assert!(stdout.contains("BUCKETS.media.region (wrangler.toml, line 6)"), "{stdout}");
    assert_eq!(
        stderr,
        "note: compared with the buckets in wrangler.toml; --no-config leaves them out\n"
    );
    let (code, stdout, stderr) = run(&here.0, &["explain", LINK, AT, "--no-config"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let first = stdout.lines().next().unwrap();
    assert!(
        first.ends_with("nothing wrong in what can be seen; not verified: the signature"),
        "{first}"
    );
    let other = LINK.replace("acme-media", "other");
    assert_eq!(run(&here.0, &["explain", &other, AT]).2, "", "the bucket is not in the file");
    let (code, ..) = run(&here.0, &["explain", LINK, AT, "--region=us-east-1"]);
    assert_eq!(code, Some(0), "the region of the command line replaces the configured one");
}

#[test]
fn names_the_line_to_correct() {
    let here = project(&[("wrangler.toml", &config("us-east-1")), ("error.xml", WRONG_REGION)]);
    let hint = "hint: write region = \"eu-west-1\" at BUCKETS.media.region (wrangler.toml, line 6), and deploy";
    let (code, stdout, _) = run(&here.0, &["explain", "error.xml"]);
    assert_eq!(code, Some(1));
    assert!(stdout.contains(hint), "{stdout}");
    let json = project(&[(
        "wrangler.json",
        r#"{"vars":{"BUCKETS":{"media":{"provider":"aws","name":"acme-media",
"region":"us-east-1","credentials":"MEDIA"}}}}"#,
    )]);
    let (_, stdout, _) = run(&json.0, &["explain", WRONG_REGION]);
    assert!(stdout.contains("BUCKETS.media.region (wrangler.json, line 2)"), "{stdout}");
}

#[test]
fn selects_the_environment_of_the_file_that_was_found() {
    let text = config("us-east-1")
        + "\n[env.eu.vars.BUCKETS.media]\nprovider = \"aws\"\nname = \"acme-media\"\nregion = \"eu-west-1\"\ncredentials = \"MEDIA\"\n";
    let here = project(&[("wrangler.toml", &text)]);
    assert_eq!(run(&here.0, &["explain", LINK, AT]).0, Some(0));
    let (code, stdout, _) = run(&here.0, &["explain", LINK, AT, "--env=eu"]);
    assert_eq!(code, Some(1));
    assert!(stdout.contains("BUCKETS.media.region (wrangler.toml, line 12)"), "{stdout}");
    assert_eq!(run(&here.0, &["explain", LINK, AT, "--env=none"]).0, Some(2));
}

#[test]
fn explains_without_a_configuration_that_is_missing_or_broken() {
    let empty = project(&[]);
    let (code, _, stderr) = run(&empty.0, &["explain", LINK, AT]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    for text in ["[vars", "[vars.BUCKETS.media]\nprovider = \"none\"\n"] {
        let here = project(&[("wrangler.toml", text)]);
        let (code, _, stderr) = run(&here.0, &["explain", LINK, AT]);
        let note = "note: wrangler.toml is not valid, so its buckets are not known here: `signpost check` lists the errors\n";
        assert_eq!((code, stderr.as_str()), (Some(0), note), "{text}");
        let named = run(&here.0, &["explain", LINK, AT, "--config=wrangler.toml"]);
        assert_eq!(named.0, Some(1), "a file that was named must be valid");
    }
}

#[test]
fn takes_the_name_of_an_error_for_a_text_unless_it_is_a_file() {
    let here = project(&[]);
    let (code, stdout, _) = run(&here.0, &["explain", "AuthorizationHeaderMalformed"]);
    assert_eq!(code, Some(1));
    assert!(stdout.contains("pass the whole answer of the bucket"), "{stdout}");
    let (code, _, stderr) = run(&here.0, &["explain", "NoSuchErrorCode"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("hint: pass the name of a file, or the text itself"), "{stderr}");
    let file = project(&[("NoSuchKey", WRONG_REGION)]);
    let (_, stdout, _) = run(&file.0, &["explain", "NoSuchKey"]);
    assert!(stdout.starts_with("the error AuthorizationHeaderMalformed"), "{stdout}");
}
