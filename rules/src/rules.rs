//! The parsed configuration of one Worker.

use alloc::sync::Arc;

use litemap::LiteMap;
use serde_json::{Map, Value};

use crate::bucket::binding_name::BindingName;
use crate::bucket::entry::BucketEntry;
use crate::callers::access::Access;
use crate::callers::kind::CallerKind;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::{ConfigPath, ConfigValue};
use crate::credentials_rule::rule::CredentialsRule;
use crate::denial::Denial;
use crate::download::rule::DownloadRule;
use crate::download::writers::Writers;
use crate::issuer::{self, Issuer};
use crate::notify::Notify;
use crate::secret::Secrets;
use crate::secret_name::SecretName;
use crate::upload::rule::UploadRule;

const TOO_MANY_LIMITS: &str = "the rules that upload to this bucket have more than 8 rate limits, and each form is counted against all of them";

/// The rules of one Worker: what may be uploaded and downloaded, and by whom.
#[derive(Debug, Default)]
pub struct Rules {
    pub(crate) buckets: LiteMap<String, Arc<BucketEntry>>,
    pub(crate) callers: LiteMap<String, CallerKind>,
    pub(crate) uploads: LiteMap<String, UploadRule>,
    pub(crate) downloads: LiteMap<String, DownloadRule>,
    pub(crate) credentials: LiteMap<String, CredentialsRule>,
    pub(crate) issuer: Option<Arc<Issuer>>,
}

impl Rules {
    /// The variables that hold tables of entries. Each can continue in `..._2`, `..._3` and so on.
    pub const VARS: [&'static str; 5] =
        ["BUCKETS", "CALLERS", "UPLOADS", "DOWNLOADS", "CREDENTIALS"];

    /// Returns whether a variable of this name is part of the configuration.
    #[must_use]
    pub fn is_var(name: &str) -> bool {
        name == issuer::VARIABLE || Self::VARS.iter().any(|var| belongs(name, var))
    }

    /// Parses the configuration.
    ///
    /// # Errors
    ///
    /// All errors, at most one for each entry. Rules are checked only once buckets and callers are valid.
    pub fn parse(vars: &Map<String, Value>) -> Result<Self, Vec<ConfigError>> {
        let Entries { buckets, callers } = Entries::parse(vars)?;
        let mut errors = Vec::new();
        let uploads = section(vars, "UPLOADS", &mut errors, |_, entry| {
            UploadRule::parse(entry, &buckets, &callers)
        });
        let mut credentials_errors = Vec::new();
        let credentials = section(vars, "CREDENTIALS", &mut credentials_errors, |_, entry| {
            CredentialsRule::parse(entry, &buckets, &callers)
        });
        // Who writes decides what a link overrides, and whether a tag can be required.
        let writers = Writers { uploads: &uploads, credentials: &credentials };
        let downloads = section(vars, "DOWNLOADS", &mut errors, |_, entry| {
            DownloadRule::parse(entry, &buckets, &callers, writers)
        });
        errors.append(&mut credentials_errors);
        let issuer = Issuer::parse(vars).unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        let issuer = issuer.map(Arc::new);
        let has_issuer = vars.contains_key(issuer::VARIABLE);
        let rules = Self { buckets, callers, uploads, downloads, credentials, issuer };
        errors.extend(rules.buckets_with_too_many_limits().map(|name| {
            let place = Self::place(vars, "BUCKETS", name).unwrap_or_default();
            let error = ConfigError::new(place, TOO_MANY_LIMITS);
            error.with_kind(ConfigErrorKind::TooManyLimits)
        }));
        errors.extend(rules.buckets.values().filter_map(|bucket| {
            let role = bucket.source.assume_role().filter(|_| rules.uses(bucket))?;
            let place = Self::place(vars, "BUCKETS", &bucket.name).unwrap_or_default();
            let place = format!("{place}.credentials");
            let identified = role.identify(rules.issuer.as_ref(), has_issuer, &place);
            let restrict = |()| {
                if rules.signs_for(bucket) { role.restrict(bucket, &rules, &place) } else { Ok(()) }
            };
            identified.and_then(restrict).err()
        }));
        if errors.is_empty() { Ok(rules) } else { Err(errors) }
    }

    /// Returns the upload rule of that name.
    ///
    /// # Errors
    ///
    /// [`Denial::NoRule`] if there is none.
    pub fn upload(&self, name: &str) -> Result<&UploadRule, Denial> {
        self.uploads.get(name).ok_or(Denial::NoRule)
    }

    /// Returns the download rule of that name.
    ///
    /// # Errors
    ///
    /// [`Denial::NoRule`] if there is none.
    pub fn download(&self, name: &str) -> Result<&DownloadRule, Denial> {
        self.downloads.get(name).ok_or(Denial::NoRule)
    }

    /// Returns the rule of that name that hands out credentials.
    ///
    /// # Errors
    ///
    /// [`Denial::NoRule`] if there is none.
    pub fn credentials_rule(&self, name: &str) -> Result<&CredentialsRule, Denial> {
        self.credentials.get(name).ok_or(Denial::NoRule)
    }

    /// Returns the names of all secrets that the rules use, optional ones included; sorted, without repetitions.
    #[must_use]
    pub fn secrets(&self) -> Vec<&SecretName> {
        let names = self
            .rules_with_buckets()
            .flat_map(|(bucket, access)| bucket.keys.names().chain(access.secrets().flatten()));
        let of_issuer = self.issuer.iter().flat_map(|issuer| issuer.secrets());
        sorted(names.chain(of_issuer).chain(self.senders().flat_map(Notify::secrets)))
    }

    /// Returns the secrets that are not set although a rule needs them; sorted, without repetitions.
    ///
    /// Of several interchangeable secrets only one must be set. If none is, the first is returned.
    #[must_use]
    pub fn missing_secrets(&self, secrets: &Secrets) -> Vec<&SecretName> {
        let is_unset = |names: &&[SecretName]| !names.iter().any(|name| secrets.contains(name));
        let missing = self.rules_with_buckets().flat_map(|(bucket, access)| {
            let unset = access.secrets().filter(is_unset);
            bucket.keys.missing(secrets).into_iter().chain(unset.filter_map(|names| names.first()))
        });
        let issuer = self.issuer.iter().map(|issuer| issuer.secrets());
        let others = issuer.chain(self.senders().map(Notify::secrets)).filter(is_unset);
        sorted(missing.chain(others.filter_map(|names| names.first())))
    }

    /// Returns the headers that only some rules need, in lower case, without repetitions.
    #[must_use]
    pub fn headers(&self) -> Vec<&'static str> {
        let counts =
            |rule: &DownloadRule| rule.short_link().is_some_and(|short| short.uses().is_some());
        let of_links = self.downloads.values().any(counts).then_some("cookie");
        let of_rules = self.rules_with_buckets().flat_map(|(_, access)| access.headers());
        let of_credentials = self.credentials.values().flat_map(|_| CredentialsRule::HEADERS);
        sorted(of_rules.chain(of_links).chain(of_credentials))
    }

