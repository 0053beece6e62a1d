//! Entries that no rule names.

use serde_json::{Map, Value};

use crate::configured::{Entry, entries};
use crate::finding::Finding;

pub(super) fn lint(vars: &Map<String, Value>) -> Vec<Finding> {
    let rules: Vec<_> =
        ["UPLOADS", "DOWNLOADS"].into_iter().flat_map(|s| entries(vars, s)).collect();
    let names_bucket = |name: &str| rules.iter().any(|rule| rule.text("bucket") == Some(name));
    let names_caller = |name: &str| rules.iter().any(|rule| rule.texts("callers").contains(&name));
    let unused = |entry: &Entry<'_>| {
        Finding::warning("unused", entry.place.clone())
            .says("no rule names it")
            .hint("take it out, or name it in a rule")
    };
    let buckets = entries(vars, "BUCKETS").into_iter().filter(|entry| !names_bucket(entry.name));
    let callers = entries(vars, "CALLERS").into_iter().filter(|entry| !names_caller(entry.name));
    buckets.chain(callers).map(|entry| unused(&entry)).collect()
}
