//! Reading the configuration so that every mistake knows its place.

use core::fmt;

use serde_json::{Map, Value};

use crate::config::join_names::join_names;
use crate::{ConfigError, ConfigErrorKind};

/// Longest value an error repeats, in characters.
const MAX_FOUND: usize = 60;

/// Where a value stands, such as `UPLOADS.avatar.callers[0]`. It is put together for an error alone, of borrowed names:
/// a text for each value would be freed in every way out of each reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConfigPath<'a> {
    /// The variable, the entry, its key, and the key of a table there.
    steps: [Option<&'a str>; 4],
    index: Option<usize>,
}

impl<'a> ConfigPath<'a> {
    pub(crate) const fn of_variable(name: &'a str) -> Self {
        Self { steps: [Some(name), None, None, None], index: None }
    }

    /// The place of what the table here has under a name.
    pub(crate) fn then(mut self, name: &'a str) -> Self {
        if let Some(step) = self.steps.iter_mut().find(|step| step.is_none()) {
            *step = Some(name);
        }
        self
    }

    /// The variable's name and the entry's.
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

/// One table of the configuration, read key by key; what is left over at the end is an error.
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

    /// The key's entry, or an error that says what was expected.
    pub(crate) fn required(
        &mut self,
        key: &'static str,
        expected: &str,
    ) -> Result<ConfigValue<'a>, ConfigError> {
        let missing = || format!("missing, expected {expected}");
        self.optional(key).ok_or_else(|| self.place.then(key).problem(&missing()))
    }

    pub(crate) fn optional(&mut self, key: &'static str) -> Option<ConfigValue<'a>> {
        self.known.push(key);
        let value = self.entries.get(key)?;
        Some(ConfigValue { place: self.place.then(key), value })
    }

    /// A switch; off where it is not there.
    pub(crate) fn switch(&mut self, key: &'static str) -> Result<bool, ConfigError> {
        self.optional(key).map_or(Ok(false), |entry| entry.boolean())
    }

    /// Whether the key is there, whatever it is.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// A mistake that concerns the table as a whole.
    pub(crate) fn problem(&self, problem: &str) -> ConfigError {
        self.place.problem(problem)
    }

    /// Refuses keys that nothing asked for.
    pub(crate) fn finish(self) -> Result<(), ConfigError> {
        match self.entries.keys().find(|key| !self.known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                let known = join_names(self.known.iter().copied());
                let problem = format!("unknown key, expected one of {known}");
                let kind = ConfigErrorKind::UnknownKey { known: self.known };
                Err(self.place.then(key).problem(&problem).with_kind(kind))
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

    /// A text that `parse` takes.
    pub(crate) fn parsed<T>(
        &self,
        expected: &str,
        parse: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        self.value.as_str().and_then(parse).ok_or_else(|| self.expected(expected))
    }

    /// The entries of a list, each with its index as place.
    pub(crate) fn list(&self, expected: &str) -> Result<Vec<Self>, ConfigError> {
        let values = self.value.as_array().ok_or_else(|| self.expected(expected))?;
        let entry = |(i, value)| Self { place: ConfigPath { index: Some(i), ..self.place }, value };
        Ok(values.iter().enumerate().map(entry).collect())
    }

    /// Like [`ConfigValue::list`], but at least one.
    pub(crate) fn non_empty_list(&self, expected: &str) -> Result<Vec<Self>, ConfigError> {
        let entries = self.list(expected)?;
        if entries.is_empty() { Err(self.expected(expected)) } else { Ok(entries) }
    }

    /// A value alone, or a list of at least one.
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

fn found(value: &Value) -> String {
    let mut text = String::new();
    push(value, &mut text);
    match text.char_indices().nth(MAX_FOUND) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Writes a value as JSON. No key takes a fraction, and to write one as it was is 8 KB of code.
fn push(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => text.push_str(&number.to_string()),
            (None, Some(number)) => text.push_str(&number.to_string()),
            (None, None) => text.push_str("a fraction"),
        },
        Value::String(string) => push_quoted(string, text),
        Value::Array(values) => {
            for (i, value) in values.iter().enumerate() {
                text.push(if i == 0 { '[' } else { ',' });
                push(value, text);
            }
            text.push_str(if values.is_empty() { "[]" } else { "]" });
        }
        Value::Object(members) => {
            for (i, (name, value)) in members.iter().enumerate() {
                text.push(if i == 0 { '{' } else { ',' });
                push_quoted(name, text);
                text.push(':');
                push(value, text);
            }
            text.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

fn push_quoted(string: &str, text: &mut String) {
    text.push_str(&serde_json::to_string(string).expect("a text is JSON"));
}
