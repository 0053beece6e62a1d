//! Looks at objects of buckets that are bound to the Worker, and deletes them.
//!
//! Spec: <https://developers.cloudflare.com/r2/api/workers/workers-api-reference/>

use base64::prelude::{BASE64_STANDARD, Engine as _};
use js_sys::{ArrayBuffer, Date, Promise, Uint8Array};
use rules::ObjectHead;
use signer::UnixTime;
use wasm_bindgen::prelude::*;

use crate::shell::clock::whole;
use crate::shell::env::Env;
use crate::shell::promise::wait;

#[wasm_bindgen]
extern "C" {
    type Bucket;

    #[wasm_bindgen(method, catch)]
    fn head(this: &Bucket, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn delete(this: &Bucket, key: &str) -> Result<Promise, JsValue>;

    type R2Object;

    #[wasm_bindgen(method, getter)]
    fn size(this: &R2Object) -> f64;

    #[wasm_bindgen(method, getter, js_name = httpEtag)]
    fn http_etag(this: &R2Object) -> String;

    #[wasm_bindgen(method, getter)]
    fn uploaded(this: &R2Object) -> Date;

    #[wasm_bindgen(method, getter, js_name = httpMetadata)]
    fn http_metadata(this: &R2Object) -> Option<HttpMetadata>;

    #[wasm_bindgen(method, getter)]
    fn checksums(this: &R2Object) -> Option<Checksums>;

    type HttpMetadata;

    #[wasm_bindgen(method, getter, js_name = contentType)]
    fn content_type(this: &HttpMetadata) -> Option<String>;

    /// The checksums that were sent with the file, and MD5.
    type Checksums;

    #[wasm_bindgen(method, getter)]
    fn sha1(this: &Checksums) -> Option<ArrayBuffer>;

    #[wasm_bindgen(method, getter)]
    fn sha256(this: &Checksums) -> Option<ArrayBuffer>;
}

/// Returns what the bucket says about an object; `None` if there is none with this key.
pub(super) async fn head(
    env: &Env,
    binding: &str,
    key: &str,
) -> Result<Option<ObjectHead>, JsValue> {
    let object = wait(bucket(env, binding).head(key)?).await?;
    if object.is_null() {
        return Ok(None);
    }
    let object = object.unchecked_into::<R2Object>();
    let (sha1, sha256) =
        object.checksums().map_or((None, None), |checksums| (checksums.sha1(), checksums.sha256()));
    let modified_at = UnixTime::from_secs(whole(object.uploaded().get_time()) / 1_000);
    let checksums =
        [("sha1", sha1), ("sha256", sha256)].into_iter().filter_map(|(name, digest)| {
            let digest: ArrayBuffer = digest?;
            Some(format!("{name}-{}", BASE64_STANDARD.encode(Uint8Array::new(&digest).to_vec())))
        });
    Ok(Some(ObjectHead {
        size: whole(object.size()),
        media_type: object
            .http_metadata()
            .and_then(|metadata| metadata.content_type())
            .unwrap_or_default(),
        etag: object.http_etag(),
        stored_at: modified_at,
        modified_at,
        checksums: checksums.collect(),
    }))
}

/// Deletes an object.
pub(super) async fn delete(env: &Env, binding: &str, key: &str) -> Result<(), JsValue> {
    wait(bucket(env, binding).delete(key)?).await.map(drop)
}

fn bucket(env: &Env, binding: &str) -> Bucket {
    env.get(binding).unchecked_into()
}
