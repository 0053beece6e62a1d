//! `credentials = { secret, role }`: a long-lived key that does nothing but assume a role, or `web_identity` instead of `secret`.

use alloc::sync::Arc;
use std::sync::OnceLock;

use signer::{HttpUrl, Region, TokenService};

use crate::bucket::amazon::kind::is_access_point_alias;
use crate::bucket::entry::BucketEntry;
use crate::bucket::provider::{Iam, Provider, Sts};
use crate::callers::tokens::keys::is_safe;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::quantity;
use crate::config::reader::{ConfigValue, TableReader};
use crate::iam::{MAX_SESSION_POLICY, SessionPolicy, Use};
use crate::issuer::Issuer;
use crate::rules::Rules;
use crate::sts::endpoint;
use crate::sts::sessions::Sessions;
use crate::sts::web_identity::{self, WebIdentity};

const ROLE: &str = r#"the ARN of a role such as "arn:aws:iam::123456789012:role/signpost""#;
const ENDPOINT: &str =
    r#"the URL of a security token service such as "https://sts.eu-west-1.amazonaws.com""#;
const DURATION: &str = r#"a length of time such as "1 h", from 15 min to 12 h"#;
const EXTERNAL_ID: &str = "2 to 1224 letters, digits and _+=,.@:/-";

/// Shortest and longest life of the credentials, in seconds. The role can have a lower limit.
const DURATIONS: core::ops::RangeInclusive<u32> = 900..=43_200;
const DEFAULT_DURATION: u32 = 3_600;

/// The part of the session's name before the bucket's in `BUCKETS`. The whole has at most 64 characters.
const SESSION: &str = "signpost-";
const MAX_SESSION: usize = 64;

/// A role that the bucket's key or the issuer's token assumes, with a session policy made from the rules.
#[derive(Clone, Debug)]
pub(crate) struct AssumeRole {
    /// `None` on servers without roles, where the credentials belong to the key's user.
    pub(super) role: Option<String>,
    /// `None` if a key asks for the credentials.
    web_identity: Option<WebIdentity>,
    pub(super) service: TokenService,
    pub(super) session_name: String,
    pub(super) duration_secs: u32,
    pub(super) external_id: Option<String>,
    /// Empty until all rules are parsed.
    pub(super) restriction: OnceLock<Restriction>,
    pub(super) sessions: Sessions,
}

/// What the rules of a bucket need of its credentials.
#[derive(Clone, Debug)]
pub(crate) struct Restriction {
    pub(crate) policy: SessionPolicy,
    /// The longest `expires` of the rules, in seconds.
    pub(crate) longest_secs: u64,
}

impl AssumeRole {
    /// Shortest life of credentials, in seconds.
    pub(crate) const SHORTEST_SECS: u32 = *DURATIONS.start();

    /// Reads the table `credentials`. `name` is the bucket's in `BUCKETS`.
    #[inline(never)] // keeps rare code out of the function that reads every bucket
    pub(crate) fn parse(
        entry: &ConfigValue<'_>,
        table: &mut TableReader<'_>,
        (provider, name): (&Provider, &str),
        bucket: (&str, &Region),
    ) -> Result<Self, ConfigError> {
        if provider.sts == Sts::None {
            let or_derived = if provider.derives_credentials() {
                ", or { secret = \"MEDIA\", temporary = true }"
            } else {
                ""
            };
            let problem = format!(
                "{} has no security token service that Signpost knows: write the first part of the secrets' names, such as \"MEDIA\"{or_derived}",
                provider.name()
            );
            return Err(entry.problem(&problem));
        }
        let secret = table.optional("secret"); // which the keys of the bucket have read
        let web_identity = WebIdentity::parse(table, secret.as_ref(), (provider, name))?;
        if web_identity.is_some() && matches!(provider.sts, Sts::Global(_)) {
            let name = provider.name();
            return Err(entry.problem(&format!(
                "{name} documents no AssumeRoleWithWebIdentity: write `secret` instead of `web_identity`"
            )));
        }
        let role = match provider.sts {
            Sts::SameEndpoint => table.optional("role"),
            Sts::Amazon | Sts::Global(_) | Sts::None => Some(table.required("role", ROLE)?),
        };
        let role = role.map(|entry| entry.parsed(ROLE, role_arn)).transpose()?;
        let service = service(entry, table, provider, bucket)?;
        let duration = table.optional("duration");
        let duration = duration.map(|entry| entry.parsed(DURATION, duration_secs)).transpose()?;
        let external_id = match web_identity {
            None => table.optional("external_id"),
            Some(_) => None, // the service takes none with a token
        };
        let external_id =
            external_id.map(|entry| entry.parsed(EXTERNAL_ID, external_id_of)).transpose()?;
        Ok(Self {
            role,
            web_identity,
            service,
            session_name: format!("{SESSION}{name}").chars().take(MAX_SESSION).collect(),
            duration_secs: duration.unwrap_or(DEFAULT_DURATION),
            external_id,
            restriction: OnceLock::new(),
            sessions: Sessions::default(),
        })
    }