    /// Returns whether a rule looks at the client's country.
    #[must_use]
    pub fn reads_country(&self) -> bool {
        self.rules_with_buckets().any(|(_, access)| access.reads_country())
    }

    /// Returns the R2 buckets that must be bound to the Worker, sorted, without repetitions.
    #[must_use]
    pub fn bindings(&self) -> Vec<&BindingName> {
        sorted(self.rules_with_buckets().filter_map(|(bucket, _)| bucket.binding.as_ref()))
    }

    /// Returns whether a rule needs state that outlives a request.
    #[must_use]
    pub fn need_state(&self) -> bool {
        let counted = self.uploads.values().any(|rule| rule.quota.is_some() || rule.single_use);
        let mut used = self.rules_with_buckets().flat_map(|(_, access)| &access.callers);
        self.makes_short_links() || counted || used.any(CallerKind::is_single_use)
    }

    /// Returns whether a rule makes short links.
    #[must_use]
    pub fn makes_short_links(&self) -> bool {
        self.downloads.values().any(|rule| rule.short_link().is_some())
    }

    /// Returns every bucket that a rule uses.
    pub(crate) fn buckets_in_use(&self) -> impl Iterator<Item = &BucketEntry> {
        self.buckets.values().map(|entry| &**entry).filter(|entry| self.uses(entry))
    }

    /// Returns whether a rule uses the bucket.
    fn uses(&self, entry: &BucketEntry) -> bool {
        self.rules_with_buckets().any(|(bucket, _)| bucket.name == entry.name)
    }

    /// Returns whether a rule signs requests to the bucket.
    fn signs_for(&self, entry: &BucketEntry) -> bool {
        self.signing_rules().any(|(bucket, _)| bucket.name == entry.name)
    }

