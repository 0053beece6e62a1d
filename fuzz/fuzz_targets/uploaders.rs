//! Fuzzes the protocols of uploaders. Laws: every URL that is signed is for a key below the rule's prefix; an ID or a capability
//! that the Worker did not issue finds no upload.
//!
//! Input: a byte that chooses the route, then the body.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rules::Effect;
use signpost::Site;
use signpost_fuzz::{Hostile, answer, fetched, nothing};

thread_local! {
    static SITE: LazyLock<Site> = const { LazyLock::new(signpost_fuzz::site) };
}

const ROUTES: [&str; 4] = [
    "/uploads/open/s3/multipart",
    "/uploads/open/sign-request",
    "/uploads/open/better-upload",
    "/uploads/open/multipart",
];
const BEGUN: &str =
    "<InitiateMultipartUploadResult><UploadId>an-id</UploadId></InitiateMultipartUploadResult>";

fuzz_target!(|input: &[u8]| {
    let Some((route, body)) = input.split_first() else { return };
    let Some(path) = ROUTES.get(usize::from(*route) % ROUTES.len()) else { return };
    let headers = vec![("content-type", "application/json")];
    let request = Hostile { method: "POST", path, headers, body };
    SITE.with(|site| {
        let answer = answer(site, &request, |effect| match effect {
            Effect::BucketRequest { url, .. } => {
                assert!(url.contains("amazonaws.com/open/"), "{url}");
                fetched(BEGUN)
            }
            effect => nothing(effect),
        });
        if answer.status != 200 {
            return; // an error can repeat what was sent
        }
        // The key repeats the file's name, which has no slash.
        let is_signed = |text: &&str| text.contains("://") && text.contains("X-Amz-Signature=");
        for url in answer.body.split('"').filter(is_signed) {
            assert!(
                url.starts_with("https://acme-media.s3.eu-west-1.amazonaws.com/open/"),
                "{url}"
            );
        }
    });
});
