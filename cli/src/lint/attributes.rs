//! What is stored with objects: access lists that open them, and ways around a required tag.

use rules::{Action, Tag};

use crate::configured::{Configured, NamedRule, Rule, same_bucket};
use crate::finding::Finding;

/// The canned access control lists that let strangers read an object, and who they are.
const PUBLIC: [(&str, &str); 3] = [
    ("public-read", "everyone"),
    ("public-read-write", "everyone"),
    ("authenticated-read", "every account of the provider"),
];

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let rules = || configured.rules();
    let public = rules().filter_map(|rule| public_acl(configured, rule));
    public.chain(rules().filter_map(|rule| bypass(configured, rule))).collect()
}

fn public_acl(configured: &Configured, named: NamedRule<'_>) -> Option<Finding> {
    let Rule::Upload(rule) = named.rule else { return None };
    let (acl, readers) = PUBLIC.iter().find(|(acl, _)| rule.acl() == Some(acl))?;
    Some(
        Finding::warning("public-acl", format!("{}.acl", configured.place_of_rule(named)))
            .says(format!("{acl} lets {readers} read each file at the bucket, past the download rules"))
            .hint("leave it out, and let pages read files by a download rule; a bucket of Amazon that was made since April 2023 has no ACLs and rejects the upload"),
    )
}

/// A rule that reads the same keys without the tag that a download rule requires, or that can replace a file after it was scanned.
fn bypass(configured: &Configured, named: NamedRule<'_>) -> Option<Finding> {
    let (own_tag, key) = match named.rule {
        Rule::Download(_) => (rule_tag(named), "key"),
        Rule::Credentials(_) => (None, "prefix"),
        Rule::Upload(_) => return None,
    };
    let hint = match named.rule {
        Rule::Credentials(_) => "keep its prefix apart from those keys",
        Rule::Upload(_) | Rule::Download(_) => {
            "write the same require_tag into both rules, or keep their keys apart"
        }
    };
    let can = |action| match named.rule {
        Rule::Credentials(rule) => rule.actions().contains(&action),
        Rule::Upload(_) | Rule::Download(_) => action == Action::Read,
    };
    let requires = configured.rules().find(|other| {
        same_bucket(other.bucket(), named.bucket())
            && rule_tag(*other).is_some_and(|tag| own_tag != Some(tag))
            && overlap(other.key().prefix(), named.key().prefix())
    })?;
    let (prefix, requires) = (named.key().prefix(), configured.place_of_rule(requires));
    let message = if can(Action::Read) {
        format!("this rule reads files below {prefix:?}, and {requires} reads them only with a tag")
    } else if can(Action::Write) {
        format!(
            "this rule can replace a file below {prefix:?} between its scan and its tag, which {requires} requires"
        )
    } else {
        return None;
    };
    Some(
        Finding::warning("tag-bypass", format!("{}.{key}", configured.place_of_rule(named)))
            .says(message)
            .hint(hint),
    )
}

/// The tag that a download rule requires.
fn rule_tag(named: NamedRule<'_>) -> Option<&Tag> {
    match named.rule {
        Rule::Download(rule) => rule.required_tag(),
        Rule::Upload(_) | Rule::Credentials(_) => None,
    }
}

fn overlap(first: &str, second: &str) -> bool {
    first.starts_with(second) || second.starts_with(first)
}
