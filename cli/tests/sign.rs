//! What `signpost sign` signs, takes and refuses. Expected signatures are botocore's for the same request.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::indexing_slicing, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "a test may use files")]

mod program;
mod support;

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use program::program;
use support::Scratch;

const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const LOCAL: &str = "http://localhost:9000/acme-media/a? 5804e98eb85963f3d6c5b7c12d13c0dbbb9502b35d6b0220a9837a02fcc7206b";
const AMAZON: &str = "https://acme-media.s3.eu-west-1.amazonaws.com/a?";

/// One call of the command, in a directory of its own.
struct Call {
    directory: Scratch,
    env: Vec<(String, String)>,
    input: Vec<u8>,
}

struct Answer {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Call {
    /// With the documented example keys in the environment, and no AWS files.
    fn new() -> Self {
        let env = [("AWS_ACCESS_KEY_ID", KEY_ID), ("AWS_SECRET_ACCESS_KEY", SECRET)];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { directory: Scratch::new(), env: env.to_vec(), input: Vec::new() }
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.env.retain(|(other, _)| other != name);
        self.env.push((name.into(), value.into()));
        self
    }

    fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        fs::write(self.directory.0.join(name), text).unwrap();
        self
    }

    fn input(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_vec();
        self
    }

    fn run(&self, args: &[&str]) -> Answer {
        let mut command = Command::new(program());
        let here = &self.directory.0;
        command.args(args).current_dir(here).env_clear().env("NO_COLOR", "1");
        command.env("AWS_CONFIG_FILE", here.join("config"));
        command.env("AWS_SHARED_CREDENTIALS_FILE", here.join("credentials"));
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = self.input.clone();
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Answer {
            code: output.status.code().unwrap(),
            stdout: text(output.stdout).trim_end().into(),
            stderr: text(output.stderr),
        }
    }

    /// A link to the object `a` of the bucket `acme-media`.
    fn get(&self, more: &[&str]) -> Answer {
        let args = ["sign", "get", "s3://acme-media/a", "--region=eu-west-1", "--expires=600"];
        self.run(&[&args[..], &["--at=2026-11-23T19:00:00Z"], more].concat())
    }
}

impl Answer {
    /// Asserts a link that begins and ends with these texts.
    fn is_link(&self, expected: &str) {
        let (start, signature) = expected.split_once(' ').unwrap_or((expected, ""));
        assert!(
            self.code == 0 && self.stdout.starts_with(start) && self.stdout.ends_with(signature),
            "expected {expected}, found {}{}",
            self.stdout,
            self.stderr
        );
    }

    /// Asserts an error that has all these texts, and prints nothing else.
    fn is_error(&self, code: i32, texts: &[&str]) {
        let has_all = texts.iter().all(|text| self.stderr.contains(text));
        assert!(
            self.code == code && self.stdout.is_empty() && has_all,
            "expected {texts:?}, found {}{}",
            self.stdout,
            self.stderr
        );
        assert!(!self.stderr.contains(&SECRET[..8]), "{}", self.stderr);
    }
}

#[test]
fn takes_the_endpoint_of_the_environment() {
    for name in ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"] {
        Call::new().env(name, "http://localhost:9000").get(&[]).is_link(LOCAL);
        Call::new().env(name, "http://localhost:9000/").get(&[]).is_link(LOCAL);
        Call::new().env(name, "").get(&[]).is_link(AMAZON);
        let call = Call::new().env(name, "http://localhost:9000");
        call.get(&["--endpoint-url=https://other.example"]).is_link("https://other.example/");
    }
    for (endpoint, expected) in [
        // https://github.com/localstack/localstack/issues/7972
        (
            "http://localhost.localstack.cloud:4566",
            "http://localhost.localstack.cloud:4566/acme-media/a?",
        ),
        // https://github.com/dyegosutil/aws-s3-presigned-post/issues/283
        ("http://minio:9000", "http://minio:9000/acme-media/a?"),
        // https://github.com/neuodev/trusted-setup-ceremony-mainnet/blob/main/.env.example
        ("https://s3.us-east-2.amazonaws.com", "https://s3.us-east-2.amazonaws.com/acme-media/a?"),
        // https://github.com/cloudflare/sandbox-sdk/issues/731
        (
            "https://0a1b.us.r2.cloudflarestorage.com",
            "https://0a1b.us.r2.cloudflarestorage.com/acme-media/a?",
        ),
    ] {
        Call::new().env("AWS_ENDPOINT_URL", endpoint).get(&[]).is_link(expected);
    }
    let both = Call::new().env("AWS_ENDPOINT_URL_S3", "http://localhost:9000");
    both.env("AWS_ENDPOINT_URL", "https://other.example").get(&[]).is_link(LOCAL);
    let broken = Call::new().env("AWS_ENDPOINT_URL", "localhost:9000").get(&[]);
    broken.is_error(
        2,
        &["an endpoint is a URL", "hint: the endpoint is that of AWS_ENDPOINT_URL_S3"],
    );
    Call::new().env("AWS_ENDPOINT_URL_SQS", "http://localhost:9000").get(&[]).is_link(AMAZON);
}

