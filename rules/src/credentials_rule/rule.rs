//! A rule for temporary credentials: an entry of `CREDENTIALS`, and how it decides.

use alloc::sync::Arc;

use litemap::LiteMap;
use signer::{Expires, UnixTime};

use crate::ambient::Ambient;
use crate::bucket::amazon::kind::is_access_point_alias;
use crate::bucket::entry::BucketEntry;
use crate::bucket::provider::Iam;
use crate::callers::access::Access;
use crate::callers::caller::Caller;
use crate::callers::kind::CallerKind;
use crate::callers::tokens::ticket::Ticket;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::quantity;
use crate::config::reader::{ConfigPath, ConfigValue, TableReader};
use crate::credentials_rule::action::Action;
use crate::credentials_rule::grant::CredentialsGrant;
use crate::credentials_rule::session_name::session_name;
use crate::denial::Denial;
use crate::iam::{SessionPolicy, handed_out};
use crate::keys::fill::Values;
use crate::keys::part::{Part, Placeholder};
use crate::keys::template::KeyTemplate;
use crate::lifetime::Lifetime;
use crate::rule_keys;
use crate::rules::sorted;

/// Longest life of handed-out credentials, in seconds: 1 hour.
const MAX_EXPIRES: u32 = 3_600;

const PREFIX: &str = r#"a prefix that ends with a slash, such as "users/{caller}/""#;
const ACTIONS: &str = r#"a list of "read", "write", "list" and "delete""#;

/// What one rule hands out.
#[derive(Debug)]
pub struct CredentialsRule {
    pub(crate) bucket: Arc<BucketEntry>,
    access: Access,
    /// The prefix and `{path}`: the keys of all objects that the credentials can name.
    pub(crate) key: KeyTemplate,
    /// Sorted, without repetitions.
    actions: Vec<Action>,
    expires: Expires,
}

impl CredentialsRule {
    /// The headers that a request for credentials needs whatever its method is, besides those of [`Access`].
    pub(crate) const HEADERS: [&'static str; 2] = ["accept", "sec-fetch-site"];

    /// Parses an entry.
    pub(crate) fn parse(
        entry: &ConfigValue<'_>,
        buckets: &LiteMap<String, Arc<BucketEntry>>,
        callers: &LiteMap<String, CallerKind>,
    ) -> Result<Self, ConfigError> {
        let mut table = TableReader::new(entry)?;
        let bucket = rule_keys::bucket(&mut table, buckets)?;
        let shortest = check_source(&table.place.join("bucket"), &bucket)?;
        let access = Access::parse(&mut table, callers)?;
        let key = prefix(&mut table, &access)?;
        let actions = table.required("actions", ACTIONS)?.non_empty_list(ACTIONS)?;
        let actions = actions.iter().map(|entry| entry.parsed(ACTIONS, Action::parse));
        let actions = sorted(actions.collect::<Result<Vec<_>, _>>()?.into_iter());
        let expires = expires(&mut table, shortest)?;
        table.finish()?;
        Ok(Self { bucket, access, key, actions, expires })
    }

    /// Returns who gets credentials.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Returns the bucket with the objects.
    #[must_use]
    pub fn bucket(&self) -> &BucketEntry {
        &self.bucket
    }

    /// Returns the template of the keys that the credentials can name: the prefix, then `{path}`.
    #[must_use]
    pub const fn key(&self) -> &KeyTemplate {
        &self.key
    }

    /// Returns what the credentials can do, sorted.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Returns how long the credentials are valid.
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.expires
    }

