//! Rules whose events are never sent, because the Worker does not learn when their files have arrived.

use crate::configured::{Configured, NamedRule, Rule};
use crate::finding::Finding;

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let each = |rule: NamedRule<'_>| {
        let Rule::Upload(upload) = rule.rule else { return None };
        let is_told = upload.takes_confirmations()
            || upload.takes_parts()
            || upload.is_bound()
            || upload.bucket().provider().has_bindings();
        (upload.sends_events() && !is_told).then(|| never_sent(&configured.place_of_rule(rule)))
    };
    configured.rules().filter_map(each).collect()
}

fn never_sent(place: &str) -> Finding {
    Finding::warning("events-never-sent", format!("{place}.notify"))
        .says("no event is ever sent: a file goes directly to the bucket, and nobody tells the Worker that it has arrived")
        .hint("add confirm = true, and let the page confirm its uploads")
}
