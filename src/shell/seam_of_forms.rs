//! What JavaScript asks of Rust while it stores the file of a form.

#![expect(unreachable_pub, reason = "wasm-bindgen exports what is `pub`")]

use post_object::Algorithm;
use wasm_bindgen::prelude::*;

use crate::shell::seam::written;

/// Answers once a file is stored, or is not; `then` comes from what was to be stored.
#[wasm_bindgen]
pub fn finish(then: &str, outcome: &str, etag: &str, started: f64, now: f64) -> String {
    written(crate::finish(then, outcome, etag), now - started)
}

/// The checksum of all bytes so far, from that of those before: 0 for none.
#[wasm_bindgen]
pub fn crc(algorithm: &str, before: u64, bytes: &[u8]) -> u64 {
    Algorithm::named(algorithm)
        .and_then(|algorithm| algorithm.crc(before, bytes))
        .unwrap_or_default()
}
