//! Reads objects of bound buckets for answers. Their bytes never enter wasm.
//!
//! Spec: <https://developers.cloudflare.com/r2/api/workers/workers-api-reference/>

use core::pin::Pin;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use js_sys::{Array, ArrayBuffer, Date, Error, Object, Promise, Reflect, Uint8Array};
use signer::UnixTime;
use wasm_bindgen::prelude::*;
use web_sys::{ReadableStream, Response, console};

use crate::files::read_object::{Body, Next, Read, ReadObject};
use crate::files::{ByteRange, Found, StoredObject};
use crate::shell::clock::whole;
use crate::shell::env::{Context, Env, object};
use crate::shell::promise::wait;
use crate::shell::request::Incoming;
use crate::shell::response;

#[wasm_bindgen]
extern "C" {
    type Bucket;

    #[wasm_bindgen(method, catch)]
    fn head(this: &Bucket, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn get(this: &Bucket, key: &str, options: &Object) -> Result<Promise, JsValue>;

    type R2Object;

    #[wasm_bindgen(method, getter)]
    fn size(this: &R2Object) -> f64;

    #[wasm_bindgen(method, getter, js_name = httpEtag)]
    fn http_etag(this: &R2Object) -> String;

    #[wasm_bindgen(method, getter)]
    fn uploaded(this: &R2Object) -> Date;

    #[wasm_bindgen(method, getter, js_name = httpMetadata)]
    fn http_metadata(this: &R2Object) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = customMetadata)]
    fn custom_metadata(this: &R2Object) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn checksums(this: &R2Object) -> JsValue;

    /// Undefined if only the metadata was requested, or if it is another version.
    #[wasm_bindgen(method, getter)]
    fn body(this: &R2Object) -> Option<ReadableStream>;
}

#[wasm_bindgen(module = "/src/js/cached.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = openCached)]
    fn open_cached(
        env: &Env,
        context: &Context,
        binding: &str,
        key: &str,
        secs: u32,
    ) -> CachedObject;

    #[wasm_bindgen(catch, js_name = forgetCached)]
    fn forget_cached(context: &Context, binding: &str, key: &str) -> Result<Promise, JsValue>;

    type CachedObject;

    #[wasm_bindgen(method, catch)]
    fn head(this: &CachedObject, fresh: bool) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn get(this: &CachedObject, etag: &str, range: &JsValue) -> Result<Promise, JsValue>;
}

/// The module that `cached.mjs` imports. wasm-bindgen copies a module only if it is named.
const _: () = {
    #[wasm_bindgen(module = "/src/js/stored.mjs")]
    extern "C" {
        #[wasm_bindgen(js_name = default)]
        fn unused();
    }
};

/// The checksums that R2 stores and S3 has headers for.
const CHECKSUMS: [&str; 2] = ["sha1", "sha256"];

/// The code at the end of the message for a range that the object does not have.
///
/// Spec: <https://developers.cloudflare.com/r2/api/error-codes/>
const INVALID_RANGE: &str = "(10039)";

/// Asks the bucket until there is an answer, and sends it.
///
/// Boxed, so that it is no part of the function that awaits for all routes.
#[inline(never)]
pub(super) fn send(
    read: ReadObject,
    incoming: &Incoming,
) -> Pin<Box<dyn Future<Output = Result<Response, JsValue>> + '_>> {
    Box::pin(ask_and_send(read, incoming))
}

async fn ask_and_send(mut read: ReadObject, incoming: &Incoming) -> Result<Response, JsValue> {
    let Incoming { env, context, .. } = incoming;
    let cached =
        read.cache_secs().map(|secs| open_cached(env, context, read.binding(), read.key(), secs));
    loop {
        let (found, bytes) = ask(&read, env, cached.as_ref()).await;
        match read.finish(found) {
            Next::Read(next) => {
                cancel(bytes).await;
                read = *next;
            }
            Next::Answer(answer) => {
                let bytes = match answer.body {
                    Body::Object => bytes,
                    Body::Own => {
                        cancel(bytes).await;
                        None
                    }
                };
                return response::send_object(*answer, bytes.as_ref(), incoming);
            }
        }
    }
}

/// Tells R2 that the bytes are not needed.
async fn cancel(bytes: Option<ReadableStream>) {
    if let Some(bytes) = bytes {
        // A stream that cannot be cancelled has already ended.
        let _ = wait(bytes.cancel()).await;
    }
}

async fn ask(
    read: &ReadObject,
    env: &Env,
    cached: Option<&CachedObject>,
) -> (Found, Option<ReadableStream>) {
    let found = match cached {
        Some(cached) => attempt_cached(read, cached).await,
        None => attempt(read, env).await,
    };
    match found {
        Ok(found) if found.is_null() => (Found::Missing, None),
        Ok(found) => {
            let found = found.unchecked_into::<R2Object>();
            let bytes = found.body();
            (Found::Object(Box::new(stored(&found, bytes.is_some()))), bytes)
        }
        Err(error) if is_invalid_range(&error) => (Found::OutOfRange, None),
        Err(_) => (Found::Failed, None),
    }
}

