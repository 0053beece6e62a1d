//! The reference of the configuration: one row for each key, with its meaning, default, example and a hint for its errors.
//!
//! The tables of `docs/configuration.md`, `vars.schema.json` and the hints of `signpost check` are written from these rows.
//! `tests/reference.rs` holds the rows against the parser.

mod attributes;
mod buckets;
mod callers;
mod credentials;
mod downloads;
mod issuer;
mod schema;
mod shape;
mod uploads;

pub use self::attributes::{COLUMNS, stored_by};
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
    pub const fn all() -> [&'static Self; 6] {
        let [buckets, callers] = [&buckets::SECTION, &callers::SECTION];
        let [uploads, downloads] = [&uploads::SECTION, &downloads::SECTION];
        [buckets, callers, uploads, downloads, &credentials::SECTION, &issuer::SECTION]
    }
}

impl Key {
    /// Returns whether callers of this kind have the key.
    #[must_use]
    pub fn belongs_to(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// Returns the hint for an error in a key of the table `credentials` of a bucket.
#[must_use]
pub fn hint_of_credentials(key: &str) -> Option<&'static str> {
    Some(match key {
        "secret" => {
            r#"write secret = "MEDIA", then set the secrets MEDIA_ACCESS_KEY_ID and MEDIA_SECRET_ACCESS_KEY to a key that may do nothing but assume the role"#
        }
        "role" => {
            r#"write the role's ARN, such as role = "arn:aws:iam::123456789012:role/signpost"; `aws iam list-roles` shows it"#
        }
        "endpoint" => {
            r#"leave it out, or write a URL with https, such as endpoint = "https://sts.eu-west-1.amazonaws.com""#
        }
        "duration" => {
            r#"write a number with its unit, such as duration = "1 h", no more than the role's maximum session duration"#
        }
        "web_identity" => {
            "write web_identity = true and leave `secret` out, and add the table [vars.ISSUER] with `url` and `keys`; docs/web-identity.md describes how"
        }
        "audience" => {
            r#"leave it out, or write what the identity provider at the service accepts, such as audience = "sts.amazonaws.com""#
        }
        "temporary" => {
            "write temporary = true for a bucket of R2 at its own endpoint, and credentials = \"MEDIA\" for others; docs/credentials.md describes it"
        }
        "external_id" => "write the value of sts:ExternalId in the role's trust policy",
        _ => return None,
    })
}

/// Returns the hint for an error at this place, in a key's value or in a key of the table that is its value.
#[must_use]
pub fn hint(place: &str, key: &str) -> Option<&'static str> {
    let mut steps = place.split('.');
    let variable = steps.next().unwrap_or_default();
    let mut sections = Section::all().into_iter();
    let section = sections.find(|section| crate::rules::belongs(variable, section.variable))?;
    // The key of the entry, if the error is in a table that is its value.
    let table = steps.nth(1).filter(|_| steps.next().is_some());
    if key == "period" {
        return Some("write 10 or 60, the period of the binding in [[ratelimits]]");
    }
    let name = table.unwrap_or(key);
    section.keys.iter().find(|row| row.name == name).map(|row| row.hint)
}
