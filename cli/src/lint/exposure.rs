//! Who could do more, or for longer, than its owner may have meant.

use rules::{Rules, UploadRule};
use serde_json::{Map, Value};
use signer::HttpUrl;

use crate::configured::{Entry, entries};
use crate::finding::Finding;

/// An upload that takes longer to begin is rare: 1 hour.
const LONG_UPLOAD_SECS: u32 = 3_600;
/// A link that outlives a day is usually shared on: 24 hours.
const LONG_DOWNLOAD_SECS: u32 = 86_400;

pub(super) fn lint(rules: &Rules, vars: &Map<String, Value>) -> Vec<Finding> {
    let (uploads, downloads) = (entries(vars, "UPLOADS"), entries(vars, "DOWNLOADS"));
    let mut findings = Vec::new();
    for entry in &uploads {
        let Ok(rule) = rules.upload(entry.name) else { continue };
        findings.extend(anyone_writes(entry, vars));
        findings.extend(active_content(entry, rule));
        findings.extend(long_life(entry, rule.expires().as_secs(), LONG_UPLOAD_SECS));
        findings.extend(predictable_keys(entry));
        findings.extend(plain_http(entry));
    }
    for entry in &downloads {
        let Ok(rule) = rules.download(entry.name) else { continue };
        findings.extend(long_life(entry, rule.expires().as_secs(), LONG_DOWNLOAD_SECS));
        findings.extend(plain_http(entry));
        findings.extend(reads_others(entry));
    }
    findings.extend(shared_prefixes(&uploads));
    findings
}

fn anyone_writes(entry: &Entry<'_>, vars: &Map<String, Value>) -> Option<Finding> {
    let callers = entries(vars, "CALLERS");
    let open = |name: &&str| {
        let caller = callers.iter().find(|caller| caller.name == *name);
        caller.is_some_and(|caller| caller.text("kind") == Some("anyone"))
    };
    let at = entry.texts("callers").iter().position(open)?;
    Some(
        Finding::warning("anyone-writes", entry.place_of(&format!("callers[{at}]")))
            .says("anyone may fill this bucket, at your cost: `origins` binds browsers alone")
            .hint(r#"ask for a token, or at least a challenge: kind = "turnstile""#),
    )
}

fn active_content(entry: &Entry<'_>, rule: &UploadRule) -> Vec<Finding> {
    let active = rule.types().iter().enumerate().filter(|(_, kind)| kind.can_carry_scripts());
    let finding = |(at, kind): (usize, &rules::MediaType)| {
        Finding::warning("active-content", entry.place_of(&format!("types[{at}]")))
            .says(format!(
                "{} can carry scripts, which run on whatever host serves the bucket",
                kind.as_str()
            ))
            .hint("serve the bucket from a host of its own, as attachments; or leave the type out")
    };
    active.map(finding).collect()
}

fn long_life(entry: &Entry<'_>, secs: u32, most: u32) -> Option<Finding> {
    (secs > most).then(|| {
        let hours = most / 3_600;
        Finding::warning("long-expires", entry.place_of("expires"))
            .says(format!("whoever gets hold of an answer may use it, as often as they like, for more than {hours} h"))
            .hint("minutes are enough: a page asks when it needs one; S3 looks at it only when a transfer begins")
    })
}

/// Two callers, or two files of one name, would meet in one key.
fn predictable_keys(entry: &Entry<'_>) -> Option<Finding> {
    let key = entry.text("key")?;
    let apart =
        ["{uuid}", "{caller}"].iter().any(|part| key.contains(part)) || key.contains("{claim");
    (!apart).then(|| {
        Finding::warning("shared-prefix", entry.place_of("key"))
            .says("every caller writes to the same keys, so one overwrites another's files")
            .hint("put {uuid}, or {caller} between slashes, into the key")
    })
}

/// A caller that reads by path alone reads what every caller stored there.
fn reads_others(entry: &Entry<'_>) -> Option<Finding> {
    let key = entry.text("key")?;
    let short = entry.key_prefix().trim_end_matches('/').len() < 2;
    (short && key.contains("{path}")).then(|| {
        Finding::warning("short-prefix", entry.place_of("key"))
            .says(format!(
                "{:?} is hardly a prefix: the rule opens much of the bucket",
                entry.key_prefix()
            ))
            .hint("begin the key with a word that says what is there, such as \"avatars/\"")
    })
}

fn plain_http(entry: &Entry<'_>) -> Vec<Finding> {
    let origins = entry.texts("origins");
    let plain = origins.iter().enumerate().filter(|(_, origin)| is_plain(origin));
    let finding = |(at, _)| {
        Finding::warning("plain-http", entry.place_of(&format!("origins[{at}]")))
            .says("a page over plain HTTP can be changed on its way, and what it is handed read")
            .hint("serve the page over https")
    };
    plain.map(finding).collect()
}

/// Whether a URL goes over plain HTTP to another machine.
pub(super) fn is_plain(url: &str) -> bool {
    HttpUrl::parse(url).is_some_and(|url| {
        let is_local = matches!(url.host(), "localhost" | "127.0.0.1")
            || url.host().ends_with(".localhost")
            || url.host().starts_with('[');
        !url.is_https() && !is_local
    })
}

/// Upload rules of different callers, types or sizes that write to one place.
fn shared_prefixes(uploads: &[Entry<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, entry) in uploads.iter().enumerate() {
        let (bucket, prefix) = (entry.text("bucket"), entry.key_prefix());
        let other = uploads.iter().take(at).find(|other| {
            let (mine, theirs) = (prefix, other.key_prefix());
            other.text("bucket") == bucket && (mine.starts_with(theirs) || theirs.starts_with(mine))
        });
        let Some(other) = other else { continue };
        findings.push(
            Finding::warning("shared-prefix", entry.place_of("key"))
                .says(format!(
                    "{} writes to {:?} too, so the limits of neither hold there",
                    other.place,
                    other.key_prefix()
                ))
                .hint("give each upload rule a first segment of its own"),
        );
    }
    findings
}