    /// Names the issuer of the tokens. `is_set` is whether the variable is, even if it is invalid.
    #[inline(never)]
    pub(crate) fn identify(
        &self,
        issuer: Option<&Arc<Issuer>>,
        is_set: bool,
        place: &str,
    ) -> Result<(), ConfigError> {
        match (&self.web_identity, issuer) {
            (Some(identity), Some(issuer)) => identity.set_issuer(issuer),
            (Some(_), None) if !is_set => {
                let problem =
                    "also needs the table ISSUER, with the `url` and the `keys` of the tokens";
                return Err(ConfigError::new(format!("{place}.{}", web_identity::KEY), problem));
            }
            _ => {}
        }
        Ok(())
    }

    /// Restricts the credentials to what the rules of the bucket need.
    #[inline(never)] // keeps rare code out of the function that parses all rules
    pub(crate) fn restrict(
        &self,
        bucket: &BucketEntry,
        rules: &Rules,
        place: &str,
    ) -> Result<(), ConfigError> {
        let problem = |problem: String| ConfigError::new(place, problem);
        if bucket.provider().iam() == Iam::Aws && is_access_point_alias(bucket.bucket().name()) {
            return Err(problem(
                "the bucket's name is the alias of an access point, which no session policy can name: write the name of the bucket".into(),
            ));
        }
        let uses = Use::all(rules, bucket);
        let policy = SessionPolicy::of(rules, bucket, &uses).map_err(|found| {
            problem(format!(
                "the session policy of this bucket's rules has {found} characters, more than the {MAX_SESSION_POLICY} of a security token service"
            ))
            .with_kind(ConfigErrorKind::SessionPolicyTooLong)
        })?;
        let longest_secs = uses.iter().map(|each| each.max_age_ms / 1_000).max().unwrap_or(0);
        self.restriction.get_or_init(|| Restriction { policy, longest_secs });
        Ok(())
    }

    pub(crate) fn role(&self) -> Option<&str> {
        self.role.as_deref()
    }

    pub(crate) const fn web_identity(&self) -> Option<&WebIdentity> {
        self.web_identity.as_ref()
    }

    /// Returns the issuer whose tokens get the credentials.
    pub(crate) fn issuer(&self) -> Option<&Issuer> {
        self.web_identity().and_then(WebIdentity::issuer)
    }

    pub(crate) fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    pub(crate) fn session_name(&self) -> &str {
        &self.session_name
    }

    pub(crate) const fn duration_secs(&self) -> u32 {
        self.duration_secs
    }

    pub(crate) fn restriction(&self) -> Option<&Restriction> {
        self.restriction.get()
    }
}

/// Reads `endpoint`. Its answers contain secrets, so only a server on the same machine may do without TLS.
fn service(
    entry: &ConfigValue<'_>,
    table: &mut TableReader<'_>,
    provider: &Provider,
    (bucket_endpoint, bucket_region): (&str, &Region),
) -> Result<TokenService, ConfigError> {
    let configured = table.optional("endpoint");
    let url = match &configured {
        Some(entry) => entry.text(ENDPOINT)?.to_owned(),
        None => endpoint::of_bucket(provider, bucket_endpoint, bucket_region).unwrap_or_default(),
    };
    let invalid = || match &configured {
        Some(entry) => entry.expected(ENDPOINT),
        None => entry.problem(&format!("also needs an `endpoint`: {ENDPOINT}")),
    };
    let parsed = HttpUrl::parse(&url).filter(|_| is_safe(&url));
    let region = parsed.and_then(|url| endpoint::region(provider, &url, bucket_region));
    TokenService::new(&url, region.ok_or_else(invalid)?).map_err(|_| invalid())
}

/// Checks an ARN such as `arn:aws:iam::123456789012:role/signpost`. Ceph leaves the account out.
fn role_arn(arn: &str) -> Option<String> {
    let mut parts = arn.splitn(6, ':');
    let is_role = parts.next() == Some("arn")
        && parts.nth(1) == Some("iam")
        && parts
            .nth(2)
            .and_then(|resource| resource.strip_prefix("role/"))
            .is_some_and(|name| !name.is_empty());
    let is_plain = arn.bytes().all(|b| b.is_ascii_graphic());
    (is_role && is_plain && arn.len() <= 2_048).then(|| arn.to_owned())
}

fn duration_secs(text: &str) -> Option<u32> {
    let secs = quantity::expires(text, *DURATIONS.end())?.as_secs();
    DURATIONS.contains(&secs).then_some(secs)
}

fn external_id_of(text: &str) -> Option<String> {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&b);
    let fits = (2..=1_224).contains(&text.len()) && text.bytes().all(is_allowed);
    fits.then(|| text.to_owned())
}
