//! The reference of the configuration: one row for each key, with its meaning, default, example and a hint for its errors.
//!
//! The tables of `docs/configuration.md`, `vars.schema.json` and the hints of `signpost check` are written from these rows.
//! `tests/reference.rs` holds the rows against the parser.

mod buckets;
mod callers;
mod downloads;
mod issuer;
mod schema;
mod shape;
mod uploads;

pub use self::schema::vars_schema;
pub use self::shape::Shape;

/// A variable of the configuration, and the keys of its entries.
#[derive(Debug)]
pub struct Section {
    /// `UPLOADS`
    pub variable: &'static str,
    /// Whether the variable holds tables with names.
    pub entries: Entries,
    /// What one entry is, or the variable's table.
    pub meaning: &'static str,
    /// The keys, in the order of the documentation.
    pub keys: &'static [Key],
}

/// Whether a variable holds tables with names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Entries {
    /// It holds any number of tables, and can continue in `..._2`.
    Named,
    /// It is one table, which has the keys itself.
    None,
}

/// One key of an entry.
#[derive(Debug)]
pub struct Key {
    /// `max_size`
    pub name: &'static str,
    /// In `CALLERS`, the values of `kind` that have the key; empty if all have it.
    pub kinds: &'static [&'static str],
    /// What value it takes.
    pub shape: Shape,
    /// What it means, in Markdown.
    pub meaning: &'static str,
    /// Whether it must be set.
    pub presence: Presence,
    /// A value, as it is written in TOML.
    pub example: &'static str,
    /// How to correct an error in its value.
    pub hint: &'static str,
}

/// Whether a key must be set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Presence {
    /// It must be set.
    Required,
    /// Whether it must be set depends on other keys, as this Markdown text says.
    Depends(&'static str),
    /// It need not be set. This JSON value has the same effect as none.
    Default(&'static str),
    /// It need not be set, and no value has the same effect, as this Markdown text says.
    Optional(&'static str),
}

impl Section {
    /// Returns all sections, in the order of the documentation.
    #[must_use]
    pub const fn all() -> [&'static Self; 5] {
        let [buckets, callers] = [&buckets::SECTION, &callers::SECTION];
        [buckets, callers, &uploads::SECTION, &downloads::SECTION, &issuer::SECTION]
    }
}

impl Key {
    /// Returns whether callers of this kind have the key.
    #[must_use]
    pub fn belongs_to(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// Returns the hint for an error at this place, in a key's value or in a key of the table that is its value.
#[must_use]
pub fn hint(place: &str, key: &str) -> Option<&'static str> {
    let variable = place.split('.').next().unwrap_or_default();
    let mut sections = Section::all().into_iter();
    let section = sections.find(|section| crate::rules::belongs(variable, section.variable))?;
    if key == "period" {
        return Some("write 10 or 60, the period of the binding in [[ratelimits]]");
    }
    // In `UPLOADS.avatar.notify.url`, the row is that of `notify`.
    let outer = place.split('.').nth(2).unwrap_or_default();
    let row = |name: &str| section.keys.iter().find(|row| row.name == name);
    row(key).or_else(|| row(outer)).map(|row| row.hint)
}
