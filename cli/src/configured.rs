//! The configuration of one environment, as its rules and as it is written.

use rules::{Rules, Secrets};
use serde_json::{Map, Value};

use crate::args::ConfigArgs;
use crate::failure::Failure;
use crate::wrangler::{self, Wrangler};

/// Rules, and the variables that they were read from.
#[derive(Debug)]
pub(crate) struct Configured {
    pub(crate) rules: Rules,
    pub(crate) vars: Map<String, Value>,
}

/// One entry of `BUCKETS`, `CALLERS`, `UPLOADS` or `DOWNLOADS`, as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'v> {
    /// Such as `UPLOADS.avatar`.
    pub(crate) place: String,
    pub(crate) name: &'v str,
    pub(crate) table: &'v Map<String, Value>,
}

impl Configured {
    /// Reads the configuration for a command that works from it.
    pub(crate) fn read(args: &ConfigArgs) -> Result<Self, Failure> {
        let (path, text) = (args.config.to_string_lossy(), wrangler::read(&args.config)?);
        let refused = || {
            Failure::refused(format!("{path} is not right"))
                .hint("`signpost check` says what is wrong, and where")
        };
        let wrangler = Wrangler::parse(&path, &text, args.env.as_deref())?;
        let vars = wrangler.map_err(|_| refused())?.vars();
        let rules = Rules::parse(&vars).map_err(|_| refused())?;
        Ok(Self { rules, vars })
    }

    pub(crate) fn entries(&self, section: &str) -> Vec<Entry<'_>> {
        entries(&self.vars, section)
    }

    /// The entry of that name.
    pub(crate) fn entry(&self, section: &str, name: &str) -> Option<Entry<'_>> {
        self.entries(section).into_iter().find(|entry| entry.name == name)
    }
}

/// The entries of a variable and of those that it goes on in.
pub(crate) fn entries<'v>(vars: &'v Map<String, Value>, section: &str) -> Vec<Entry<'v>> {
    let vars = vars.iter().filter(|(var, _)| {
        let base = var.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
        Rules::is_var(var) && base == section
    });
    let entry = |(var, value): (&'v String, &'v Value)| {
        let tables = value.as_object().into_iter().flatten();
        tables.filter_map(move |(name, value)| {
            Some(Entry { place: format!("{var}.{name}"), name, table: value.as_object()? })
        })
    };
    vars.flat_map(entry).collect()
}

impl<'v> Entry<'v> {
    pub(crate) fn text(&self, key: &str) -> Option<&'v str> {
        self.table.get(key)?.as_str()
    }

    /// The texts of a list; none if it is not there.
    pub(crate) fn texts(&self, key: &str) -> Vec<&'v str> {
        let list = self.table.get(key).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    pub(crate) fn place_of(&self, key: &str) -> String {
        format!("{}.{key}", self.place)
    }

    /// The rule's key with `*` for everything that it leaves open: `avatars/*/*.png`.
    pub(crate) fn key_pattern(&self, wildcard: &str) -> String {
        let mut pattern = String::new();
        let mut rest = self.text("key").unwrap_or_default();
        while let Some((literal, after)) = rest.split_once('{') {
            pattern.push_str(literal);
            if !pattern.ends_with(wildcard) {
                pattern.push_str(wildcard);
            }
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
        pattern + rest
    }

    /// What every key of the rule begins with.
    pub(crate) fn key_prefix(&self) -> &'v str {
        self.text("key").and_then(|key| key.split('{').next()).unwrap_or_default()
    }
}

/// The secrets that these rules need to be set.
pub(crate) fn required_secrets(rules: &Rules) -> Vec<String> {
    rules
        .missing_secrets(&Secrets::default())
        .into_iter()
        .map(|name| name.as_str().into())
        .collect()
}
