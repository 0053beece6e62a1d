//! Calls every public function of the signer, with values that the compiler cannot know.
//!
//! Built for WebAssembly without std, so that what the linker keeps is what can be reached: `scripts/panics.mjs` reads
//! from the module in which source files a panic is left.

#![no_std]

extern crate alloc;

mod planted;

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::hint::black_box;
use core::panic::PanicInfo;

use signer::*;

#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

#[panic_handler]
fn panicked(info: &PanicInfo<'_>) -> ! {
    // Or the linker would leave the places out.
    keep(info.location().map(|place| (place.file(), place.line())));
    core::arch::wasm32::unreachable()
}

/// Any text.
fn text() -> &'static str {
    black_box("")
}

/// Any number.
fn number() -> u64 {
    black_box(0)
}

fn keep<T>(value: T) {
    black_box(&value);
}

#[unsafe(no_mangle)]
pub extern "C" fn values() {
    keep(ObjectKey::new(text()).map(|key| key.as_str().len()));
    keep(HeaderName::new(text()).map(|name| name.as_str().len()));
    keep(HeaderValue::new(text()).map(|value| value.as_str().len()));
    keep([HeaderValue::any(), number().into(), (number()..=number()).into()]);
    keep(FieldName::new(text()).map(String::from));
    keep(FieldName::new(text()).map(|name| name.as_str().len()));
    keep(FormKey::filename_under(text()).map(|key| key.as_str().len()));
    keep(Region::new(text()).map(|region| region.as_str().len()));
    keep(UploadId::new(text()).map(|id| id.as_str().len()));
    keep(PartNumber::new(black_box(7)).map(PartNumber::as_u16));
    keep(Expires::from_secs(black_box(7)).map(Expires::as_secs));
    keep(Payload::of(text().as_bytes()));
    keep(now().plus_secs(number()).as_secs());
    keep([UnixTime::parse_rfc3339(text()), UnixTime::parse_amz_date(text())]);
    keep(HttpUrl::parse(text()).map(url_parts));
    keep(
        bucket().map(|bucket| (bucket.origin(), bucket.name().to_owned(), bucket.region().clone())),
    );
}

fn url_parts(url: HttpUrl<'static>) -> usize {
    keep((url.is_https(), url.scheme(), url.default_port(), url.origin(), url.authority()));
    keep((url.host(), url.port(), url.path(), url.query(), url.fragment()));
    format!("{url:?}").len()
}

fn now() -> UnixTime {
    UnixTime::from_secs(number())
}

fn dialect() -> Dialect {
    black_box(Dialect::Google)
}

fn credentials() -> Credentials {
    let credentials = Credentials::new(text(), text());
    keep(credentials.access_key_id());
    keep(credentials.hmac_sha256(text().as_bytes()));
    if black_box(true) { credentials.with_session_token(text()) } else { credentials }
}

fn bucket() -> Option<Bucket> {
    let style = black_box(UrlStyle::Path);
    Bucket::new(text(), style, text(), Region::new(text()).ok()?).ok()
}

#[unsafe(no_mangle)]
pub extern "C" fn urls() {
    keep(try_urls());
}

fn try_urls() -> Option<()> {
    let (bucket, key) = (bucket()?, ObjectKey::new(text()).ok()?);
    keep(bucket.object_url(&key));
    keep(bucket.key_of(text()));
    keep(black_box(UrlStyle::VirtualHosted).can_name(text()));
    let upload_id = UploadId::new(text()).ok()?;
    let operation = black_box(Operation::UploadPart {
        upload_id: &upload_id,
        part_number: PartNumber::new(black_box(7))?,
    });
    let presign = Presign::new(operation, &bucket, &key, Expires::from_secs(black_box(7))?)
        .header(HeaderName::new(text()).ok()?, HeaderValue::new(text()).ok()?)
        .query(text(), text())
        .ok()?;
    keep(presign.bucket().name());
    let mut cache =
        SigningKeyCache::new(credentials(), bucket.region().clone()).in_dialect(dialect());
    keep(presign.sign(&cache.signer(now())).url);
    let credentials = credentials();
    let signer = Signer::new(&credentials, bucket.region(), now()).in_dialect(dialect());
    let scope = Scope::new(bucket.region(), signer.now()).in_dialect(dialect());
    let request = presign.canonical_request(&signer);
    keep(request.to_string_to_sign(&scope, now()).as_str().len());
    let scope_of_directory = scope.clone().for_directory_bucket();
    keep(request.to_string_to_sign(&scope_of_directory, now()).as_str().len());
    let express = Signer::new(&credentials, bucket.region(), now()).for_directory_bucket();
    keep(presign.sign(&express).url);
    if let Ok(sts) = TokenService::new(text(), bucket.region().clone()) {
        keep((sts.url(), sts.sign(text(), &credentials, now()).headers.len()));
    }
    keep(presign.sign_v2(&SignerV2::new(&credentials, now())).headers.len());
    let key_of_day = SigningKey::derive(&credentials, &scope);
    keep(key_of_day.sign(text()));
    keep(key_of_day.derive_key(text()));
    Some(())
}

