//! Fuzzes requests for an object that the Worker itself sends, and what is stored with the object. Laws: the answer is one of those
//! that HTTP defines for ranges and conditions; a type that can carry scripts is never shown; no header has several lines.
//!
//! Input: up to seven lines, the headers of the request in this order and then those of the object.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::can_carry_scripts;
use signpost_fuzz::{Hostile, answer, nothing, site};

const HEADERS: [&str; 6] =
    ["range", "if-range", "if-match", "if-none-match", "if-modified-since", "x-amz-checksum-mode"];

fuzz_target!(|text: &str| {
    let mut rest = text;
    let mut headers = Vec::new();
    for name in HEADERS {
        let (value, after) = rest.split_once('\n').unwrap_or((rest, ""));
        headers.push((name, value));
        rest = after;
    }
    for method in ["GET", "HEAD"] {
        let headers = headers.clone();
        let request = Hostile { method, path: "/downloads/here/a", headers, body: rest.as_bytes() };
        let answer = answer(&site(), &request, nothing);
        assert!([200, 206, 304, 412, 416].contains(&answer.status), "{}", answer.status);
        let header = |name: &str| {
            let found = answer.headers.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.as_ref())
        };
        let Some(content_type) = header("content-type").filter(|_| answer.status < 300) else {
            return;
        };
        if can_carry_scripts(content_type) {
            assert_eq!(header("content-security-policy"), Some("sandbox"));
            let disposition = header("content-disposition").unwrap_or_default();
            let kind = disposition.split(';').next().unwrap_or_default().trim();
            assert!(kind.eq_ignore_ascii_case("attachment"), "{disposition}");
        }
    }
});
