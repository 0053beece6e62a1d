//! A cache in front of the Worker.

use serde_json::Value;

use crate::finding::Finding;
use crate::wrangler::Wrangler;

/// Warns of Workers Cache. Its key has the path, but neither the host nor the headers that authenticate a caller, except that a
/// request with `Authorization` bypasses it.
pub(super) fn lint(wrangler: &Wrangler<'_>) -> Option<Finding> {
    let is_enabled =
        |setting: &Value| setting.pointer("/cache/enabled") == Some(&Value::Bool(true));
    let worker = wrangler.inherited("cache").map(|cache| serde_json::json!({ "cache": cache }));
    let place = if worker.as_ref().is_some_and(is_enabled) {
        "cache"
    } else {
        let exports = wrangler.inherited("exports")?;
        exports.as_object()?.values().any(is_enabled).then_some("exports")?
    };
    Some(
        Finding::warning("cache-in-front", place)
            .says("a cache in front of the Worker answers without asking it: it knows neither callers nor limits, and could give one caller's link to another")
            .hint("remove the setting: no answer may be stored by a shared cache, and a link with `window` is cached by the browser"),
    )
}