async fn attempt(read: &ReadObject, env: &Env) -> Result<JsValue, JsValue> {
    let bucket = env.get(read.binding()).unchecked_into::<Bucket>();
    let promise = match read.read() {
        Read::Head => bucket.head(read.key())?,
        Read::Get { range, etag } => bucket.get(read.key(), &options(*range, etag.as_deref()))?,
    };
    wait(promise).await
}

/// As [`attempt`], through the cache.
async fn attempt_cached(read: &ReadObject, cached: &CachedObject) -> Result<JsValue, JsValue> {
    let promise = match read.read() {
        Read::Head => cached.head(read.is_repeated())?,
        Read::Get { range, etag } => {
            let range = range.map(r2_range).map_or(JsValue::UNDEFINED, JsValue::from);
            cached.get(etag.as_deref().unwrap_or_default(), &range)?
        }
    };
    wait(promise).await
}

/// Makes the cache forget an object that the Worker has written or deleted, if it may have it.
pub(super) async fn forget(incoming: &Incoming, binding: &str, key: &str) {
    if !incoming.signpost.0.site(&incoming.env).caches(binding) {
        return;
    }
    let forgotten = match forget_cached(&incoming.context, binding, key) {
        Ok(promise) => wait(promise).await,
        Err(error) => Err(error),
    };
    if forgotten.is_err() {
        console::error_1(&"signpost: the cache did not forget an object".into());
    }
}

/// Writes a range as R2 has it.
fn r2_range(range: ByteRange) -> Object {
    match range {
        ByteRange::From(first) => object(&[("offset", number(first))]),
        ByteRange::Between(first, last) => object(&[
            ("offset", number(first)),
            ("length", number((last - first).saturating_add(1))),
        ]),
        ByteRange::Suffix(length) => object(&[("suffix", number(length))]),
    }
}

/// Writes the options of R2's `get`.
fn options(range: Option<ByteRange>, etag: Option<&str>) -> Object {
    let mut members = Vec::new();
    if let Some(range) = range {
        members.push(("range", r2_range(range).into()));
    }
    if let Some(etag) = etag {
        let matches = object(&[("etagMatches", etag.trim_matches('"').into())]);
        members.push(("onlyIf", matches.into()));
    }
    object(&members)
}

/// Converts a number of bytes. No object is as large as the largest number that is exact.
fn number(bytes: u64) -> JsValue {
    const MAX_SAFE: u64 = (1 << 53) - 1;
    JsValue::from_f64(exact(bytes.min(MAX_SAFE)))
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "at most 53 bits")]
const fn exact(number: u64) -> f64 {
    number as f64
}

fn is_invalid_range(error: &JsValue) -> bool {
    let message = error.dyn_ref::<Error>().map(|error| String::from(error.message()));
    message.is_some_and(|message| message.ends_with(INVALID_RANGE))
}

#[inline(never)]
fn stored(found: &R2Object, has_bytes: bool) -> StoredObject {
    let metadata = found.http_metadata();
    let text = |name: &str| member(&metadata, name).as_string();
    StoredObject {
        size: whole(found.size()),
        etag: found.http_etag(),
        modified_at: instant(&found.uploaded()),
        content_type: text("contentType"),
        content_disposition: text("contentDisposition"),
        content_encoding: text("contentEncoding"),
        content_language: text("contentLanguage"),
        cache_control: text("cacheControl"),
        expires: member(&metadata, "cacheExpiry").dyn_ref().map(instant),
        metadata: pairs(&found.custom_metadata()),
        checksums: checksums(&found.checksums()),
        has_bytes,
    }
}

fn instant(date: &Date) -> UnixTime {
    UnixTime::from_secs(whole(date.get_time()) / 1_000)
}

/// Returns a member of an object; undefined if there is none.
fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

fn pairs(object: &JsValue) -> Vec<(String, String)> {
    let Some(object) = object.dyn_ref::<Object>() else { return Vec::new() };
    let pairs = Object::entries(object);
    pairs
        .iter()
        .map(|pair| Array::from(&pair))
        .filter_map(|pair| Some((pair.get(0).as_string()?, pair.get(1).as_string()?)))
        .collect()
}

fn checksums(stored: &JsValue) -> Vec<(&'static str, String)> {
    let digest = |name: &'static str| {
        let digest = member(stored, name).dyn_into::<ArrayBuffer>().ok()?;
        Some((name, BASE64_STANDARD.encode(Uint8Array::new(&digest).to_vec())))
    };
    CHECKSUMS.into_iter().filter_map(digest).collect()
}
