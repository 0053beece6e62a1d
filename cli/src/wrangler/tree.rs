//! A configuration file as a tree of values with their positions, whether it is TOML or JSON.

use alloc::vec;
use core::ops::Range;
use std::path::Path;

use serde_json::{Map, Value};

use super::{json, toml};

/// The name of the file that describes a Worker in the Build Output of `cf build`.
pub(crate) const WORKER_CONFIG: &str = "worker.config.json";

/// The format of a configuration file, which its name tells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    Toml,
    /// JSON with comments and commas before closing brackets.
    Json,
    /// A Worker in the Build Output of `cf build`, in JSON.
    BuildOutput,
}

impl Format {
    pub(crate) fn of(path: &Path) -> Self {
        if path.file_name().is_some_and(|name| name == WORKER_CONFIG) {
            return Self::BuildOutput;
        }
        let is_json = path.extension().is_some_and(|end| end == "json" || end == "jsonc");
        if is_json { Self::Json } else { Self::Toml }
    }

    /// Parses a file's text.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for a syntax error.
    pub(super) fn parse(self, text: &str) -> Result<Table, Malformed> {
        let parsed = match self {
            Self::Toml => toml::parse(text),
            Self::Json | Self::BuildOutput => json::parse(text),
        };
        parsed.map_err(|(message, span)| Malformed { format: self, message, span })
    }
}

/// A syntax error in the file, and its position.
#[derive(Debug)]
pub(crate) struct Malformed {
    pub(crate) format: Format,
    pub(crate) message: String,
    pub(crate) span: Range<usize>,
}

/// A value, and its position in the text.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) tree: Tree,
    pub(super) span: Range<usize>,
}

#[derive(Debug)]
pub(super) enum Tree {
    Leaf(Value),
    List(Vec<Node>),
    Table(Table),
}

/// Names and values, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Table(Vec<Entry>);

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    /// The position of the name.
    pub(super) span: Range<usize>,
    pub(super) value: Node,
}

impl Table {
    /// Adds an entry. Of two with one name, which only JSON can have, the last counts, as in wrangler.
    pub(super) fn insert(&mut self, entry: Entry) {
        self.0.retain(|other| other.name != entry.name);
        self.0.push(entry);
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.0.iter().find(|entry| entry.name == name).map(|entry| &entry.value)
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Entry> {
        let at = self.0.iter().position(|entry| entry.name == name)?;
        Some(self.0.remove(at))
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(|entry| entry.name.clone()).collect()
    }

    pub(super) fn to_json(&self) -> Map<String, Value> {
        self.0.iter().map(|entry| (entry.name.clone(), entry.value.to_json())).collect()
    }
}

impl IntoIterator for Table {
    type Item = Entry;
    type IntoIter = vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Extend<Entry> for Table {
    fn extend<T: IntoIterator<Item = Entry>>(&mut self, entries: T) {
        entries.into_iter().for_each(|entry| self.insert(entry));
    }
}

impl FromIterator<Entry> for Table {
    fn from_iter<T: IntoIterator<Item = Entry>>(entries: T) -> Self {
        let mut table = Self::default();
        table.extend(entries);
        table
    }
}

impl Node {
    pub(super) fn to_json(&self) -> Value {
        match &self.tree {
            Tree::Leaf(value) => value.clone(),
            Tree::List(list) => list.iter().map(Self::to_json).collect(),
            Tree::Table(table) => Value::Object(table.to_json()),
        }
    }

    pub(super) const fn as_table(&self) -> Option<&Table> {
        match &self.tree {
            Tree::Table(table) => Some(table),
            Tree::Leaf(_) | Tree::List(_) => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match &self.tree {
            Tree::List(list) => Some(list),
            Tree::Leaf(_) | Tree::Table(_) => None,
        }
    }
}
