//! Writes decisions to the log, and to Analytics Engine if a data set is bound.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::console;

use crate::record::Record;
use crate::shell::clock;
use crate::shell::env::{Env, object, texts};

/// Writes a decision that took `ms` milliseconds.
pub(super) fn decision(record: Record, status: u16, ms: f64, env: &Env) -> Result<(), JsValue> {
    let Some(blobs) = record.blobs() else { return Ok(()) };
    let point = env.data_set().map(|data_set| {
        let doubles = Array::of2(&status.into(), &ms.into());
        let members =
            [("indexes", texts(&blobs[..1])), ("blobs", texts(&blobs)), ("doubles", doubles)];
        (data_set, object(&members.map(|(name, list)| (name, list.into()))))
    });
    if let Some(line) = record.into_line(clock::whole(ms)) {
        console::log_1(&line.into());
    }
    point.map_or(Ok(()), |(data_set, point)| data_set.write_data_point(&point))
}
