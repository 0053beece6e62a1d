//! The keys that upload rules and download rules share: `bucket`, `key`, `expires`.

use alloc::sync::Arc;

use litemap::LiteMap;
use signer::Expires;

use crate::bucket::credentials::CredentialSource;
use crate::bucket::entry::BucketEntry;
use crate::callers::access::Access;
use crate::callers::authority::Authority;
use crate::callers::kind::CallerKind;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::join_names::join_names;
use crate::config::quantity;
use crate::config::reader::{ConfigValue, TableReader};
use crate::keys::part::{Part, Placeholder};
use crate::keys::template::KeyTemplate;

/// Reads `bucket`, the name of an entry of `BUCKETS` that has credentials to sign with.
pub(crate) fn bucket(
    table: &mut TableReader<'_>,
    buckets: &LiteMap<String, Arc<BucketEntry>>,
) -> Result<Arc<BucketEntry>, ConfigError> {
    let (entry, bucket) = any_bucket(table, buckets)?;
    if bucket.keys.is_none() && matches!(bucket.source, CredentialSource::Secrets) {
        return Err(entry.problem(NO_CREDENTIALS));
    }
    Ok(bucket)
}

/// Reads `bucket` of a rule that signs nothing.
pub(crate) fn bucket_to_read(
    table: &mut TableReader<'_>,
    buckets: &LiteMap<String, Arc<BucketEntry>>,
) -> Result<Arc<BucketEntry>, ConfigError> {
    any_bucket(table, buckets).map(|(_, bucket)| bucket)
}

const NO_CREDENTIALS: &str =
    r#"this bucket has no `credentials`, without which a rule needs serve = "direct""#;

fn any_bucket<'a>(
    table: &mut TableReader<'a>,
    buckets: &LiteMap<String, Arc<BucketEntry>>,
) -> Result<(ConfigValue<'a>, Arc<BucketEntry>), ConfigError> {
    let names = join_names(buckets.keys().map(String::as_str));
    let expected = format!("a name from BUCKETS (there are: {names})");
    let entry = table.required("bucket", &expected)?;
    let bucket = entry.parsed(&expected, |name| buckets.get(name).cloned())?;
    Ok((entry, bucket))
}

/// Reads `key`, a template whose placeholders have a value for every caller.
pub(crate) fn key(
    table: &mut TableReader<'_>,
    allowed: &[Placeholder],
    access: &Access,
) -> Result<KeyTemplate, ConfigError> {
    const EXPECTED: &str = r#"a key such as "avatars/{caller}/...""#;
    let entry = table.required("key", EXPECTED)?;
    let key = KeyTemplate::parse(entry.text(EXPECTED)?, allowed)
        .map_err(|problem| entry.problem(&problem))?;
    check_placeholders(&entry, &key, access)?;
    Ok(key)
}

/// Checks that the placeholders of a template have a value for every caller, and that different callers have different values.
pub(crate) fn check_placeholders(
    entry: &ConfigValue<'_>,
    key: &KeyTemplate,
    access: &Access,
) -> Result<(), ConfigError> {
    if key.uses(Placeholder::Caller) && !access.has_caller_name() {
        let error = entry.problem("{caller} has no value for callers without a name");
        return Err(error.with_kind(ConfigErrorKind::CallerWithoutName));
    }
    if key.uses_claims() && !access.has_claims() {
        return Err(entry
            .problem("{claim.NAME} has a value only where every caller has a token with claims"));
    }
    check_authorities(key, access)
        .map_err(|problem| entry.problem(&problem).with_kind(ConfigErrorKind::SeveralAuthorities))
}

/// Checks that equal values of `{caller}` or a claim belong to one caller, unless `{entry}` distinguishes them.
fn check_authorities(key: &KeyTemplate, access: &Access) -> Result<(), String> {
    if key.uses(Placeholder::Entry) {
        return Ok(());
    }
    let names = access.entries_with_names_apart().filter(|_| key.uses(Placeholder::Caller));
    let claims = || access.entries_with_claims_apart().filter(|_| key.uses_claims());
    let (placeholder, values, [first, other]) = match (names, claims()) {
        (Some(entries), _) => ("{caller}", "names", entries),
        (None, Some(entries)) => ("{claim.NAME}", "claims", entries),
        (None, None) => return Ok(()),
    };
    Err(format!(
        "{placeholder} can be the same for different callers of \"{first}\" and \"{other}\", which get their {values} from different places: add {{entry}}"
    ))
}

impl Access {
    /// Finds two entries whose callers get their names from different authorities, so that equal names can belong to
    /// different callers.
    fn entries_with_names_apart(&self) -> Option<[&str; 2]> {
        self.entries_apart(CallerKind::authority)
    }

    /// Finds two entries whose callers get their claims from different authorities.
    fn entries_with_claims_apart(&self) -> Option<[&str; 2]> {
        self.entries_apart(|kind| kind.authority().map(Authority::for_claims))
    }

    fn entries_apart(
        &self,
        authority: impl Fn(&CallerKind) -> Option<Authority<'_>>,
    ) -> Option<[&str; 2]> {
        let first = self.callers.first()?;
        let other = self.callers.iter().find(|kind| authority(kind) != authority(first))?;
        Some([first.name(), other.name()])
    }
}

/// The value that separates the objects of callers: the first placeholder of a key, if it depends on the caller.
#[derive(Eq, PartialEq)]
enum Owner<'a> {
    Entry,
    Name,
    Claim(&'a str),
}

/// Returns whether two rules of one bucket can make the same key for different callers, although each rule keeps the objects
/// of its own callers apart: the keys begin alike, and get the name after that from different places.
#[must_use]
pub fn confuse_callers(first: (&KeyTemplate, &Access), second: (&KeyTemplate, &Access)) -> bool {
    let (Some((prefix, owner)), Some((other_prefix, other_owner))) =
        (owner(first.0), owner(second.0))
    else {
        return false;
    };
    let differ = |one: &CallerKind, other: &CallerKind| match owner {
        Owner::Entry => false,
        Owner::Name => one.authority() != other.authority(),
        Owner::Claim(_) => {
            one.authority().map(Authority::for_claims)
                != other.authority().map(Authority::for_claims)
        }
    };
    let kinds = (&first.1.callers, &second.1.callers);
    let any_differ = || kinds.0.iter().any(|one| kinds.1.iter().any(|other| differ(one, other)));
    prefix == other_prefix && (owner != other_owner || any_differ())
}

fn owner(key: &KeyTemplate) -> Option<(&str, Owner<'_>)> {
    let [Part::Literal(prefix), part, ..] = key.parts() else { return None };
    let owner = match part {
        Part::Placeholder(Placeholder::Entry) => Owner::Entry,
        Part::Placeholder(Placeholder::Caller) => Owner::Name,
        Part::Claim(name) => Owner::Claim(name),
        Part::Placeholder(_) | Part::Literal(_) => return None,
    };
    Some((prefix, owner))
}

/// Reads `expires`, at most `max_secs`.
pub(crate) fn expires(
    table: &mut TableReader<'_>,
    expected: &str,
    max_secs: u32,
) -> Result<Expires, ConfigError> {
    table.required("expires", expected)?.parsed(expected, |text| quantity::expires(text, max_secs))
}
