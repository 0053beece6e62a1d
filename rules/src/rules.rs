//! The whole configuration.

use alloc::sync::Arc;

use litemap::LiteMap;
use serde_json::{Map, Value};
use signer::Expires;

use crate::bucket::BucketEntry;
use crate::caller_kind::CallerKind;
use crate::key_template::{KeyTemplate, Placeholder};
use crate::quantity;
use crate::table::{Entry, Table};
use crate::{
    Access, BindingName, BoundBucket, ConfigError, Denial, DownloadRule, SecretName, Secrets,
    UploadRule,
};

/// The rules of one Worker: what may be uploaded and downloaded, by whom.
#[derive(Debug, Default)]
pub struct Rules {
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
        if errors.is_empty() { Ok(Self { uploads, downloads }) } else { Err(errors) }
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
        let buckets = self.buckets().flat_map(|bucket| bucket.keys.names());
        sorted(buckets.chain(self.accesses().flat_map(Access::secrets).flatten()))
    }

    /// The secrets that are not set, and without which some rule cannot answer; sorted, each once.
    ///
    /// Of several that will do, the first: a rotation needs but one of them.
    #[must_use]
    pub fn missing_secrets(&self, secrets: &Secrets) -> Vec<&SecretName> {
        let buckets = self.buckets().flat_map(|bucket| bucket.keys.missing(secrets));
        let groups = self.accesses().flat_map(Access::secrets);
        let unset = groups.filter(|names| !names.iter().any(|name| secrets.contains(name)));
        sorted(buckets.chain(unset.filter_map(|names| names.first())))
    }

    /// The headers that some rule looks at and others do not, each once, in lower case.
    #[must_use]
    pub fn headers(&self) -> Vec<&'static str> {
        sorted(self.accesses().flat_map(Access::headers))
    }

    pub(crate) fn accesses(&self) -> impl Iterator<Item = &Access> {
        let uploads = self.uploads.values().map(UploadRule::access);
        uploads.chain(self.downloads.values().map(DownloadRule::access))
    }

    /// The bucket that `BUCKETS` calls `name`, if the Worker itself takes its forms.
    #[must_use]
    pub fn bound_bucket(&self, name: &str) -> Option<BoundBucket<'_>> {
        BoundBucket::find(self, name)
    }

    /// The R2 buckets that the environment must have, sorted, each once.
    #[must_use]
    pub fn bindings(&self) -> Vec<&BindingName> {
        sorted(self.buckets().filter_map(|entry| entry.binding.as_ref()))
    }

    pub(crate) fn buckets(&self) -> impl Iterator<Item = &BucketEntry> {
        let uploads = self.uploads.values().map(|rule| &*rule.bucket);
        uploads.chain(self.downloads.values().map(|rule| &*rule.bucket))
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

/// Sorted, each once. There are few, and to sort them in place would be the larger code.
fn sorted<T: Ord>(names: impl Iterator<Item = T>) -> Vec<T> {
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
    parse: impl Fn(&str, &Entry<'_>) -> Result<T, ConfigError>,
) -> LiteMap<String, T> {
    let mut section = LiteMap::new();
    for (name, entry) in entries(vars, name, errors) {
        if section.contains_key(name) {
            errors.push(entry.problem("stands twice, in two variables"));
            continue;
        }
        match parse(name, &entry) {
            Ok(parsed) => drop(section.insert(name.to_owned(), parsed)),
            Err(error) => errors.push(error),
        }
    }
    section
}

/// The entries of a variable and its continuations whose names are right. Apart from [`section`], of which there are four.
fn entries<'a>(
    vars: &'a Map<String, Value>,
    name: &str,
    errors: &mut Vec<ConfigError>,
) -> Vec<(&'a str, Entry<'a>)> {
    let mut found = Vec::new();
    for (var, value) in vars.iter().filter(|(var, _)| belongs(var, name)) {
        let Some(entries) = value.as_object() else {
            errors.push(
                Entry { place: var.clone(), value }
                    .expected("a table, which the dashboard calls JSON"),
            );
            continue;
        };
        for (name, value) in entries {
            let entry = Entry { place: format!("{var}.{name}"), value };
            match check_name(name, &entry) {
                Ok(()) => found.push((name.as_str(), entry)),
                Err(error) => errors.push(error),
            }
        }
    }
    found
}

/// `UPLOADS`, `UPLOADS_2`, `UPLOADS_3`, ...
fn belongs(var: &str, name: &str) -> bool {
    match var.strip_prefix(name) {
        Some("") => true,
        Some(rest) => {
            let number = rest.strip_prefix('_').and_then(|digits| digits.parse::<u16>().ok());
            number.is_some_and(|number| number >= 2 && rest == format!("_{number}"))
        }
        None => false,
    }
}

fn check_name(name: &str, entry: &Entry<'_>) -> Result<(), ConfigError> {
    let spelled = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    if spelled && (1..=64).contains(&name.len()) {
        Ok(())
    } else {
        Err(entry.problem("a name has 1 to 64 characters, each a-z, 0-9, - or _"))
    }
}

/// The `bucket` of a rule.
pub(crate) fn bucket(
    table: &mut Table<'_>,
    buckets: &LiteMap<String, Arc<BucketEntry>>,
) -> Result<Arc<BucketEntry>, ConfigError> {
    let names = buckets.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let expected = format!("a name from BUCKETS (there are: {names})");
    table.required("bucket", &expected)?.parsed(&expected, |name| buckets.get(name).cloned())
}

/// The `key` of a rule.
pub(crate) fn key(
    table: &mut Table<'_>,
    allowed: &[Placeholder],
    access: &Access,
) -> Result<KeyTemplate, ConfigError> {
    const EXPECTED: &str = r#"a key such as "avatars/{caller}/...""#;
    let entry = table.required("key", EXPECTED)?;
    let key = KeyTemplate::parse(entry.text(EXPECTED)?, allowed)
        .map_err(|problem| entry.problem(problem))?;
    if key.uses(Placeholder::Caller) && !access.tells_callers_apart() {
        return Err(entry.problem("{caller} has no value where anyone may ask"));
    }
    if key.uses_claims() && !access.knows_claims() {
        return Err(entry
            .problem("{claim.NAME} has a value only where every caller has a token with claims"));
    }
    Ok(key)
}

/// The `expires` of a rule.
pub(crate) fn expires(
    table: &mut Table<'_>,
    expected: &str,
    max_secs: u32,
) -> Result<Expires, ConfigError> {
    table.required("expires", expected)?.parsed(expected, |text| quantity::expires(text, max_secs))
}
