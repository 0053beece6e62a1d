//! One upload form, and what hashing alone would cost.
//!
//! ```text
//! cargo bench --manifest-path signer/peers/Cargo.toml --bench post
//! ```

use divan::{Bencher, black_box};
use peers::{ACCESS_KEY_ID, BUCKET, ENDPOINT, KEY, NOW, REGION, SECRET_ACCESS_KEY};
use signer::{
    Bucket, Credentials, FieldName, FormKey, ObjectKey, PostPolicy, PresignedPost, Region,
    SigningKeyCache, UnixTime, UrlStyle, Verifier,
};

fn main() {
    // Many in a row: one at a time would measure the clock and a cold cache as well.
    divan::Divan::from_args().sample_size(200).main();
}

fn bucket() -> Bucket {
    Bucket::new(ENDPOINT, UrlStyle::VirtualHosted, BUCKET, region()).unwrap()
}

fn region() -> Region {
    Region::new(REGION).unwrap()
}

fn cache() -> SigningKeyCache {
    SigningKeyCache::new(Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY), region())
}

fn post(bucket: &Bucket, cache: &mut SigningKeyCache) -> PresignedPost {
    let now = UnixTime::from_secs(black_box(NOW));
    let key = FormKey::exact(&ObjectKey::new(black_box(KEY)).unwrap()).unwrap();
    PostPolicy::new(bucket, key, now.plus_secs(600))
        .exact(FieldName::CONTENT_TYPE, "image/png")
        .content_length_range(1..=5_242_880)
        .sign(&cache.signer(now))
}

#[divan::bench]
fn a_signer_with_the_key_of_the_day(bencher: Bencher) {
    let (bucket, mut cache) = (bucket(), cache());
    bencher.bench_local(|| post(&bucket, &mut cache));
}

/// The blocks of the policy's base64, and the one that closes an HMAC.
#[divan::bench]
fn b_sha2_alone_over_the_same_blocks(bencher: Bencher) {
    let form = post(&bucket(), &mut cache());
    let policy = &form.fields.iter().find(|(name, _)| name == "policy").unwrap().1;
    let text = vec![[b'a'; 64]; (policy.len() + 9).div_ceil(64) + 1];
    bencher.bench_local(|| {
        let mut state = [0_u32; 8];
        sha2::block_api::compress256(&mut state, black_box(&text));
        state
    });
}

#[divan::bench]
fn c_verifier(bencher: Bencher) {
    let form = post(&bucket(), &mut cache());
    let (credentials, region) = (Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY), region());
    bencher.bench(|| {
        let fields = form.fields.iter().map(|(name, value)| (name.as_ref(), value.as_str()));
        let verifier = Verifier::new(&credentials, &region, UnixTime::from_secs(black_box(NOW)));
        verifier.post_form(BUCKET, fields, None).unwrap().key
    });
}