/// The file is the example of <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>, for S3.
#[test]
fn takes_the_endpoint_of_the_profile() {
    let config = "[profile dev]\nservices = s3-specific\nendpoint_url = http://localhost:1234\n\
                  [services s3-specific]\ns3 =\n  endpoint_url = http://localhost:9000\n\
                  [profile plain]\nendpoint_url = http://localhost:9000\n\
                  [profile missing]\nservices = none\n";
    let call = || Call::new().file("config", config);
    for profile in ["dev", "plain"] {
        call().env("AWS_PROFILE", profile).get(&[]).is_link(LOCAL);
    }
    call().get(&[]).is_link(AMAZON);
    let missing = call().env("AWS_PROFILE", "missing").get(&[]);
    missing.is_error(1, &[r#"the services "none", which do not exist"#]);
    call().env("AWS_PROFILE", "other").get(&[]).is_error(2, &[r#"no profile is named "other""#]);
    // https://github.com/boto/botocore/issues/1725, https://github.com/aws/aws-cli/issues/1281
    call().env("AWS_DEFAULT_PROFILE", "plain").get(&[]).is_link(LOCAL);
    let both = call().env("AWS_DEFAULT_PROFILE", "plain").env("AWS_PROFILE", "missing");
    both.get(&[]).is_link(LOCAL);
    both.get(&["--profile=missing"]).is_error(1, &[r#"the profile "missing" has no access key"#]);
    call().env("AWS_DEFAULT_PROFILE", "").env("AWS_PROFILE", "plain").get(&[]).is_link(LOCAL);
    let default = "[default]\nendpoint_url = http://localhost:9000 # MinIO\n";
    Call::new().file("config", default).get(&[]).is_link(LOCAL);
}

#[test]
fn ignores_configured_endpoints_if_told_to() {
    let name = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    let call = || Call::new().env("AWS_ENDPOINT_URL_S3", "http://localhost:9000");
    call().env(name, "true").get(&[]).is_link(AMAZON);
    call().env(name, "True").get(&[]).is_link(AMAZON);
    call().env(name, "false").get(&[]).is_link(LOCAL);
    let config =
        "[default]\nignore_configured_endpoint_urls = true\nendpoint_url = https://a.test\n";
    call().file("config", config).get(&[]).is_link(AMAZON);
    call().file("config", config).env(name, "false").get(&[]).is_link(LOCAL);
    let explicit = call().env(name, "true").get(&["--endpoint-url=http://localhost:9000"]);
    explicit.is_link(LOCAL);
}

/// The variables of Tigris: <https://www.skills.sh/praveenperera/dotfiles/tigris>
#[test]
fn takes_region_and_endpoint_of_the_env_file() {
    let file = format!(
        "AWS_ACCESS_KEY_ID={KEY_ID}\nAWS_SECRET_ACCESS_KEY={SECRET}\nAWS_ENDPOINT_URL_S3=http://localhost:9000\nAWS_REGION=eu-west-1\n"
    );
    let call = Call::new().env("AWS_REGION", "us-east-1").file("dev.vars", file);
    let args = ["sign", "get", "s3://acme-media/a", "--expires=600", "--at=2026-11-23T19:00:00Z"];
    call.run(&[&args[..], &["--env-file=dev.vars"]].concat()).is_link(LOCAL);
}

#[test]
fn takes_amazons_other_endpoints() {
    for (variables, host) in [
        (&["AWS_USE_DUALSTACK_ENDPOINT"][..], "s3.dualstack.eu-west-1"),
        (&["AWS_USE_FIPS_ENDPOINT"], "s3-fips.eu-west-1"),
        (&["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"], "s3-fips.dualstack.eu-west-1"),
    ] {
        let call = variables.iter().fold(Call::new(), |call, name| call.env(name, "true"));
        call.get(&[]).is_link(&format!("https://acme-media.{host}.amazonaws.com/a?"));
        // As botocore does.
        call.env("AWS_ENDPOINT_URL", "http://localhost:9000").get(&[]).is_link(LOCAL);
    }
    for (setting, host) in [
        ("use_dualstack_endpoint = true", "s3.dualstack.eu-west-1"),
        ("s3 =\n  use_dualstack_endpoint = true", "s3.dualstack.eu-west-1"),
        ("s3 =\n  use_accelerate_endpoint = true", "s3-accelerate"),
        (
            "s3 =\n  use_accelerate_endpoint = true\n  use_dualstack_endpoint = true",
            "s3-accelerate.dualstack",
        ),
    ] {
        let call = Call::new().file("config", format!("[default]\n{setting}\n"));
        call.get(&[]).is_link(&format!("https://acme-media.{host}.amazonaws.com/a?"));
    }
    let accelerate =
        || Call::new().file("config", "[default]\ns3 =\n  use_accelerate_endpoint = true\n");
    let custom = accelerate().env("AWS_ENDPOINT_URL", "http://localhost:9000").get(&[]);
    custom.is_error(2, &["acceleration", "hint: the endpoint is that of AWS_ENDPOINT_URL_S3"]);
    accelerate()
        .get(&["--path-style"])
        .is_error(2, &["transfer acceleration needs", "virtual-hosted URL"]);
    let fips = accelerate().env("AWS_USE_FIPS_ENDPOINT", "true").get(&[]);
    fips.is_error(2, &["transfer acceleration needs", "no FIPS endpoint"]);
    let path = Call::new().file("config", "[default]\ns3 =\n  addressing_style = path\n");
    path.get(&[]).is_link("https://s3.eu-west-1.amazonaws.com/acme-media/a?");
    let china = Call::new().env("AWS_USE_FIPS_ENDPOINT", "true");
    let china = china.run(&["sign", "get", "s3://acme-media/a", "--region=cn-north-1"]);
    china.is_error(2, &["no FIPS endpoints in China"]);
}

#[test]
fn trims_credentials() {
    let expected = Call::new().get(&[]).stdout;
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", format!("{KEY_ID}\n")),
        ("AWS_ACCESS_KEY_ID", format!(" {KEY_ID} ")),
        ("AWS_SECRET_ACCESS_KEY", format!("{SECRET}\r\n")),
        ("AWS_SECRET_ACCESS_KEY", format!("\t{SECRET}")),
        ("AWS_SESSION_TOKEN", " \n".into()),
    ] {
        assert_eq!(Call::new().env(name, &value).get(&[]).stdout, expected, "{name} {value:?}");
    }
    let token = Call::new().env("AWS_SESSION_TOKEN", "token\n").get(&[]).stdout;
    assert!(token.contains("X-Amz-Security-Token=token&"), "{token}");
    let inside = Call::new().env("AWS_ACCESS_KEY_ID", "AKIA\nAKIA").get(&[]);
    inside.is_error(1, &["AWS_ACCESS_KEY_ID has a control or invisible character inside"]);
    let file = format!("AWS_ACCESS_KEY_ID=\" {KEY_ID}\\n\"\nAWS_SECRET_ACCESS_KEY='{SECRET} '\n");
    let of_file = Call::new().file("dev.vars", file).get(&["--env-file=dev.vars"]);
    assert_eq!(of_file.stdout, expected);
}

/// `docker run --env-file` keeps the quotes of a file: <https://github.com/moby/moby/issues/46773>.
#[test]
fn refuses_quotes_around_a_credential() {
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", format!("\"{KEY_ID}\"")),
        ("AWS_SECRET_ACCESS_KEY", format!("'{SECRET}'\r\n")),
        ("AWS_SESSION_TOKEN", "\"token\"".into()),
    ] {
        let quoted = Call::new().env(name, &value).get(&[]);
        quoted.is_error(1, &[&format!("{name} has quotes around its value"), "remove the quotes"]);
        assert!(!quoted.stderr.contains(value.trim()), "{}", quoted.stderr);
    }
    let file = format!("AWS_ACCESS_KEY_ID=\"{KEY_ID}\"\nAWS_SECRET_ACCESS_KEY='{SECRET}'\n");
    let of_file = Call::new().file("dev.vars", &file).get(&["--env-file=dev.vars"]);
    assert_eq!(of_file.stdout, Call::new().get(&[]).stdout);
    let twice = format!("AWS_ACCESS_KEY_ID={KEY_ID}\nAWS_SECRET_ACCESS_KEY='\"{SECRET}\"'\n");
    let twice = Call::new().file("dev.vars", twice).get(&["--env-file=dev.vars"]);
    twice.is_error(1, &["AWS_SECRET_ACCESS_KEY has quotes around its value"]);
}

#[test]
fn reads_an_env_file_as_wrangler_does() {
    let sign = |name: &str, secret: &str| {
        let file = format!("AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY={secret}\n");
        let args = ["sign", "get", "s3://acme-media/a", "--region=eu-west-1", "--env-file", name];
        Call::new().file(name, file).run(&[&args[..], &["--at=2026-11-23T19:00:00Z"]].concat())
    };
    let comment = sign("dev.vars", "abc#def");
    comment.is_link(&format!(
        "{AMAZON} 36242978a73fbf293f4651b7a6947e9371a20b83cf27eecc30c04e9327cfc852"
    ));
    let dollar = sign("dev.vars", "ab$cd");
    dollar.is_link(&format!(
        "{AMAZON} 9bf2c47e9b26a4fabba4382d34175dc98166fb1112274787d62a449f93fd3911"
    ));
    sign("dev.vars", "\"abc").is_error(2, &["dev.vars:2: ", "does not end with it"]);
    sign(".env", "ab$cd").is_error(2, &[".env:2: AWS_SECRET_ACCESS_KEY has $"]);
    sign(".env", "abcd").is_link(AMAZON);
    let latin = Call::new().file("dev.vars", b"A=b\nB=\xe9\n").get(&["--env-file=dev.vars"]);
    latin.is_error(2, &["dev.vars:2: it is not UTF-8"]);
}

#[test]
fn signs_the_parameters_of_s3() {
    let args = ["--query=x-amz-request-payer=requester"];
    Call::new().get(&args).is_link(&format!(
        "{AMAZON} &X-Amz-SignedHeaders=host&x-amz-request-payer=requester&X-Amz-Signature=9698f4927317fb49a8f08fc91a5c23f80da47905963028bc6da1626c0d50861f"
    ));
    let owner = Call::new().get(&["--query=X-Amz-Expected-Bucket-Owner=123456789012"]);
    assert!(owner.stderr.contains("hint: write x-amz-expected-bucket-owner"), "{}", owner.stderr);
    let name =
        Call::new().get(&["--query=response-content-disposition=attachment; filename=日.txt"]);
    assert!(name.code == 0 && name.stderr.contains("filename*="), "{}", name.stderr);
    Call::new().get(&["--query=acl="]).is_link(AMAZON);
    Call::new().get(&["--query=acl"]).is_error(2, &["expected NAME=VALUE", "hint: ", "acl="]);
    for name in ["X-Amz-Expires", "x-amz-signature", "X-AMZ-SECURITY-TOKEN", "Signature"] {
        let refused = Call::new().get(&[&format!("--query={name}=1")]);
        refused.is_error(2, &["not one that a signature has"]);
        assert!(!refused.stderr.contains("hint: write"), "{}", refused.stderr);
    }
}

#[test]
fn refuses_header_values_beyond_ascii() {
    for value in [
        // https://github.com/aws/aws-sdk-js/issues/1648
        "attachment; filename=\"1 ©.jpg\"",
        // https://github.com/aws/aws-sdk-ruby/issues/1230
        "attachment; filename=\"😬.pdf\"",
        // https://github.com/jshttp/content-disposition/issues/25
        "attachment; filename=\"a\u{a0}b.pdf\"",
        // https://github.com/markevans/dragonfly-s3_data_store/issues/6
        "attachment; filename=\"passfoto-mit-lächeln.png\"",
    ] {
        let header = format!("content-disposition: {value}");
        let put = ["sign", "put", "s3://acme-media/a", "--region=eu-west-1", "--header", &header];
        Call::new().run(&put).is_error(2, &["characters beyond ASCII", "hint: ", "filename*="]);
        let line = serde_json::json!({ "key": "a", "headers": { "content-disposition": value } });
        let batch = ["sign", "put", "s3://acme-media", "--region=eu-west-1", "--batch"];
        let answer = Call::new().input(line.to_string()).run(&batch);
        assert!(answer.stdout.contains("filename*="), "{}", answer.stdout);
    }
    let encoded = "--header=content-disposition: attachment; filename*=UTF-8''1%20%C2%A9.jpg";
    let put = ["sign", "put", "s3://acme-media/a", "--region=eu-west-1", encoded];
    Call::new().run(&put).is_link(AMAZON);
}

#[test]
fn refuses_what_is_named_twice() {
    for args in [
        &["put", "--header=a: 1", "--header=A: 2"][..],
        &["get", "--query=versionId=1", "--query=versionId=2"],
        &["post", "--field=content-type=a", "--field=Content-Type=b"],
        &["post", "--field=Content-Type=a", "--starts-with=content-type=b"],
    ] {
        let args = [&["sign", args[0], "s3://acme-media/a", "--region=eu-west-1"], &args[1..]];
        Call::new().run(&args.concat()).is_error(2, &["is named twice"]);
    }
}

/// Byte-order marks: <https://github.com/jqlang/jq/issues/45>, <https://github.com/infiniflow/ragflow/issues/19179>.
/// Blank lines: <https://github.com/kindly/flatterer/issues/35>.
#[test]
fn answers_every_line_of_a_batch_in_its_place() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!(r#"{{"key":"{}"}}"#, "x".repeat(2 << 20));
    // What is expected of each line: a part of its answer; none for a blank line.
    let lines: &[(&[u8], Option<&str>)] = &[
        (b"\xef\xbb\xbf{\"key\":\"a\"}", Some(r#"{"url":"https://acme-media"#)),
        (b"", None),
        (b" \t\r", None),
        (b"{\"key\":\"b\"}\r", Some(r#"{"url":"https://acme-media"#)),
        (b"{\"key\":\"\xe9\"}", Some("not UTF-8")),
        (b"\xff\xfe{\0\"\0", Some("not UTF-8")),
        (br#"{"headers":{"A":"1","a":"2"},"key":"c"}"#, Some("the header a is named twice")),
        (br#"{"headers":{"a":"1","a":"1"},"key":"c"}"#, Some("the header a is named twice")),
        (br#"{"query":{"v":"1","v":"2"},"key":"c"}"#, Some("the query parameter v is named twice")),
        (br#"{"key":"c","key":"d"}"#, Some("duplicate field `key`")),
        (br#"{"query":{"x-amz-date":"1"},"key":"c"}"#, Some("not one that a signature has")),
        (br#"{"key":"\ud800"}"#, Some(r#"{"error":"#)),
        (br#"{"key":"a"#, Some(r#"{"error":"#)),
        (br#"{"key":"a"}{"key":"b"}"#, Some(r#"{"error":"#)),
        (br#"{"key":"c","headers":null,"query":null,"expires":null}"#, Some("/c?")),
        (br#"{"key":"c","headers":["a"]}"#, Some("expected an object of strings")),
        (b"null", Some("expected a JSON object such as")),
        (br#"["c","get",600,{},{}]"#, Some("expected a JSON object such as")),
        (br#""c""#, Some("expected a JSON object such as")),
        (deep.as_bytes(), Some(r#"{"error":"#)),
        (long.as_bytes(), Some("a line has at most 1048576 bytes")),
        (br#"{"key":"\u202e"}"#, Some("/%E2%80%AE?")),
        (br#"{"key":"a\u0000\u001b"}"#, Some("no control characters")),
        (b"{\"key\":\"last\"}", Some("/last?")),
    ];
    let input = lines.iter().map(|(line, _)| *line).collect::<Vec<_>>().join(&b'\n');
    let args = ["sign", "get", "s3://acme-media", "--region=eu-west-1", "--batch"];
    let answer = Call::new().input(input).run(&args);
    let expected: Vec<_> = lines.iter().filter_map(|(_, expected)| *expected).collect();
    let found: Vec<_> = answer.stdout.lines().collect();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "expected {expected}, found {found}");
    }
    assert_eq!(answer.code, 1);
    let blank = Call::new().input("\n{\"key\":\"a\"}\n\n").run(&args);
    assert_eq!((blank.code, blank.stdout.lines().count(), &*blank.stderr), (0, 1, ""));
}

#[test]
fn a_batch_adds_what_the_command_line_names() {
    let input = "{\"key\":\"a\"}\n{\"key\":\"a\",\"query\":{\"versionId\":\"2\"}}\n{\"key\":\"a\",\"method\":\"post\"}\n";
    let args = ["sign", "get", "s3://acme-media", "--region=eu-west-1", "--batch"];
    let more = ["--query=versionId=1", "--header=range: bytes=0-9", "--field=Content-Type=a/b"];
    let answer = Call::new().input(input).run(&[&args[..], &more].concat());
    let lines: Vec<_> = answer.stdout.lines().collect();
    assert!(lines[0].contains("versionId=1&") && lines[0].contains("host%3Brange"), "{lines:?}");
    assert!(lines[1].contains("versionId=2&"), "{lines:?}");
    assert!(lines[2].contains(r#""Content-Type":"a/b""#), "{lines:?}");
    assert_eq!(answer.code, 0, "{lines:?}");
}

#[test]
fn the_url_of_a_form_keeps_the_slash_of_its_endpoint() {
    for (endpoint, style, expected) in [
        ("https://gw.example.com/s3/", "--virtual-hosted", "https://b-1.gw.example.com/s3/"),
        ("https://gw.example.com/s3", "--virtual-hosted", "https://b-1.gw.example.com/s3"),
        ("https://gw.example.com/", "--virtual-hosted", "https://b-1.gw.example.com/"),
        ("https://gw.example.com", "--virtual-hosted", "https://b-1.gw.example.com/"),
        ("https://gw.example.com/s3/", "--path-style", "https://gw.example.com/s3/b-1"),
    ] {
        let args = ["sign", "post", "s3://b-1/a", "--region=auto", "--endpoint-url", endpoint];
        let answer = Call::new().run(&[&args[..], &[style]].concat());
        let form: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        assert_eq!(form["url"], expected, "{endpoint} {style}");
    }
}

/// The bucket compares the fields with the policy, so a lost character is a rejected upload.
#[test]
fn prints_the_fields_that_it_signed() {
    for value in [
        "a\u{7f}b",
        "a\u{1b}[31mb",
        "a\u{8}\u{c}\u{1}b",
        "a\u{9b}b\u{85}",
        "\u{202e}a\u{2066}b\u{feff}",
        "it's 100% \"a\\b\" $HOME `c`\u{7}",
        "a\r\nb",
    ] {
        let field = format!("--field=Cache-Control={value}");
        let post = ["sign", "post", "s3://acme-media/a.png", "--region=eu-west-1", &field];
        let sign = |output| Call::new().run(&[&post[..], &[output]].concat());
        let form: serde_json::Value = serde_json::from_str(&sign("-ojson").stdout).unwrap();
        assert_eq!(form["fields"]["Cache-Control"], value);

        let curl = sign("-ocurl");
        let script = format!("curl() {{ printf '%s|' \"$@\"; }}\n{}", curl.stdout);
        let words = Command::new("sh").args(["-c", &script]).output().unwrap();
        let words = String::from_utf8(words.stdout).unwrap();
        let sent = format!("|--form-string|Cache-Control={value}|");
        assert!(words.contains(&sent), "{value:?}: {}", curl.stdout);

        let html = sign("-ohtml");
        if value.contains('\u{9b}') {
            html.is_error(2, &["a page cannot send the field Cache-Control"]);
            continue;
        }
        let attribute = html.stdout.split("name=\"Cache-Control\" value=\"").nth(1).unwrap();
        assert_eq!(decoded(attribute.split('"').next().unwrap()), value);
    }
}

#[test]
fn refuses_what_a_page_or_a_shell_cannot_carry() {
    let post = |value: &str, output| {
        let field = format!("--field=Cache-Control={value}");
        let args = ["sign", "post", "s3://acme-media/a.png", "--region=eu-west-1", &field, output];
        Call::new().run(&args)
    };
    for value in ["a\nb", "a\rb"] {
        post(value, "-ohtml").is_error(2, &["a page cannot send the field Cache-Control", "json"]);
    }
    post("a\u{1b}\n", "-ocurl").is_error(2, &["a shell cannot pass", "json"]);
}

/// An attribute's value with its references replaced.
fn decoded(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('&') {
        let (name, after) = after.split_once(';').unwrap();
        text.push_str(before);
        text.push(match name {
            "quot" => '"',
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            name => {
                let number = u32::from_str_radix(name.strip_prefix("#x").unwrap(), 16).unwrap();
                char::from_u32(number).unwrap()
            }
        });
        rest = after;
    }
    text + rest
}
