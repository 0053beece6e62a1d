//! Fuzzes tokens. Laws: a token with a valid signature is accepted only with this issuer, this audience and a time in the future,
//! and makes a key below its subject; with another signature it is never accepted.
//!
//! Input: the header, a line end, the claims.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use signpost::Site;
use signpost_fuzz::{Hostile, NOW, answer, nothing, token};

thread_local! {
    static SITE: LazyLock<Site> = const { LazyLock::new(signpost_fuzz::site) };
}

fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (header, rest) = input.split_at_checked(end).unwrap_or((input, &[]));
    let claims = rest.get(1..).unwrap_or_default();
    let send = |site: &Site, secret| {
        let bearer = format!("Bearer {}", token(header, claims, secret));
        let headers = vec![("authorization", bearer.as_str())];
        answer(
            site,
            &Hostile { method: "GET", path: "/downloads/hs/a", headers, body: b"" },
            nothing,
        )
    };
    SITE.with(|site| {
        assert_eq!(send(site, "TICKET_SECRET").status, 401);
        let answer = send(site, "HS_SECRET");
        if answer.status == 302 {
            let claims: Value = serde_json::from_slice(claims).expect("only JSON is accepted");
            let claim = |name: &str| claims.get(name).unwrap_or(&Value::Null).clone();
            assert_eq!(claim("iss"), "https://login.example.com/");
            let audience = claim("aud");
            assert!(
                audience == "signpost"
                    || audience.as_array().is_some_and(|all| all.contains(&"signpost".into()))
            );
            assert!(claim("exp").as_f64().is_some_and(|exp| exp + 60.0 > NOW), "{}", claim("exp"));
            let location =
                answer.headers.iter().find(|(name, _)| *name == "location").map(|(_, value)| value);
            assert!(
                location
                    .is_some_and(|url| url.contains(".amazonaws.com/hs/") && !url.contains("/../"))
            );
        } else {
            assert!(matches!(answer.status, 400 | 401), "{}", answer.status);
        }
    });
});
