//! What an object of the class `SignpostState` asks: the effect of a command on its entry.

use js_sys::{Array, Uint8Array};
use rules::{Applied, Write};
use wasm_bindgen::JsValue;

use crate::shell::clock;
use crate::shell::promise::Running;

/// Returns the answer to a command, the new entry, and the time of the object's alarm in milliseconds since 1970.
///
/// The entry is undefined if it stays, and null if it is to be deleted.
#[must_use]
pub fn change_state(entry: Option<&[u8]>, command: &[u8]) -> Array {
    let _running = Running::enter();
    let Applied { answer, write } = rules::apply(entry, command, clock::ambient().now);
    let (entry, alarm) = match write {
        Write::Nothing => (JsValue::UNDEFINED, JsValue::UNDEFINED),
        Write::Put { entry, ends_at } => (bytes(&entry), milliseconds(ends_at.as_secs()).into()),
        Write::Delete => (JsValue::NULL, JsValue::UNDEFINED),
    };
    [bytes(&answer), entry, alarm].into_iter().collect()
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "below 2^53 until the year 9999"
)]
const fn milliseconds(secs: u64) -> f64 {
    secs as f64 * 1_000.0
}
