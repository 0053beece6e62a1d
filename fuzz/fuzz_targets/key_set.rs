//! Fuzzes key sets. Laws: nobody is admitted unless the platform verified the signature; the platform gets no private part of a
//! key, and no symmetric key.
//!
//! Input: the body of an issuer's answer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::{Effect, EffectResult};
use serde_json::{Value, json};
use signpost_fuzz::{Hostile, NOW, answer, fetched, nothing, site, token};

fuzz_target!(|set: &str| {
    let claims = json!({ "iss": "https://login.example.com/", "aud": "signpost", "sub": "ada", "exp": NOW + 60.0 });
    for (algorithm, verdict) in
        [("ES256", EffectResult::Yes), ("RS256", EffectResult::No), ("EdDSA", EffectResult::Failed)]
    {
        let header = json!({ "alg": algorithm, "kid": "1" }).to_string();
        let bearer = format!(
            "Bearer {}",
            token(header.as_bytes(), claims.to_string().as_bytes(), "HS_SECRET")
        );
        let headers = vec![("authorization", bearer.as_str())];
        let mut verified = false;
        let answer = answer(
            &site(),
            &Hostile { method: "GET", path: "/downloads/login/a", headers, body: b"" },
            |effect| match effect {
                Effect::Fetch { .. } => fetched(set),
                Effect::Verify { jwk, .. } => {
                    verified = true;
                    let jwk: Value = serde_json::from_str(jwk).expect("a key is JSON");
                    assert!(
                        ["d", "p", "q", "dp", "dq", "qi", "k", "oth"]
                            .iter()
                            .all(|private| jwk.get(private).is_none()),
                        "{jwk}"
                    );
                    assert_ne!(jwk.get("kty"), Some(&"oct".into()));
                    verdict.clone()
                }
                effect => nothing(effect),
            },
        );
        assert_eq!(
            answer.status == 302,
            verified && matches!(verdict, EffectResult::Yes),
            "{}",
            answer.status
        );
    }
});
