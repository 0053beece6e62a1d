//! The configuration of `/reports`: members of a team may read its reports.

use serde_json::{Value, json};

/// Returns the same members as `[vars]` in `wrangler.toml` would have.
pub(crate) fn config() -> Value {
    json!({
        "BUCKETS": {
            "reports": { "provider": "aws", "name": "acme-reports", "region": "eu-west-1", "credentials": "REPORTS" }
        },
        "CALLERS": { "user": { "kind": "worker" } },
        "DOWNLOADS": {
            "report": { "bucket": "reports", "callers": ["user"], "key": "reports/{claim.team}/{path}", "expires": "1 min" }
        }
    })
}
