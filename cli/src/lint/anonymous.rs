//! Rules that write and that anyone may use, beyond the warning that anyone may.

use rules::CallerKind;

use crate::configured::{Configured, NamedRule, Rule};
use crate::finding::Finding;

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let each = |rule: NamedRule<'_>| {
        let takes_parts = match rule.rule {
            Rule::Upload(upload) => upload.takes_parts(),
            Rule::Credentials(_) => false,
            Rule::Download(_) => return [None, None],
        };
        let place = configured.place_of_rule(rule);
        let is_open = rule.access().callers().iter().any(CallerKind::is_anyone);
        [
            (is_open && rule.access().limit().is_none()).then(|| without_limit(rule, &place)),
            (is_open && takes_parts).then(|| parts(&place)),
        ]
    };
    configured.rules().flat_map(each).flatten().collect()
}

fn without_limit(rule: NamedRule<'_>, place: &str) -> Finding {
    let what = match rule.rule {
        Rule::Upload(_) | Rule::Download(_) => "uploads",
        Rule::Credentials(_) => "credentials",
    };
    Finding::warning("anyone-without-limit", format!("{place}.limit"))
        .says(format!("anyone can request any number of {what}"))
        .hint(r#"declare a binding in [[ratelimits]], and name it: limit = "UPLOAD_LIMIT""#)
}

/// The bucket keeps and charges for parts until the upload is completed or aborted.
fn parts(place: &str) -> Finding {
    Finding::warning("anyone-in-parts", format!("{place}.multipart"))
        .says("anyone can begin uploads and never complete them: the bucket stores their parts, and whoever learns an upload's ID can complete or abort it")
        .hint("require a token; and have the bucket delete incomplete uploads after a day, by a lifecycle rule with AbortIncompleteMultipartUpload")
}
