//! Time zones, which the platform knows.

use core::cell::RefCell;

use js_sys::{Date, Object};
use signer::UnixTime;
use wasm_bindgen::prelude::*;

use crate::shell::env::object;

/// Most formatters that are kept. Making one takes longer than using it.
const MAX_FORMATTERS: usize = 16;

thread_local! {
    /// The formatters by their zones' names.
    static FORMATTERS: RefCell<Vec<(String, DateTimeFormat)>> = const { RefCell::new(Vec::new()) };
}

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;

    #[wasm_bindgen(method, catch, js_name = format)]
    fn format_date(this: &DateTimeFormat, date: &Date) -> Result<String, JsValue>;
}

/// Returns what the clocks of a zone show more than UTC at a time, after the date: `11/23/2026, GMT+01:00`.
///
/// Spec: <https://tc39.es/ecma402/#sec-intl.datetimeformat>, `timeZoneName`
pub(super) fn utc_offset(zone: &str, at: UnixTime) -> Result<String, JsValue> {
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "years below 10000")]
    let milliseconds = at.as_secs() as f64 * 1_000.0;
    let date = Date::new(&milliseconds.into());
    formatter(zone)?.format_date(&date)
}

fn formatter(zone: &str) -> Result<DateTimeFormat, JsValue> {
    let known = FORMATTERS.with_borrow(|formatters| {
        formatters.iter().find(|(name, _)| name == zone).map(|(_, formatter)| formatter.clone())
    });
    if let Some(formatter) = known {
        return Ok(formatter);
    }
    let options = object(&[("timeZone", zone.into()), ("timeZoneName", "longOffset".into())]);
    let formatter = DateTimeFormat::new("en-US", &options)?;
    FORMATTERS.with_borrow_mut(|formatters| {
        if formatters.len() == MAX_FORMATTERS {
            formatters.clear();
        }
        formatters.push((zone.to_owned(), formatter.clone()));
    });
    Ok(formatter)
}
