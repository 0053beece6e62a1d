//! Logs of the platform that contain the URLs of requests.

use serde_json::Value;

use crate::finding::Finding;
use crate::wrangler::Wrangler;

const WHY: &str =
    "contain the URL of each request, and with it tickets, Turnstile tokens and the names of files";

/// Warns of logs that the Worker does not write itself. The Worker's own lines contain no URL.
///
/// Spec: <https://developers.cloudflare.com/workers/observability/logs/workers-logs/>
pub(super) fn lint(wrangler: &Wrangler<'_>) -> Vec<Finding> {
    [invocation_logs(wrangler), traces(wrangler), logpush(wrangler)].into_iter().flatten().collect()
}

fn invocation_logs(wrangler: &Wrangler<'_>) -> Option<Finding> {
    let observability = wrangler.inherited("observability")?;
    let is = |pointer, value: bool| observability.pointer(pointer) == Some(&Value::Bool(value));
    let stores_logs =
        (is("/enabled", true) || is("/logs/enabled", true)) && !is("/logs/enabled", false);
    (stores_logs && !is("/logs/invocation_logs", false)).then(|| {
        Finding::warning("invocation-logs", "observability")
            .says(format!("Cloudflare's invocation logs {WHY}"))
            .hint("write [observability.logs] with enabled = true and invocation_logs = false")
    })
}

fn traces(wrangler: &Wrangler<'_>) -> Option<Finding> {
    let observability = wrangler.inherited("observability")?;
    (observability.pointer("/traces/enabled") == Some(&Value::Bool(true))).then(|| {
        Finding::warning("traces", "observability")
            .says(format!("traces {WHY}"))
            .hint("remove [observability.traces]")
    })
}

fn logpush(wrangler: &Wrangler<'_>) -> Option<Finding> {
    (wrangler.inherited("logpush")? == Value::Bool(true)).then(|| {
        Finding::warning("logpush", "logpush")
            .says(format!("the events of Logpush {WHY}"))
            .hint("remove the line; or leave the field Event out of the Logpush job")
    })
}
