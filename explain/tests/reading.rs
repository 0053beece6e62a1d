//! Hostile and broken texts: they are read in linear time, never panic, and show no secret.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(
    clippy::disallowed_methods,
    reason = "the test measures time, and does not run in a Worker"
)]

use core::time::Duration;
use std::time::Instant;

use explain::{Context, explain, read};
use proptest::prelude::*;
use signer::UnixTime;

const LINK: &str = "https://acme-media.s3.eu-west-1.amazonaws.com/a%20b.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20151229%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20151229T000000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=";

/// 2015-12-29T00:00:00Z
const NOW: UnixTime = UnixTime::from_secs(1_451_347_200);

/// Each is repeated up to a size: a reader that begins anew at each would read the rest once for each.
const REPEATED: &[&str] = &[
    "https://",
    "https://a/ ",
    "https://a/?X-Amz-Date=1\n",
    "https://a/b c ",
    "https://a/?\n&\n",
    "https:\\/\\/a\\u0026",
    "https%3A%2F%2Fa ",
    "(https://a/?X-Amz-Signature=a) ",
    "a=3D\n",
    "Date=3D2=\n",
    "&amp;amp;",
    "\\",
    "\n\n",
    " \n> ",
    "curl ",
    "curl -F a=b ",
    "$'\\u0041' ",
    "An error occurred (AccessDenied) ",
    "Code: 'AccessDenied' ",
    "<Error><Code>a</Code>",
    "<form action=https://a/><input name=policy value=a>",
    "<a href='https://a/?X-Amz-Date=1'>",
    "fetch(\"https://a/\", {",
    "{\"url\":",
    "[\"https://a/?X-Amz-Date=1\",",
    "\u{201c}https://a/\u{201d}",
    "https://urldefense.com/v3/__https:/a**A__;YQ!",
];

/// The beginning of a text, before what is repeated.
const STARTS: &[&str] = &["", "curl '", "<p>"];

#[test]
fn does_not_take_a_signature_or_a_key_id_for_an_escape() {
    for start in ["3d", "3D", "26", "00", "2f", "0a"] {
        let id = format!("{start}6f10ac9e2c4d4a7b8f3c1d5e9a0b7c");
        let link = format!("{LINK}{}", start.to_lowercase().repeat(32));
        let link = link.replace("AKIAIOSFODNN7EXAMPLE", &id);
        for text in [link.clone(), format!("see {link}\n"), format!("<a href='{link}'>a</a>")] {
            let found = read(&text).unwrap();
            let diagnosis = explain(&found[0], &Context::at(NOW.plus_secs(60)));
            assert!(diagnosis.is_good() && diagnosis.remarks.len() == 2, "{text}\n{diagnosis}");
        }
    }
}

#[test]
fn reads_hostile_texts_in_linear_time() {
    for start in STARTS {
        for piece in REPEATED {
            let text = format!("{start}{}", piece.repeat((128 << 10) / piece.len()));
            let begin = Instant::now();
            let found = read(&text).unwrap_or_default();
            // Reading the rest of such a text once for each piece takes minutes.
            assert!(begin.elapsed() < Duration::from_secs(8), "{start} {piece}");
            assert!(found.len() <= 200, "{start} {piece}: {}", found.len());
        }
    }
}

/// Bodies of forms and records of requests, which are read by other functions.
#[test]
fn reads_hostile_records_in_linear_time() {
    let record = |kind: &str, body: &str| {
        let body = serde_json::to_string(body).unwrap();
        format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"POST","url":"https://a/","headers":[],"postData":{{"mimeType":"{kind}","text":{body}}}}},"response":{{}}}}]}}}}"#
        )
    };
    for kind in [
        "multipart/form-data",
        "multipart/form-data; boundary=b",
        "multipart/form-data; a=\\\"; name=",
    ] {
        for piece in [
            "--b\r\n",
            "\n--b",
            "--b\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\na\r\n",
            "Content-Disposition: form-data; name=;",
            "=&",
        ] {
            let text = record(kind, &format!("--b\r\n{}", piece.repeat((128 << 10) / piece.len())));
            let begin = Instant::now();
            let _ = read(&text);
            assert!(begin.elapsed() < Duration::from_secs(8), "{kind} {piece}");
        }
    }
}

/// Wraps a link in pieces of other formats.
fn wrapped() -> impl Strategy<Value = (String, String)> {
    let piece = proptest::sample::select(vec![
        "",
        "\"",
        "'",
        "<",
        ">",
        "(",
        ")",
        "&amp;",
        "\\u0026",
        "\\",
        "\n",
        "\r\n> ",
        " ",
        "=\n",
        "=3D",
        "curl ",
        "-T a ",
        "$'",
        "^",
        "&",
        "fetch(",
        "<a href=",
        "<form action=",
        "</a>",
        "https://a.example/?u=",
        "%25",
        "|",
        "\u{201d}",
        "An error occurred (AccessDenied) when calling the PutObject operation: ",
        "<Error><Code>a</Code></Error>",
    ]);
    let pieces = proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    let signature = "[0-9a-f]{64}";
    (pieces.clone(), signature, pieces, 0_usize..LINK.len(), "\\PC{0,3}").prop_map(
        |(before, signature, after, at, between)| {
            let link = format!("{LINK}{signature}");
            let (first, second) = link.split_at(at);
            (format!("{before}{first}{between}{second}{after}"), signature)
        },
    )
}

proptest! {
    #[test]
    fn never_panics_and_shows_no_signature((text, signature) in wrapped()) {
        for evidence in read(&text).unwrap_or_default() {
            let diagnosis = explain(&evidence, &Context::at(NOW.plus_secs(60)));
            let shown = format!("{diagnosis} {evidence:?} {}", serde_json::to_string(&diagnosis).unwrap());
            prop_assert!(!shown.contains(&signature), "{text}\n{shown}");
        }
    }
}
