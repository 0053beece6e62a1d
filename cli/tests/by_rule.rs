//! `signpost sign --rule` says what it lacks in the words of its options.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "a test may use files")]

mod program;
mod support;

use std::fs;
use std::process::Command;

use program::program;
use support::Scratch;

const CONFIG: &str = r#"
[vars.BUCKETS.media]
provider = "aws"
name = "acme-media"
region = "eu-west-1"
credentials = "MEDIA"

[vars.CALLERS.site]
kind = "bearer"
secret = "SITE_TOKEN"

[vars.CALLERS.login]
kind = "jwt"
issuer = "https://login.example.com/"
audience = "signpost"
jwks = "https://login.example.com/jwks.json"

[vars.UPLOADS.file]
bucket = "media"
callers = ["site"]
key = "files/{caller}/{uuid}"
types = ["image/png"]
max_size = "5 MiB"
expires = "10 min"

[vars.UPLOADS.team]
bucket = "media"
callers = ["login"]
key = "teams/{claim.team}/{uuid}"
types = ["image/png"]
max_size = "5 MiB"
expires = "10 min"

[vars.UPLOADS.both]
bucket = "media"
callers = ["site", "login"]
key = "both/{entry}/{caller}/{uuid}"
types = ["image/png"]
max_size = "5 MiB"
expires = "10 min"
"#;

/// The status, standard output and standard error of `signpost sign post`.
fn sign(args: &[&str]) -> (Option<i32>, String, String) {
    let here = Scratch::new();
    fs::write(here.0.join("wrangler.toml"), CONFIG).unwrap();
    let common = ["sign", "post", "--type=image/png", "--size=4"];
    let output = Command::new(program())
        .current_dir(&here.0)
        .args(common.iter().chain(args))
        .envs([
            ("MEDIA_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("MEDIA_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ])
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_bearer_caller_is_named_after_its_entry() {
    let (code, stdout, stderr) = sign(&["--rule=file"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("files/site/"), "{stdout}");
    let (_, stdout, _) = sign(&["--rule=file", "--caller=ada"]);
    assert!(stdout.contains("files/ada/"), "{stdout}");
    let (_, stdout, _) = sign(&["--rule=both", "--entry=site"]);
    assert!(stdout.contains("both/site/site/"), "{stdout}");
}

#[test]
fn asks_for_the_name_or_claim_of_other_callers() {
    for args in [&["--rule=team"][..], &["--rule=both", "--entry=login"]] {
        let (code, _, stderr) = sign(args);
        assert_eq!(code, Some(1), "{args:?}");
        assert!(stderr.contains("--caller NAME for {caller}, --claim NAME=VALUE"), "{stderr}");
        assert!(!stderr.contains("token"), "there is no token: {stderr}");
    }
}

#[test]
fn lists_the_rules_if_none_has_the_name() {
    let (code, _, stderr) = sign(&["--rule=fil"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        stderr,
        "error: no rule in UPLOADS is named \"fil\"\nhint: the rules there are: both, file, team. put and post use UPLOADS, get and head use DOWNLOADS\n"
    );
}
