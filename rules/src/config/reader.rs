//! Readers for the tables and values of the configuration, whose errors name the place.

use core::fmt;

use serde_json::{Map, Value};

use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::join_names::join_names;

/// Longest value that an error repeats, in characters.
const MAX_FOUND: usize = 60;

/// The place of a value, such as `UPLOADS.avatar.callers[0]`. It borrows the names and becomes a string only in an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConfigPath<'a> {
    /// The variable, the entry, its key, and a key of a table in it.
    steps: [Option<&'a str>; 4],
    index: Option<usize>,
}

impl<'a> ConfigPath<'a> {
    pub(crate) const fn of_variable(name: &'a str) -> Self {
        Self { steps: [Some(name), None, None, None], index: None }
    }

    /// Returns the place of a key in the table at this place.
    pub(crate) fn join(mut self, name: &'a str) -> Self {
        if let Some(step) = self.steps.iter_mut().find(|step| step.is_none()) {
            *step = Some(name);
        }
        self
    }

    /// Returns the variable's name and the entry's.
    pub(crate) fn entry(&self) -> (&'a str, &'a str) {
        let [variable, entry, ..] = self.steps;
        (variable.unwrap_or_default(), entry.unwrap_or_default())
    }

    #[inline(never)]
    pub(crate) fn problem(&self, problem: &str) -> ConfigError {
        ConfigError::new(self.to_string(), problem)
    }
}

impl fmt::Display for ConfigPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.steps.iter().flatten().enumerate() {
            f.write_str(if i == 0 { "" } else { "." })?;
            f.write_str(step)?;
        }
        self.index.map_or(Ok(()), |index| write!(f, "[{index}]"))
    }
}

/// The reader of one table. [`TableReader::finish`] rejects keys that were not read.
pub(crate) struct TableReader<'a> {
    pub(crate) place: ConfigPath<'a>,
    entries: &'a Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'a> TableReader<'a> {
    pub(crate) fn new(entry: &ConfigValue<'a>) -> Result<Self, ConfigError> {
        let entries = entry
            .value
            .as_object()
            .ok_or_else(|| entry.expected("a table").with_kind(ConfigErrorKind::NotATable))?;
        Ok(Self { place: entry.place, entries, known: Vec::new() })
    }

    /// Returns the value of a key that must be set.
    pub(crate) fn required(
        &mut self,
        key: &'static str,
        expected: &str,
    ) -> Result<ConfigValue<'a>, ConfigError> {
        let missing = || format!("missing, expected {expected}");
        self.optional(key).ok_or_else(|| self.place.join(key).problem(&missing()))
    }

    pub(crate) fn optional(&mut self, key: &'static str) -> Option<ConfigValue<'a>> {
        self.known.push(key);
        let value = self.entries.get(key)?;
        Some(ConfigValue { place: self.place.join(key), value })
    }

    /// Returns the value of a key that is `true` or `false`; by default `false`.
    pub(crate) fn switch(&mut self, key: &'static str) -> Result<bool, ConfigError> {
        self.optional(key).map_or(Ok(false), |entry| entry.boolean())
    }

    /// Returns whether a key is set.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Makes an error about the table as a whole.
    pub(crate) fn problem(&self, problem: &str) -> ConfigError {
        self.place.problem(problem)
    }

    /// Rejects keys that were not read.
    pub(crate) fn finish(self) -> Result<(), ConfigError> {
        match self.entries.keys().find(|key| !self.known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                let known = join_names(self.known.iter().copied());
                let problem = format!("unknown key, expected one of {known}");
                let kind = ConfigErrorKind::UnknownKey { known: self.known };
                Err(self.place.join(key).problem(&problem).with_kind(kind))
            }
        }
    }
}

/// A value and its place.
#[derive(Clone, Copy)]
pub(crate) struct ConfigValue<'a> {
    pub(crate) place: ConfigPath<'a>,
    pub(crate) value: &'a Value,
}

impl<'a> ConfigValue<'a> {
    pub(crate) fn text(&self, expected: &str) -> Result<&'a str, ConfigError> {
        self.value.as_str().ok_or_else(|| self.expected(expected))
    }

    pub(crate) fn boolean(&self) -> Result<bool, ConfigError> {
        self.value.as_bool().ok_or_else(|| self.expected("true or false"))
    }

    /// Parses a string; returns an error if the value is not a string, or if `parse` rejects it.
    pub(crate) fn parsed<T>(
        &self,
        expected: &str,
        parse: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        self.value.as_str().and_then(parse).ok_or_else(|| self.expected(expected))
    }

    /// Returns the values of a list, each with its index in its place.
    pub(crate) fn list(&self, expected: &str) -> Result<Vec<Self>, ConfigError> {
        let values = self.value.as_array().ok_or_else(|| self.expected(expected))?;
        let entry = |(i, value)| Self { place: ConfigPath { index: Some(i), ..self.place }, value };
        Ok(values.iter().enumerate().map(entry).collect())
    }

    /// Returns the values of a list that has at least one.
    pub(crate) fn non_empty_list(&self, expected: &str) -> Result<Vec<Self>, ConfigError> {
        let entries = self.list(expected)?;
        if entries.is_empty() { Err(self.expected(expected)) } else { Ok(entries) }
    }

    /// Returns the values of a list that has at least one, or a single value.
    pub(crate) fn one_or_more(&self, expected: &str) -> Result<Vec<Self>, ConfigError> {
        if self.value.is_array() { self.non_empty_list(expected) } else { Ok(vec![*self]) }
    }

    #[inline(never)]
    pub(crate) fn expected(&self, expected: &str) -> ConfigError {
        self.problem(&format!("expected {expected}, found {}", found(self.value)))
    }

    pub(crate) fn problem(&self, problem: &str) -> ConfigError {
        self.place.problem(problem)
    }
}

/// Writes a value as JSON, cut off after [`MAX_FOUND`] characters.
fn found(value: &Value) -> String {
    let json = value.to_string();
    match json.char_indices().nth(MAX_FOUND) {
        Some((end, _)) => format!("{}...", json.get(..end).unwrap_or_default()),
        None => json,
    }
}
