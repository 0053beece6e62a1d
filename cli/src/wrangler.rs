//! The parsed configuration of wrangler or of `cf`, with the position of each value in the text.

mod build_output;
mod declarations;
mod file;
mod json;
mod toml;
mod tree;

use core::ops::Range;
use std::fs;
use std::path::Path;

use rules::STATE_BINDING;
use serde_json::{Map, Value};

pub(crate) use self::file::{find, find_unnamed, project_folder};
use self::tree::{Entry, Node, Table, Tree};
pub(crate) use self::tree::{Format, Malformed};
use crate::failure::{Failure, reason};

/// The configuration of one environment, as wrangler deploys it.
#[derive(Debug)]
pub(crate) struct Wrangler<'t> {
    /// Everything below `[env.NAME]`, or the top level.
    table: Table,
    env: Option<&'t str>,
    /// The top level, whose settings an environment inherits, except `vars`, `secrets` and bindings.
    top: Table,
    /// The position of `[env.NAME]` in the text.
    head: Range<usize>,
    /// The names of the environments below the top level.
    envs: Vec<String>,
    format: Format,
}

/// Reads the text of the file, without a byte-order mark.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let mut text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("cannot read {}: {}", path.display(), reason(&error)))
            .hint("pass the path of the file: `signpost check path/to/wrangler.toml`")
    })?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
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
    ) -> Result<Result<Self, Malformed>, Failure> {
        let format = Format::of(Path::new(path));
        let mut table = match format.parse(text) {
            Ok(table) if format == Format::BuildOutput => build_output::to_wrangler(table),
            Ok(table) => table,
            Err(malformed) => return Ok(Err(malformed)),
        };
        let Some(name) = env else {
            let envs = table.get("env").and_then(Node::as_table);
            let envs = envs.map(Table::names).unwrap_or_default();
            return Ok(Ok(Self { table, env, top: Table::default(), head: 0..0, envs, format }));
        };
        if format == Format::BuildOutput {
            return Err(Failure::usage(format!("{path} has no environments")).hint(format!(
                "leave --env out, and choose the mode when you build: `npx cf build --mode {name}`"
            )));
        }
        let mut envs = match table.remove("env").map(|entry| entry.value.tree) {
            Some(Tree::Table(envs)) => envs,
            Some(Tree::Leaf(_) | Tree::List(_)) | None => Table::default(),
        };
        let names = envs.names().join(", ");
        match envs.remove(name) {
            Some(Entry { span, value: Node { tree: Tree::Table(own), .. }, .. }) => {
                Ok(Ok(Self { table: own, env, top: table, head: span, envs: Vec::new(), format }))
            }
            Some(_) => Err(Failure::usage(format!("{path}: env.{name} is not a table"))),
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
        let vars = self.table.get("vars").and_then(Node::as_table);
        vars.map(Table::to_json).unwrap_or_default()
    }

    /// A setting that an environment inherits from the top level, such as `logpush`.
    pub(crate) fn inherited(&self, name: &str) -> Option<Value> {
        let setting = self.table.get(name).or_else(|| self.top.get(name))?;
        Some(setting.to_json())
    }

    /// The tables of `[[name]]`, which an environment does not inherit.
    pub(crate) fn tables(&self, name: &str) -> Vec<Value> {
        let tables = self.table.get(name).and_then(Node::as_list).unwrap_or_default();
        tables.iter().map(Node::to_json).collect()
    }

    /// Whether the class of the objects that keep state is bound.
    pub(crate) fn binds_state(&self) -> bool {
        let declared = self.table.get("durable_objects");
        let bindings = declared.and_then(|declared| match &declared.tree {
            Tree::Table(table) => table.get("bindings")?.as_list(),
            Tree::List(bindings) => Some(bindings.as_slice()),
            Tree::Leaf(_) => None,
        });
        let name = |binding: &Node| binding.as_table()?.get("name").map(Node::to_json);
        let mut names = bindings.unwrap_or_default().iter().filter_map(name);
        names.any(|name| name == STATE_BINDING)
    }

    /// The header of a table of `[[name]]` in this environment.
    pub(crate) fn head(&self, name: &str) -> String {
        self.env.map_or_else(|| format!("[[{name}]]"), |env| format!("[[env.{env}.{name}]]"))
    }

    /// `[secrets].required`, if it exists.
    pub(crate) fn required_secrets(&self) -> Option<Vec<String>> {
        let names = self.table.get("secrets")?.as_table()?.get("required")?.as_list()?;
        let name = |name: &Node| name.to_json().as_str().map(String::from);
        Some(names.iter().filter_map(name).collect())
    }

    /// The position of a place such as `vars.UPLOADS.avatar.types[0]`; if it is missing, the position of its parent's name.
    pub(crate) fn span(&self, place: &str) -> Range<usize> {
        let (mut table, mut rest, mut span) = (&self.table, place, self.head.clone());
        while let Some((entry, after)) = step(table, rest) {
            rest = after;
            let end = after.is_empty() || after.starts_with('[');
            match &entry.value.tree {
                Tree::Table(inner) => (table, span) = (inner, entry.span.clone()),
                Tree::Leaf(_) | Tree::List(_) if end => return element(&entry.value, after),
                Tree::Leaf(_) | Tree::List(_) => return entry.value.span.clone(),
            }
        }
        span
    }
}

/// The entry of `table` whose name is the first part of `rest`, and the remaining parts.
fn step<'a, 'p>(table: &'a Table, rest: &'p str) -> Option<(&'a Entry, &'p str)> {
    table.entries().find_map(|entry| {
        let after = rest.strip_prefix(&*entry.name)?;
        let after = after
            .strip_prefix('.')
            .or_else(|| (after.is_empty() || after.starts_with('[')).then_some(after))?;
        Some((entry, after))
    })
}

/// The position of the element at `index`, such as `[0]`; otherwise that of the whole value.
fn element(value: &Node, index: &str) -> Range<usize> {
    let index = index.trim_start_matches('[').split(']').next().and_then(|text| text.parse().ok());
    let element = value.as_list().zip(index).and_then(|(list, index)| list.get::<usize>(index));
    element.unwrap_or(value).span.clone()
}