    /// Decides on a request.
    ///
    /// # Errors
    ///
    /// [`Denial::TicketLimit`] if the caller's ticket is for one object, [`Denial::NoPolicy`] if no policy can name the caller's
    /// prefix, [`Denial::InvalidKey`] if the prefix is no valid key.
    pub fn grant(&self, caller: &Caller, ambient: Ambient) -> Result<CredentialsGrant, Denial> {
        if caller.ticket.as_ref().and_then(Ticket::key).is_some() {
            return Err(Denial::TicketLimit { name: "key" });
        }
        let values = Values { caller, ambient, extension: None, filename: None, path: "" };
        let prefix = self.key.find(&values)?.as_str().to_owned();
        // In a policy these are wildcards, and not every server has a way to write them as they are.
        if prefix.contains(['*', '?']) {
            return Err(Denial::NoPolicy {
                why: "has `*` or `?`, which are wildcards in policies",
            });
        }
        let permissions = handed_out::of_prefix(self.bucket.bucket(), &prefix, &self.actions);
        let policy = SessionPolicy::of_permissions(permissions)
            .map_err(|_| Denial::NoPolicy { why: "is too long for a policy" })?;
        Ok(CredentialsGrant {
            bucket: Arc::clone(&self.bucket),
            prefix,
            policy,
            r2_actions: self.actions.iter().flat_map(|action| action.at_r2()).copied().collect(),
            session_name: session_name(caller),
            lifetime: self.lifetime(caller, ambient.now)?,
        })
    }
}

impl CredentialsRule {
    /// Returns how long the credentials live: until the caller's ticket ends, but no shorter than their provider permits.
    fn lifetime(&self, caller: &Caller, now: UnixTime) -> Result<Lifetime, Denial> {
        let lifetime = caller.lifetime(self.expires, now)?;
        let shortest = self.bucket.source.shortest_secs().and_then(Expires::from_secs);
        Ok(match shortest.filter(|shortest| lifetime.expires < *shortest) {
            Some(shortest) if shortest == self.expires => Lifetime::new(self.expires),
            Some(expires) => Lifetime { expires, ..lifetime },
            None => lifetime,
        })
    }
}

/// Checks that the bucket has credentials that can be restricted, and returns their shortest life, in seconds.
fn check_source(place: &ConfigPath<'_>, bucket: &BucketEntry) -> Result<u32, ConfigError> {
    let Some(shortest) = bucket.source.shortest_secs() else {
        let problem = format!(
            "the Worker cannot get temporary credentials for {:?}: write its `credentials` as a table",
            bucket.name
        );
        return Err(place.problem(&problem).with_kind(ConfigErrorKind::LongLivedKey));
    };
    if bucket.provider().iam() == Iam::Aws && is_access_point_alias(bucket.bucket().name()) {
        return Err(place.problem(
            "the bucket's name is the alias of an access point, which no session policy can name: write the name of the bucket",
        ));
    }
    Ok(shortest)
}

/// Reads `prefix`.
fn prefix(table: &mut TableReader<'_>, access: &Access) -> Result<KeyTemplate, ConfigError> {
    const ALLOWED: &[Placeholder] = &[Placeholder::Caller, Placeholder::Entry, Placeholder::Path];
    let entry = table.required("prefix", PREFIX)?;
    let text = entry.parsed(PREFIX, |text| text.ends_with('/').then_some(text))?;
    if text.contains("{path}") {
        return Err(
            entry.problem("{path} stands for the rest of the key, which follows the prefix")
        );
    }
    let key = KeyTemplate::parse(&format!("{text}{{path}}"), ALLOWED)
        .map_err(|problem| entry.problem(&problem))?;
    let has_wildcard =
        |part: &Part| matches!(part, Part::Literal(text) if text.contains(['*', '?', '$']));
    if key.parts().iter().any(has_wildcard) {
        return Err(entry.problem(
            "a prefix cannot contain `*`, `?` or `$`, which are special characters in policies",
        ));
    }
    rule_keys::check_placeholders(&entry, &key, access)?;
    Ok(key)
}

/// Reads `expires`.
fn expires(table: &mut TableReader<'_>, shortest: u32) -> Result<Expires, ConfigError> {
    let expected = match shortest {
        900 => r#"a length of time such as "1 h", from 15 min to 1 h"#,
        _ => r#"a length of time such as "1 h", at most 1 h"#,
    };
    let entry = table.required("expires", expected)?;
    entry.parsed(expected, |text| {
        quantity::expires(text, MAX_EXPIRES).filter(|expires| expires.as_secs() >= shortest)
    })
}
