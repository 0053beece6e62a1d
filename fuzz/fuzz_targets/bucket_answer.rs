//! Fuzzes a bucket's answers. Laws: the list of parts has only valid numbers; an answer that begins no upload is no success.
//!
//! Input: the status as two bytes, then the body.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rules::{Effect, EffectResult, Fetched};
use serde_json::Value;
use signpost::Site;
use signpost_fuzz::{Hostile, answer, fetched, nothing};

thread_local! {
    static SITE: LazyLock<Site> = const { LazyLock::new(signpost_fuzz::site) };
    static ID: LazyLock<String> = const { LazyLock::new(id) };
}

const BEGUN: &str =
    "<InitiateMultipartUploadResult><UploadId>an-id</UploadId></InitiateMultipartUploadResult>";
const BEGIN: &[u8] = br#"{"type":"image/png","size":100000000,"filename":"a.png"}"#;

/// Begins an upload.
fn id() -> String {
    let begun = SITE.with(|site| begin(site, || fetched(BEGUN)));
    let begun: Value = serde_json::from_str(&begun.body).expect("an answer is JSON");
    begun.get("uploadId").and_then(Value::as_str).expect("an ID").to_owned()
}

fn begin(site: &Site, bucket: impl Fn() -> EffectResult) -> signpost::Answer {
    let headers = vec![("content-type", "application/json")];
    let request = Hostile { method: "POST", path: "/uploads/open/multipart", headers, body: BEGIN };
    answer(site, &request, |effect| match effect {
        Effect::BucketRequest { .. } => bucket(),
        effect => nothing(effect),
    })
}

fuzz_target!(|input: (u16, &str)| {
    let (status, body) = input;
    let bucket =
        || EffectResult::Fetched(Fetched { status, body: body.into(), ..Fetched::default() });
    SITE.with(|site| {
        let begun = begin(site, bucket);
        assert!(begun.status != 200 || (200..300).contains(&status) && body.contains("UploadId"));
        let path = ID.with(|id| format!("/uploads/open/multipart/{}", id.as_str()));
        for method in ["GET", "DELETE"] {
            let request = Hostile { method, path: &path, ..Hostile::default() };
            let answer = answer(site, &request, |effect| match effect {
                Effect::BucketRequest { .. } => bucket(),
                effect => nothing(effect),
            });
            if answer.status == 200 {
                let list: Value = serde_json::from_str(&answer.body).expect("an answer is JSON");
                let parts = list.get("parts").and_then(Value::as_array).expect("parts");
                assert!(parts.iter().all(|part| part.get("partNumber").is_some_and(Value::is_u64)));
            }
        }
    });
});