    /// Returns where the rules send their events.
    pub(crate) fn senders(&self) -> impl Iterator<Item = &Notify> {
        self.uploads.values().filter_map(|rule| rule.notify.as_deref())
    }

    /// Returns the bucket and the access of every rule.
    pub(crate) fn rules_with_buckets(&self) -> impl Iterator<Item = (&BucketEntry, &Access)> {
        let credentials = self.credentials.values().map(|rule| (&*rule.bucket, rule.access()));
        self.signing_rules().chain(credentials)
    }

    /// Returns the bucket and the access of every rule whose requests the Worker signs.
    fn signing_rules(&self) -> impl Iterator<Item = (&BucketEntry, &Access)> {
        let uploads = self.uploads.values().map(|rule| (&*rule.bucket, rule.access()));
        let downloads = self.downloads.values().map(|rule| (&*rule.bucket, rule.access()));
        uploads.chain(downloads)
    }
}

/// The entries that rules refer to.
pub(crate) struct Entries {
    pub(crate) buckets: LiteMap<String, Arc<BucketEntry>>,
    pub(crate) callers: LiteMap<String, CallerKind>,
}

impl Entries {
    pub(crate) fn parse(vars: &Map<String, Value>) -> Result<Self, Vec<ConfigError>> {
        let mut errors = Vec::new();
        let buckets = section(vars, "BUCKETS", &mut errors, |name, entry| {
            BucketEntry::parse(name, entry).map(Arc::new)
        });
        let callers = section(vars, "CALLERS", &mut errors, CallerKind::parse);
        if errors.is_empty() { Ok(Self { buckets, callers }) } else { Err(errors) }
    }
}

/// Sorts names, and drops repetitions.
pub(crate) fn sorted<T: Ord>(names: impl Iterator<Item = T>) -> Vec<T> {
    let mut sorted = Vec::new();
    for name in names {
        if let Err(at) = sorted.binary_search(&name) {
            sorted.insert(at, name);
        }
    }
    sorted
}

/// Reads a variable and its continuations, each entry by `parse`.
fn section<T>(
    vars: &Map<String, Value>,
    name: &str,
    errors: &mut Vec<ConfigError>,
    parse: impl Fn(&str, &ConfigValue<'_>) -> Result<T, ConfigError>,
) -> LiteMap<String, T> {
    let mut section = LiteMap::new();
    for (name, entry) in entries(vars, name, errors) {
        match parse(name, &entry) {
            Ok(parsed) => drop(section.insert(name.to_owned(), parsed)),
            Err(error) => errors.push(error),
        }
    }
    section
}

/// Collects the entries of a variable and its continuations. An invalid or repeated name is an error.
fn entries<'a>(
    vars: &'a Map<String, Value>,
    section: &str,
    errors: &mut Vec<ConfigError>,
) -> LiteMap<&'a str, ConfigValue<'a>> {
    let mut found = LiteMap::new();
    for (var, value) in vars.iter().filter(|(var, _)| belongs(var, section)) {
        let place = ConfigPath::of_variable(var);
        let Some(entries) = value.as_object() else {
            let entry = ConfigValue { place, value };
            let error = entry.expected("a table, which is of type JSON in the dashboard");
            errors.push(error.with_kind(ConfigErrorKind::NotATable));
            continue;
        };
        for (name, value) in entries {
            let entry = ConfigValue { place: place.join(name), value };
            if !is_name(name) {
                let problem = "a name has 1 to 64 characters, each a-z, 0-9, - or _";
                errors.push(entry.problem(problem).with_kind(ConfigErrorKind::EntryName));
            } else if found.try_insert(name.as_str(), entry).is_some() {
                let error = entry.problem("another variable has an entry of this name");
                errors.push(error.with_kind(ConfigErrorKind::RepeatedName));
            }
        }
    }
    found
}

/// Returns whether a variable is `name` or one of its continuations: `UPLOADS`, `UPLOADS_2`, `UPLOADS_3`, ...
pub(crate) fn belongs(var: &str, name: &str) -> bool {
    match var.strip_prefix(name) {
        Some("") => true,
        Some(rest) => {
            let number = rest.strip_prefix('_').and_then(|digits| digits.parse::<u16>().ok());
            number.is_some_and(|number| number >= 2 && rest == format!("_{number}"))
        }
        None => false,
    }
}

fn is_name(name: &str) -> bool {
    let valid_chars = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    valid_chars && (1..=64).contains(&name.len())
}
