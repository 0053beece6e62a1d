//! The parsed configuration of one environment, with the place of each entry.

use std::path::PathBuf;

use rules::{
    Access, BucketEntry, CallerKind, ConfigError, CredentialsRule, DownloadRule, KeyTemplate,
    Rules, UploadRule,
};
use serde_json::{Map, Value};
use signer::Expires;

use crate::failure::Failure;
use crate::wrangler::{self, Wrangler};

/// The arguments that select a configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArgs {
    /// The configuration file; by default the one that wrangler uses, wrangler.json, wrangler.jsonc or wrangler.toml; without one, the worker.config.json that `cf build` wrote.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The environment, as in wrangler's --env.
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
}

/// The parsed rules, and the variables that define them.
#[derive(Debug)]
pub(crate) struct Configured {
    pub(crate) rules: Rules,
    vars: Map<String, Value>,
}

/// One rule, and its name.
#[derive(Clone, Copy)]
pub(crate) struct NamedRule<'c> {
    pub(crate) name: &'c str,
    pub(crate) rule: Rule<'c>,
}

#[derive(Clone, Copy)]
pub(crate) enum Rule<'c> {
    Upload(&'c UploadRule),
    Download(&'c DownloadRule),
    Credentials(&'c CredentialsRule),
}

impl NamedRule<'_> {
    /// The key for which the rule needs state that outlives a request.
    pub(crate) fn key_of_state(&self) -> Option<&'static str> {
        let (access, key) = match self.rule {
            Rule::Upload(rule) if rule.quota().is_some() => (rule.access(), Some("quota")),
            Rule::Upload(rule) if rule.is_single_use() => (rule.access(), Some("single_use")),
            Rule::Upload(rule) => (rule.access(), None),
            Rule::Credentials(rule) => (rule.access(), None),
            Rule::Download(rule) => {
                let of_link = |uses: Option<_>| if uses.is_some() { "uses" } else { "revocable" };
                (rule.access(), rule.short_link().map(|short| of_link(short.uses())))
            }
        };
        let has_tickets = || access.callers().iter().any(CallerKind::is_single_use);
        key.or_else(|| has_tickets().then_some("callers"))
    }
}

/// Whether two entries of `BUCKETS` are the same bucket, although perhaps with other credentials.
pub(crate) fn same_bucket(first: &BucketEntry, second: &BucketEntry) -> bool {
    let endpoint =
        |bucket: &BucketEntry| bucket.endpoint().trim_end_matches('/').to_ascii_lowercase();
    first.bucket().name() == second.bucket().name() && endpoint(first) == endpoint(second)
}

impl Configured {
    /// Reads and parses the configuration file.
    pub(crate) fn read(args: &ConfigArgs) -> Result<Self, Failure> {
        let config = wrangler::find(args.config.as_deref(), args.env.as_deref())?;
        let (path, text) = (config.to_string_lossy(), wrangler::read(&config)?);
        let invalid = || {
            Failure::rejected(format!("{path} is not valid"))
                .hint("`signpost check` lists the errors and their places")
        };
        let wrangler = Wrangler::parse(&path, &text, args.env.as_deref())?;
        Self::parse(wrangler.map_err(|_| invalid())?.vars()).map_err(|_| invalid())
    }

    pub(crate) fn parse(vars: Map<String, Value>) -> Result<Self, Vec<ConfigError>> {
        Ok(Self { rules: Rules::parse(&vars)?, vars })
    }

    /// The upload rules, the download rules, then those that hand out credentials, each sorted by name.
    pub(crate) fn rules(&self) -> impl Iterator<Item = NamedRule<'_>> {
        let uploads = self.rules.uploads();
        let uploads = uploads.map(|(name, rule)| NamedRule { name, rule: Rule::Upload(rule) });
        let downloads = self.rules.downloads();
        let downloads =
            downloads.map(|(name, rule)| NamedRule { name, rule: Rule::Download(rule) });
        let credentials = self.rules.credentials();
        let credentials =
            credentials.map(|(name, rule)| NamedRule { name, rule: Rule::Credentials(rule) });
        uploads.chain(downloads).chain(credentials)
    }

    /// The rules that name the bucket.
    pub(crate) fn rules_of<'c>(
        &'c self,
        bucket: &'c BucketEntry,
    ) -> impl Iterator<Item = NamedRule<'c>> {
        self.rules().filter(|rule| rule.bucket().name() == bucket.name())
    }

    /// The place of a rule in the configuration, such as `UPLOADS_2.avatar`.
    pub(crate) fn place_of_rule(&self, rule: NamedRule<'_>) -> String {
        let section = match rule.rule {
            Rule::Upload(_) => "UPLOADS",
            Rule::Download(_) => "DOWNLOADS",
            Rule::Credentials(_) => "CREDENTIALS",
        };
        self.place(section, rule.name)
    }

    pub(crate) fn place_of_bucket(&self, bucket: &BucketEntry) -> String {
        self.place("BUCKETS", bucket.name())
    }

    pub(crate) fn place_of_caller(&self, name: &str) -> String {
        self.place("CALLERS", name)
    }

    fn place(&self, section: &str, name: &str) -> String {
        Rules::place(&self.vars, section, name).unwrap_or_else(|| format!("{section}.{name}"))
    }

    /// The text, or the list of texts, that the entry at `place` has for the key.
    pub(crate) fn texts(&self, place: &str, key: &str) -> Vec<&str> {
        match self.entry(place).and_then(|entry| entry.get(key)) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether the entry at `place` sets the key. Otherwise the key has its default value.
    pub(crate) fn is_set(&self, place: &str, key: &str) -> bool {
        self.entry(place).is_some_and(|entry| entry.get(key).is_some())
    }

    fn entry(&self, place: &str) -> Option<&Value> {
        let (var, name) = place.split_once('.').unwrap_or((place, ""));
        self.vars.get(var).and_then(|table| table.get(name))
    }
}

impl<'c> NamedRule<'c> {
    pub(crate) fn bucket(self) -> &'c BucketEntry {
        match self.rule {
            Rule::Upload(rule) => rule.bucket(),
            Rule::Download(rule) => rule.bucket(),
            Rule::Credentials(rule) => rule.bucket(),
        }
    }

    pub(crate) const fn access(self) -> &'c Access {
        match self.rule {
            Rule::Upload(rule) => rule.access(),
            Rule::Download(rule) => rule.access(),
            Rule::Credentials(rule) => rule.access(),
        }
    }

    pub(crate) const fn key(self) -> &'c KeyTemplate {
        match self.rule {
            Rule::Upload(rule) => rule.key(),
            Rule::Download(rule) => rule.key(),
            Rule::Credentials(rule) => rule.key(),
        }
    }

    /// The key of the configuration that has the template.
    pub(crate) const fn key_name(self) -> &'static str {
        match self.rule {
            Rule::Upload(_) | Rule::Download(_) => "key",
            Rule::Credentials(_) => "prefix",
        }
    }

    /// How long what the rule gives is valid, in seconds; 0 if it gives out none.
    pub(crate) fn expires_secs(self) -> u32 {
        match self.rule {
            Rule::Upload(rule) => rule.expires().as_secs(),
            Rule::Download(rule) => rule.expires().map_or(0, Expires::as_secs),
            Rule::Credentials(rule) => rule.expires().as_secs(),
        }
    }
}
