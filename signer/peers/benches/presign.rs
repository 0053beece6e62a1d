//! One presigned GET, by each of the peers in turn, and what hashing alone would cost.
//!
//! ```text
//! cargo bench --manifest-path signer/peers/Cargo.toml --bench presign
//! ```

use std::time::Duration;

use divan::{Bencher, black_box};
use peers::{ACCESS_KEY_ID, BUCKET, ENDPOINT, EXPIRES, KEY, NOW, REGION, SECRET_ACCESS_KEY};
use sha2::{Digest as _, Sha256};
use signer::{
    Bucket, Credentials, Expires, Method, ObjectKey, Presign, Region, SigningKeyCache, UnixTime,
    UrlStyle,
};

fn main() {
    // Many in a row: one at a time would measure the clock and a cold cache as well.
    divan::Divan::from_args().sample_size(200).main();
}

fn ours() -> (Bucket, ObjectKey, SigningKeyCache) {
    let region = Region::new(REGION).unwrap();
    let bucket = Bucket::new(ENDPOINT, UrlStyle::VirtualHosted, BUCKET, region.clone()).unwrap();
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY);
    (bucket, ObjectKey::new(KEY).unwrap(), SigningKeyCache::new(credentials, region))
}

#[divan::bench]
fn a_signer_with_the_key_of_the_day(bencher: Bencher) {
    let (bucket, key, mut cache) = ours();
    let expires = Expires::from_secs(EXPIRES).unwrap();
    bencher.bench_local(|| {
        let signer = cache.signer(UnixTime::from_secs(black_box(NOW)));
        Presign::new(Method::Get, &bucket, black_box(&key), expires).sign(&signer).url
    });
}

#[divan::bench]
fn b_signer_that_derives_the_key(bencher: Bencher) {
    let (bucket, key, _) = ours();
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY);
    let expires = Expires::from_secs(EXPIRES).unwrap();
    bencher.bench(|| {
        let now = UnixTime::from_secs(black_box(NOW));
        let signer = signer::Signer::new(&credentials, bucket.region(), now);
        Presign::new(Method::Get, &bucket, black_box(&key), expires).sign(&signer).url
    });
}

/// What a signature cannot do without: the hash of the canonical request, the two hashes of an HMAC whose key's
/// blocks are done.
#[divan::bench]
fn c_sha2_alone_over_the_same_blocks(bencher: Bencher) {
    let (request, string_to_sign) = texts();
    bencher.bench_local(|| {
        let request = Sha256::digest(black_box(&request));
        let inner = Sha256::digest(black_box(&string_to_sign));
        (request, Sha256::digest(black_box(inner)))
    });
}

/// The same number of blocks in one piece, without padding or state in between.
#[divan::bench]
fn c_sha2_compression_alone(bencher: Bencher) {
    let (request, string_to_sign) = texts();
    // A hash is padded with nine bytes at least.
    let blocks = |text: &str| (text.len() + 9).div_ceil(64);
    let text = vec![[b'a'; 64]; blocks(&request) + blocks(&string_to_sign) + 1];
    bencher.bench_local(|| {
        let mut state = [0_u32; 8];
        sha2::block_api::compress256(&mut state, black_box(&text));
        state
    });
}

/// The canonical request and the string to sign.
fn texts() -> (String, String) {
    let (bucket, key, mut cache) = ours();
    let signer = cache.signer(UnixTime::from_secs(NOW));
    let presign = Presign::new(Method::Get, &bucket, &key, Expires::from_secs(EXPIRES).unwrap());
    let request = presign.canonical_request(&signer);
    let scope = signer::Scope::new(bucket.region(), signer.now());
    let string_to_sign = request.to_string_to_sign(&scope, signer.now());
    (request.to_string(), string_to_sign.as_str().to_owned())
}

#[divan::bench]
fn d_rusty_s3(bencher: Bencher) {
    use rusty_s3::S3Action as _;
    let endpoint = ENDPOINT.parse().unwrap();
    let bucket =
        rusty_s3::Bucket::new(endpoint, rusty_s3::UrlStyle::VirtualHost, BUCKET, REGION).unwrap();
    let credentials = rusty_s3::Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY);
    let now = jiff::Timestamp::from_second(NOW.try_into().unwrap()).unwrap();
    let expires = Duration::from_secs(EXPIRES.into());
    bencher.bench(|| {
        bucket
            .get_object(Some(&credentials), black_box(KEY))
            .sign_with_time(expires, black_box(&now))
    });
}

/// Takes a URL that somebody has encoded already.
#[divan::bench]
fn e_aws_sigv4(bencher: Bencher) {
    let url = url();
    let host = [("host", "acme-media.s3.eu-west-1.amazonaws.com")];
    bencher.bench(|| {
        let (session_token, expires) = (None, EXPIRES);
        peers::AwsSigV4 {
            method: "GET",
            url: black_box(&url),
            headers: &host,
            region: REGION,
            session_token,
            now: NOW,
            expires,
        }
        .presign()
    });
}

/// Takes a URL that somebody has encoded already; the present is its own.
#[divan::bench]
fn f_reqsign_aws_v4(bencher: Bencher) {
    use reqsign_core::SignRequest as _;
    let signer = reqsign_aws_v4::RequestSigner::new("s3", REGION);
    let credential = reqsign_aws_v4::Credential {
        access_key_id: ACCESS_KEY_ID.into(),
        secret_access_key: SECRET_ACCESS_KEY.into(),
        session_token: None,
        expires_in: None,
    };
    let (url, context) = (url(), reqsign_core::Context::new());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    bencher.bench_local(|| {
        let (mut parts, ()) =
            http::Request::get(black_box(url.as_str())).body(()).unwrap().into_parts();
        let expires = Some(Duration::from_secs(EXPIRES.into()));
        runtime
            .block_on(signer.sign_request(&context, &mut parts, Some(&credential), expires))
            .unwrap();
        parts.uri
    });
}

fn url() -> String {
    let (bucket, key, _) = ours();
    format!("{}/{}", bucket.origin(), key.as_str().replace(' ', "%20"))
}
