//! The parsed `wrangler.toml`, with the position of each value in the text.

use core::ops::Range;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::failure::Failure;

/// The configuration of one environment, as wrangler deploys it.
#[derive(Debug)]
pub(crate) struct Wrangler<'t> {
    /// Everything below `[env.NAME]`, or the top level.
    table: DeTable<'t>,
    env: Option<&'t str>,
    /// The top level, whose settings an environment inherits, except `vars`, `secrets` and bindings.
    top: DeTable<'t>,
    /// The position of `[env.NAME]` in the text.
    head: Range<usize>,
    /// The names of the environments below the top level.
    envs: Vec<String>,
}

/// Reads the text of the file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("cannot read {}: {error}", path.display()))
            .hint("pass the path of the file: `signpost check path/to/wrangler.toml`")
    })
}

/// A syntax error in the file, and its position.
#[derive(Debug)]
pub(crate) struct NotToml {
    pub(crate) message: String,
    pub(crate) span: Range<usize>,
}

impl<'t> Wrangler<'t> {
    /// Parses the file and selects the table that wrangler uses for `--env`. An environment does not inherit `vars` and
    /// `secrets`.
    ///
    /// The outer error is a usage error; the inner error is a syntax error of the file.
    pub(crate) fn parse(
        path: &'t str,
        text: &'t str,
        env: Option<&'t str>,
    ) -> Result<Result<Self, NotToml>, Failure> {
        let mut table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                return Ok(Err(NotToml { message: error.message().into(), span }));
            }
        };
        let Some(name) = env else {
            let envs = table.get("env").map(|envs| table_names(envs.get_ref())).unwrap_or_default();
            return Ok(Ok(Self { table, env, top: DeTable::new(), head: 0..0, envs }));
        };
        let mut envs = match table.remove("env").map(Spanned::into_inner) {
            Some(DeValue::Table(envs)) => envs,
            _ => DeTable::new(),
        };
        let names = envs.keys().map(|key| key.get_ref().to_string()).collect::<Vec<_>>().join(", ");
        match envs.remove_entry(name) {
            Some((key, value)) => match value.into_inner() {
                DeValue::Table(own) => {
                    Ok(Ok(Self { table: own, env, top: table, head: key.span(), envs: Vec::new() }))
                }
                _ => Err(Failure::usage(format!("{path}: env.{name} is not a table"))),
            },
            None => Err(Failure::usage(format!("{path} has no environment {name:?}")).hint(
                if names.is_empty() {
                    format!("add [env.{name}.vars], or leave --env out")
                } else {
                    format!("the environments are {names}")
                },
            )),
        }
    }

    /// The names below `[env]`, if this is the top level.
    pub(crate) fn envs(&self) -> &[String] {
        &self.envs
    }

    pub(crate) const fn env(&self) -> Option<&'t str> {
        self.env
    }

    /// `[vars]`, as the Worker receives them.
    pub(crate) fn vars(&self) -> Map<String, Value> {
        match self.table.get("vars").map(Spanned::get_ref) {
            Some(DeValue::Table(vars)) => to_json_table(vars),
            _ => Map::new(),
        }
    }

    /// A setting that an environment inherits from the top level, such as `logpush`.
    pub(crate) fn inherited(&self, name: &str) -> Option<Value> {
        let setting = self.table.get(name).or_else(|| self.top.get(name))?;
        Some(to_json(setting.get_ref()))
    }

    /// The tables of `[[name]]`, which an environment does not inherit.
    pub(crate) fn tables(&self, name: &str) -> Vec<Value> {
        match self.table.get(name).map(Spanned::get_ref) {
            Some(DeValue::Array(tables)) => {
                tables.iter().map(|table| to_json(table.get_ref())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The header of a table of `[[name]]` in this environment.
    pub(crate) fn head(&self, name: &str) -> String {
        self.env.map_or_else(|| format!("[[{name}]]"), |env| format!("[[env.{env}.{name}]]"))
    }

    /// `[secrets].required`, if it exists.
    pub(crate) fn required_secrets(&self) -> Option<Vec<String>> {
        let DeValue::Table(secrets) = self.table.get("secrets")?.get_ref() else { return None };
        let DeValue::Array(names) = secrets.get("required")?.get_ref() else { return None };
        let name = |name: &Spanned<DeValue<'_>>| name.get_ref().as_str().map(String::from);
        Some(names.iter().filter_map(name).collect())
    }

    /// The position of a place such as `vars.UPLOADS.avatar.types[0]`; if it is missing, the position of its parent's name.
    pub(crate) fn span(&self, place: &str) -> Range<usize> {
        let (mut table, mut rest, mut span) = (&self.table, place, self.head.clone());
        while let Some((key, value, after)) = step(table, rest) {
            rest = after;
            let end = after.is_empty() || after.starts_with('[');
            match value.get_ref() {
                DeValue::Table(inner) => (table, span) = (inner, key),
                _ if end => return element(value, after),
                _ => return value.span(),
            }
        }
        span
    }
}

/// The entry of `table` whose name is the first part of `rest`: the position of the name, the value, and the remaining
/// parts.
fn step<'a, 't, 'p>(
    table: &'a DeTable<'t>,
    rest: &'p str,
) -> Option<(Range<usize>, &'a Spanned<DeValue<'t>>, &'p str)> {
    table.iter().find_map(|(key, value)| {
        let after = rest.strip_prefix(&**key.get_ref())?;
        let after = after
            .strip_prefix('.')
            .or_else(|| (after.is_empty() || after.starts_with('[')).then_some(after))?;
        Some((key.span(), value, after))
    })
}

/// The position of the element at `index`, such as `[0]`; otherwise that of the whole value.
fn element(value: &Spanned<DeValue<'_>>, index: &str) -> Range<usize> {
    let index = index.trim_start_matches('[').split(']').next().and_then(|text| text.parse().ok());
    match (value.get_ref(), index) {
        (DeValue::Array(list), Some(index)) => {
            let element: Option<&Spanned<DeValue<'_>>> = list.get::<usize>(index);
            element.map_or_else(|| value.span(), Spanned::span)
        }
        _ => value.span(),
    }
}

fn table_names(value: &DeValue<'_>) -> Vec<String> {
    let DeValue::Table(table) = value else { return Vec::new() };
    table.keys().map(|key| key.get_ref().to_string()).collect()
}

fn to_json_table(table: &DeTable<'_>) -> Map<String, Value> {
    table.iter().map(|(key, value)| (key.get_ref().to_string(), to_json(value.get_ref()))).collect()
}

/// Converts a value as wrangler does.
fn to_json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.to_string()),
        DeValue::Integer(number) => {
            let radix = number.radix();
            i64::from_str_radix(number.as_str(), radix).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(truth) => Value::from(*truth),
        DeValue::Datetime(instant) => Value::from(instant.to_string()),
        DeValue::Array(list) => list.iter().map(|value| to_json(value.get_ref())).collect(),
        DeValue::Table(table) => Value::Object(to_json_table(table)),
    }
}
