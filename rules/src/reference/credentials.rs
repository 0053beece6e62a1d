//! The keys of `CREDENTIALS`.

use super::uploads::{BUCKET, CALLERS, COUNTRIES, HOURS, LIMIT, NETWORKS, ORIGINS, TURNSTILE};
use super::{Entries, Key, Presence, Section, Shape};

pub(super) const SECTION: Section = Section {
    variable: "CREDENTIALS",
    entries: Entries::Named,
    meaning: "A rule for temporary credentials, served at /credentials/<rule>.",
    keys: &[
        BUCKET,
        CALLERS,
        Key {
            name: "prefix",
            kinds: &[],
            shape: Shape::Pattern("^[^/{}*?$]+/([^*?$]*/)?$"),
            meaning: "the prefix of the keys that the credentials can use; it must end with a slash",
            presence: Presence::Required,
            example: r#""users/{caller}/""#,
            hint: r#"write prefix = "users/{caller}/", beginning with a literal segment and ending with a slash"#,
        },
        Key {
            name: "actions",
            kinds: &[],
            shape: Shape::List(&Shape::OneOf(&["read", "write", "list", "delete"]), 1, None),
            meaning: "what the credentials can do below the prefix: `read` objects, `write` them whole or in parts, `list` their keys, `delete` them",
            presence: Presence::Required,
            example: r#"["read", "write", "list"]"#,
            hint: r#"list what the credentials can do, such as actions = ["read", "write", "list"]"#,
        },
        Key {
            name: "expires",
            kinds: &[],
            shape: Shape::Duration,
            meaning: r#"how long the credentials are valid, at most [1 h](../rules/src/credentials_rule/rule.rs "MAX_EXPIRES: u32 = 3_600"); at least 15 min if a token service gives them out"#,
            presence: Presence::Required,
            example: r#""1 h""#,
            hint: r#"write a number with its unit, such as expires = "1 h""#,
        },
        ORIGINS,
        TURNSTILE,
        LIMIT,
        NETWORKS,
        COUNTRIES,
        HOURS,
    ],
};
