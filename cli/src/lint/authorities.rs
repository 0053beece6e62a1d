//! Rules that share the keys of their callers, although the callers get their names from different places.

use crate::configured::{Configured, NamedRule, same_bucket};
use crate::finding::Finding;

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let rules: Vec<_> = configured.rules().collect();
    let mut findings = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let Some(first) = rules.iter().take(at).find(|first| confuse(**first, *rule)) else {
            continue;
        };
        let message = format!(
            "{} fills the same place in these keys from another source, so different callers with equal names share their files",
            configured.place_of_rule(*first)
        );
        findings.push(
            Finding::warning("shared-names", format!("{}.{}", configured.place_of_rule(*rule), rule.key_name()))
                .says(message)
                .hint("leave it if equal names mean the same person; otherwise begin the keys of the two rules with different segments"),
        );
    }
    findings
}

/// Whether both rules can make the same key of the same bucket for different callers.
fn confuse(first: NamedRule<'_>, second: NamedRule<'_>) -> bool {
    same_bucket(first.bucket(), second.bucket())
        && rules::confuse_callers((first.key(), first.access()), (second.key(), second.access()))
}
