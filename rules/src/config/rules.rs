//! The whole configuration.

use alloc::sync::Arc;

use litemap::LiteMap;
use serde_json::{Map, Value};

use crate::bucket::entry::BucketEntry;
use crate::callers::kind::CallerKind;
use crate::config::reader::{ConfigPath, ConfigValue};
use crate::{
    Access, BindingName, BoundBucket, ConfigError, ConfigErrorKind, Denial, DownloadRule,
    SecretName, Secrets, UploadRule,
};

/// The rules of one Worker: what may be uploaded and downloaded, by whom.
#[derive(Debug, Default)]
pub struct Rules {
    pub(crate) buckets: LiteMap<String, Arc<BucketEntry>>,
    pub(crate) callers: LiteMap<String, CallerKind>,
    pub(crate) uploads: LiteMap<String, UploadRule>,
    pub(crate) downloads: LiteMap<String, DownloadRule>,
}

impl Rules {
    /// The variables that hold the configuration; each may go on in `..._2`, `..._3` and so on.
    pub const VARS: [&'static str; 4] = ["BUCKETS", "CALLERS", "UPLOADS", "DOWNLOADS"];

    /// Whether a variable of this name is part of the configuration.
    #[must_use]
    pub fn is_var(name: &str) -> bool {
        Self::VARS.iter().any(|var| belongs(name, var))
    }

    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// Every mistake with its place; at most one for each entry, and for rules only once buckets and callers are right.
    pub fn parse(vars: &Map<String, Value>) -> Result<Self, Vec<ConfigError>> {
        let Entries { buckets, callers } = Entries::parse(vars)?;
        let mut errors = Vec::new();
        let uploads = section(vars, "UPLOADS", &mut errors, |_, entry| {
            UploadRule::parse(entry, &buckets, &callers)
        });
        let downloads = section(vars, "DOWNLOADS", &mut errors, |_, entry| {
            DownloadRule::parse(entry, &buckets, &callers)
        });
        if errors.is_empty() {
            Ok(Self { buckets, callers, uploads, downloads })
        } else {
            Err(errors)
        }
    }

    /// The upload rule of that name.
    ///
    /// # Errors
    ///
    /// [`Denial::NoRule`] if there is none.
    pub fn upload(&self, name: &str) -> Result<&UploadRule, Denial> {
        self.uploads.get(name).ok_or(Denial::NoRule)
    }

    /// The download rule of that name.
    ///
    /// # Errors
    ///
    /// [`Denial::NoRule`] if there is none.
    pub fn download(&self, name: &str) -> Result<&DownloadRule, Denial> {
        self.downloads.get(name).ok_or(Denial::NoRule)
    }

    /// Every secret that is used where it is set, sorted, each once.
    #[must_use]
    pub fn secrets(&self) -> Vec<&SecretName> {
        let mut secrets = Vec::new();
        for (bucket, access) in self.rules_with_buckets() {
            bucket.keys.names().for_each(|name| add(&mut secrets, name));
            access.secrets().flatten().for_each(|name| add(&mut secrets, name));
        }
        secrets
    }

    /// The secrets that are not set, and without which some rule cannot answer; sorted, each once.
    ///
    /// Of several that will do, the first: a rotation needs but one of them.
    #[must_use]
    pub fn missing_secrets(&self, secrets: &Secrets) -> Vec<&SecretName> {
        let mut missing = Vec::new();
        for (bucket, access) in self.rules_with_buckets() {
            bucket.keys.missing(secrets).into_iter().for_each(|name| add(&mut missing, name));
            for names in access.secrets() {
                match names.first() {
                    Some(first) if !names.iter().any(|name| secrets.contains(name)) => {
                        add(&mut missing, first);
                    }
                    _ => {}
                }
            }
        }
        missing
    }

    /// The headers that some rule looks at and others do not, each once, in lower case.
    #[must_use]
    pub fn headers(&self) -> Vec<&'static str> {
        let mut headers = Vec::new();
        for (_, access) in self.rules_with_buckets() {
            access.headers().for_each(|name| add(&mut headers, name));
        }
        headers
    }

    /// The R2 buckets that the environment must have, sorted, each once.
    #[must_use]
    pub fn bindings(&self) -> Vec<&BindingName> {
        let mut bindings = Vec::new();
        for (bucket, _) in self.rules_with_buckets() {
            bucket.binding.iter().for_each(|name| add(&mut bindings, name));
        }
        bindings
    }

    /// The bucket that `BUCKETS` calls `name`, if the Worker itself takes its forms.
    #[must_use]
    pub fn bound_bucket(&self, name: &str) -> Option<BoundBucket<'_>> {
        BoundBucket::find(self, name)
    }

    /// The bucket and the access rules of every rule.
    pub(crate) fn rules_with_buckets(&self) -> Vec<(&BucketEntry, &Access)> {
        let mut rules_with_buckets = Vec::new();
        for rule in self.uploads.values() {
            rules_with_buckets.push((&*rule.bucket, rule.access()));
        }
        for rule in self.downloads.values() {
            rules_with_buckets.push((&*rule.bucket, rule.access()));
        }
        rules_with_buckets
    }
}

/// What rules name.
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

/// Adds a name to sorted ones, once. There are few, and to sort them in the end would be the larger code.
fn add<T: Ord>(names: &mut Vec<T>, name: T) {
    if let Err(at) = names.binary_search(&name) {
        names.insert(at, name);
    }
}

/// Reads a variable and its continuations, each entry by `parse`.
fn section<T>(
    vars: &Map<String, Value>,
    name: &str,
    errors: &mut Vec<ConfigError>,
    parse: impl Fn(&str, &ConfigValue<'_>) -> Result<T, ConfigError>,
) -> LiteMap<String, T> {
    let mut section = Vec::new();
    for (name, entry) in &entries(vars, name, errors) {
        match parse(name, entry) {
            Ok(parsed) => section.push(((*name).to_owned(), parsed)),
            Err(error) => errors.push(error),
        }
    }
    LiteMap::from_sorted_store_unchecked(section)
}

/// The entries of a variable and its continuations whose names are right, sorted. Apart from [`section`], of which there are four.
fn entries<'a>(
    vars: &'a Map<String, Value>,
    name: &str,
    errors: &mut Vec<ConfigError>,
) -> LiteMap<&'a str, ConfigValue<'a>> {
    let mut found = LiteMap::new();
    for (var, value) in vars.iter().filter(|(var, _)| belongs(var, name)) {
        let place = ConfigPath::of_variable(var);
        let Some(entries) = value.as_object() else {
            let entry = ConfigValue { place, value };
            let error = entry.expected("a table, which the dashboard calls JSON");
            errors.push(error.with_kind(ConfigErrorKind::NotATable));
            continue;
        };
        for (name, value) in entries {
            let entry = ConfigValue { place: place.then(name), value };
            if !is_name(name) {
                let problem = "a name has 1 to 64 characters, each a-z, 0-9, - or _";
                errors.push(entry.problem(problem).with_kind(ConfigErrorKind::EntryName));
            } else if found.try_insert(name.as_str(), entry).is_some() {
                let error = entry.problem("stands twice, in two variables");
                errors.push(error.with_kind(ConfigErrorKind::RepeatedName));
            }
        }
    }
    found
}

/// `UPLOADS`, `UPLOADS_2`, `UPLOADS_3`, ...
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
    let spelled = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    spelled && (1..=64).contains(&name.len())
}