#[unsafe(no_mangle)]
pub extern "C" fn requests() {
    keep(try_requests());
}

fn try_requests() -> Option<()> {
    let (bucket, key, credentials) = (bucket()?, ObjectKey::new(text()).ok()?, credentials());
    let signer = Signer::new(&credentials, bucket.region(), now()).in_dialect(dialect());
    let method = black_box(Method::Get);
    for request in [
        Authorize::new(method, &bucket, &key, Payload::of(text().as_bytes())),
        Authorize::of_bucket(method, &bucket, Payload::Unsigned),
    ] {
        let request = request
            .header(HeaderName::new(text()).ok()?, HeaderValue::new(text()).ok()?)
            .query(text(), text())
            .ok()?;
        keep(request.canonical_request(&signer));
        keep(request.sign(&signer).headers.len());
    }
    Some(())
}

#[unsafe(no_mangle)]
pub extern "C" fn forms() {
    keep(try_forms());
}

fn try_forms() -> Option<()> {
    let (bucket, credentials) = (bucket()?, credentials());
    let key = FormKey::exact(&ObjectKey::new(text()).ok()?).ok()?;
    let policy = PostPolicy::new(&bucket, key, now())
        .exact(FieldName::new(text()).ok()?, text())
        .starts_with(FieldName::new(text()).ok()?, text())
        .content_length_range(number()..=number());
    let signer = Signer::new(&credentials, bucket.region(), now()).in_dialect(dialect());
    keep(policy.clone().sign(&signer).fields.len());
    keep(policy.sign_v2(&SignerV2::new(&credentials, now())).fields.len());
    Some(())
}

#[unsafe(no_mangle)]
pub extern "C" fn verified() {
    keep(try_verified());
}

fn try_verified() -> Option<()> {
    let (bucket, credentials) = (bucket()?, credentials());
    let verifier = Verifier::new(&credentials, bucket.region(), now()).in_dialect(dialect());
    let fields = || text().split(',').map(|field| (field, text()));
    for post in [
        verifier.post_form(text(), fields(), Some(text())),
        verifier.post_form_v2(text(), fields(), None),
    ] {
        let post = post.map_err(keep_refusal).ok()?;
        keep(post.field(text()));
        keep(post.fields().count());
        keep(post.check_content_length(number()));
    }
    keep(PolicyDocument::json(text()).map_err(keep_refusal).is_ok());
    let document = PolicyDocument::parse(text()).map_err(keep_refusal);
    for condition in document.into_iter().flat_map(|document| document.conditions) {
        keep(condition.field());
        keep(condition.accepts(text()));
        keep(format!("{condition}"));
    }
    let headers: Vec<_> = text().split(',').map(|name| (name, text())).collect();
    let request =
        ReceivedRequest { method: text(), path: text(), query: text(), headers: &headers };
    keep(verifier.authorization(&request).map_err(keep_refusal));
    keep(verifier.presigned_url(&request).map_err(keep_refusal));
    keep(verifier.presigned_url_v2(&bucket, &request).map_err(keep_refusal));
    Some(())
}

fn keep_refusal(refusal: Refusal) {
    keep(refusal.code());
    keep(format!("{refusal}"));
}
