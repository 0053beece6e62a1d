//! A cache in front of the Worker.

use serde_json::Value;

use crate::finding::Finding;
use crate::wrangler::Wrangler;

/// The entrypoint that may have a cache, since only the Worker itself calls it, after it has checked the request.
const CALLED_BY_THE_WORKER: &str = "SignpostObjects";

/// Refuses Workers Cache in front of the Worker. Its key has the path, but neither the host nor the headers that authenticate a caller,
/// except that a request with `Authorization` bypasses it.
///
/// Spec: <https://developers.cloudflare.com/workers/cache/configuration/>
pub(super) fn lint(wrangler: &Wrangler<'_>) -> Option<Finding> {
    let exports = wrangler.inherited("exports");
    let export = |name: &str| enabled(exports.as_ref()?.get(name)?);
    // What the whole Worker has is the default of each entrypoint.
    let worker = wrangler.inherited("cache").and_then(|cache| cache.get("enabled")?.as_bool());
    let default_has = export("default").or(worker) == Some(true);
    let others = exports.as_ref().and_then(|exports| exports.as_object()).into_iter().flatten();
    let mut others =
        others.filter(|(name, _)| !["default", CALLED_BY_THE_WORKER].contains(&name.as_str()));
    let other_has = others.any(|(_, export)| enabled(export) == Some(true));
    if !default_has && !other_has {
        return None;
    }
    let place = if other_has || export("default") == Some(true) { "exports" } else { "cache" };
    Some(
        Finding::error("cache-in-front", place)
            .says("a cache in front of the Worker answers without asking it: it knows neither callers nor limits, and could give one caller's link to another")
            .hint("remove the setting. A link with `window` is cached by the browser; for objects that the Worker sends, write `cache` in the rule and enable the cache of the entrypoint SignpostObjects only"),
    )
}

/// Returns whether the cache of an entrypoint is enabled, if a setting says so.
fn enabled(export: &Value) -> Option<bool> {
    export.pointer("/cache/enabled")?.as_bool()
}
