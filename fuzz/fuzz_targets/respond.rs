//! Fuzzes all routes. Laws: every answer has the status of an answer, never 500, and no secret; without a token only open rules
//! answer with a signature, and no rule hands out credentials.
//!
//! Input: method, path and query, then one header per line, `name:value`, an empty line, the body.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use signpost::Site;
use signpost_fuzz::{Hostile, answer, nothing};

thread_local! {
    static SITE: LazyLock<Site> = const { LazyLock::new(signpost_fuzz::site) };
}

fuzz_target!(|input: &[u8]| {
    let end = input.windows(2).position(|pair| pair == b"\n\n").unwrap_or(input.len());
    let (head, body) = input.split_at_checked(end).unwrap_or((input, &[]));
    let Ok(head) = str::from_utf8(head) else { return };
    let mut lines = head.lines();
    let mut next = || lines.next().unwrap_or_default();
    let (method, path) = (next(), next());
    // The platform passes only these bytes of a URL.
    if !path.starts_with('/') || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return;
    }
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(':')).collect();
    let request = Hostile { method, path, headers, body: body.get(2..).unwrap_or_default() };
    SITE.with(|site| {
        let answer = answer(site, &request, nothing);
        let shown = format!("{:?}{}", answer.headers, answer.body);
        for name in ["secretAccessKey", "SecretAccessKey", "AWS_SECRET_ACCESS_KEY"] {
            assert!(!shown.contains(name), "{shown}");
        }
        for closed in ["tickets/", "site/", "hs/", "login/"] {
            let signed = shown.contains("X-Amz-Signature") || shown.contains("x-amz-signature");
            assert!(!signed || !shown.contains(&format!("amazonaws.com/{closed}")), "{shown}");
        }
    });
});
