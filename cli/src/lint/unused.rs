//! Entries that no rule names.

use crate::configured::{Configured, NamedRule};
use crate::finding::Finding;

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let unused = |place: String| {
        Finding::warning("unused", place)
            .says("no rule names this entry")
            .hint("remove it, or name it in a rule")
    };
    let is_named = |name: &str| {
        let mut access = configured.rules().map(NamedRule::access);
        access.any(|access| access.names_caller(name))
    };
    let buckets = configured.rules.buckets();
    let buckets = buckets
        .filter(|bucket| configured.rules_of(bucket).next().is_none())
        .map(|bucket| configured.place_of_bucket(bucket));
    let callers = configured.rules.callers().map(rules::CallerKind::name);
    let callers =
        callers.filter(|name| !is_named(name)).map(|name| configured.place_of_caller(name));
    buckets.chain(callers).map(unused).collect()
}
