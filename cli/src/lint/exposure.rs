//! Permissions that are wider, or last longer, than their owner may have intended.

use rules::{Action, CallerKind, CredentialsRule, MediaType, UploadRule};
use signer::HttpUrl;

use crate::configured::{Configured, NamedRule, Rule, same_bucket};
use crate::finding::Finding;

/// Longest `expires` of an upload rule without a warning, in seconds: 1 hour.
const LONG_UPLOAD_SECS: u32 = 3_600;
/// Longest `expires` of a download rule without a warning, in seconds: 24 hours.
const LONG_DOWNLOAD_SECS: u32 = 86_400;

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in configured.rules() {
        let place = configured.place_of_rule(rule);
        match rule.rule {
            Rule::Upload(upload) => {
                findings.extend(anyone_writes(rule, &place));
                findings.extend(active_content(upload, &place));
                findings.extend(long_life(rule, &place, LONG_UPLOAD_SECS));
                findings.extend(shared_keys(rule, &place, "key"));
            }
            Rule::Credentials(credentials) => {
                if changes_objects(credentials) {
                    findings.extend(anyone_writes(rule, &place));
                    findings.extend(shared_keys(rule, &place, "prefix"));
                }
                findings.extend(reads_others(rule, &place, "prefix"));
            }
            Rule::Download(_) => {
                findings.extend(long_life(rule, &place, LONG_DOWNLOAD_SECS));
                findings.extend(reads_others(rule, &place, "key"));
            }
        }
        findings.extend(plain_http(rule, &place));
    }
    findings.extend(shared_prefixes(configured));
    findings
}

fn changes_objects(rule: &CredentialsRule) -> bool {
    rule.actions().iter().any(|action| matches!(action, Action::Write | Action::Delete))
}

fn anyone_writes(rule: NamedRule<'_>, place: &str) -> Option<Finding> {
    let at = rule.access().callers().iter().position(CallerKind::is_anyone)?;
    Some(
        Finding::warning("anyone-writes", format!("{place}.callers[{at}]"))
            .says("anyone can fill this bucket, at your cost: `origins` only restricts browsers")
            .hint(r#"require a token, or at least a challenge: kind = "turnstile""#),
    )
}

fn active_content(rule: &UploadRule, place: &str) -> Vec<Finding> {
    let active = rule.types().iter().enumerate().filter(|(_, kind)| kind.can_carry_scripts());
    let finding = |(at, kind): (usize, &MediaType)| {
        Finding::warning("active-content", format!("{place}.types[{at}]"))
            .says(format!(
                "{} can carry scripts, which run on the host that serves the bucket",
                kind.as_str()
            ))
            .hint("serve the bucket's files as attachments, from a separate host; or leave the type out")
    };
    active.map(finding).collect()
}

fn long_life(rule: NamedRule<'_>, place: &str, max_secs: u32) -> Option<Finding> {
    (rule.expires_secs() > max_secs).then(|| {
        let hours = max_secs / 3_600;
        Finding::warning("long-expires", format!("{place}.expires"))
            .says(format!("anyone who obtains a link or form can use it any number of times, for more than {hours} h"))
            .hint("minutes are enough: a page requests a link or form when it needs one, and S3 checks the time only when a transfer begins")
    })
}

/// Keys that do not depend on the caller or a random value, so that callers overwrite each other's files.
fn shared_keys(rule: NamedRule<'_>, place: &str, key: &str) -> Option<Finding> {
    rule.key().is_shared_by_callers().then(|| {
        Finding::warning("shared-prefix", format!("{place}.{key}"))
            .says("all callers write to the same keys, so a caller can overwrite another caller's files")
            .hint(if key == "prefix" {
                "put {caller} between slashes into the prefix"
            } else {
                "put {uuid}, or {caller} between slashes, into the key"
            })
    })
}

/// Keys with a short prefix and a path, so that callers can read the files of all callers.
fn reads_others(rule: NamedRule<'_>, place: &str, key: &str) -> Option<Finding> {
    let prefix = rule.key().prefix();
    let short = prefix.trim_end_matches('/').len() < 2;
    (short && rule.key().has_path()).then(|| {
        Finding::warning("short-prefix", format!("{place}.{key}"))
            .says(format!(
                "the prefix {prefix:?} is so short that the rule opens much of the bucket"
            ))
            .hint("begin it with a word for what is stored there, such as \"avatars/\"")
    })
}

fn plain_http(rule: NamedRule<'_>, place: &str) -> Vec<Finding> {
    let origins = rule.access().origins().iter().enumerate();
    let plain = origins.filter(|(_, origin)| is_plain_http(origin.as_str()));
    let finding = |(at, _)| {
        Finding::warning("plain-http", format!("{place}.origins[{at}]"))
            .says("a page over plain HTTP can be changed in transit, and its links and forms can be read")
            .hint("serve the page over https")
    };
    plain.map(finding).collect()
}

/// Whether a URL leads over plain HTTP to another machine.
pub(super) fn is_plain_http(url: &str) -> bool {
    HttpUrl::parse(url).is_some_and(|url| {
        let is_local = matches!(url.host(), "localhost" | "127.0.0.1")
            || url.host().ends_with(".localhost")
            || url.host().starts_with('[');
        !url.is_https() && !is_local
    })
}

/// Rules that write, and whose keys may be the same, so that a file need only satisfy one of the rules.
fn shared_prefixes(configured: &Configured) -> Vec<Finding> {
    let is_upload = |rule: &NamedRule<'_>| match rule.rule {
        Rule::Upload(_) => true,
        Rule::Credentials(rule) => rule.actions().contains(&Action::Write),
        Rule::Download(_) => false,
    };
    let uploads: Vec<_> = configured.rules().filter(is_upload).collect();
    let mut findings = Vec::new();
    for (at, rule) in uploads.iter().enumerate() {
        let first = uploads.iter().take(at).find(|first| overlap(**first, *rule));
        let Some(first) = first else { continue };
        let message = format!(
            "{} also writes to {:?}, so neither rule alone limits the files there",
            configured.place_of_rule(*first),
            first.key().prefix()
        );
        findings.push(
            Finding::warning(
                "shared-prefix",
                format!("{}.{}", configured.place_of_rule(*rule), rule.key_name()),
            )
            .says(message)
            .hint("let the keys of each rule that writes begin with a different segment"),
        );
    }
    findings
}

/// Whether both rules can make the same key of the same bucket.
fn overlap(first: NamedRule<'_>, second: NamedRule<'_>) -> bool {
    let (first_prefix, second_prefix) = (first.key().prefix(), second.key().prefix());
    same_bucket(first.bucket(), second.bucket())
        && (first_prefix.starts_with(second_prefix) || second_prefix.starts_with(first_prefix))
}
