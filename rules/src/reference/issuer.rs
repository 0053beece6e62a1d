//! The keys of `ISSUER`.

use super::shape::SECRET_NAME;
use super::{Entries, Key, Presence, Section, Shape};

pub(super) const SECTION: Section = Section {
    variable: "ISSUER",
    entries: Entries::None,
    meaning: "The name and the keys with which Signpost signs tokens: receipts, and those that get credentials without a key.",
    keys: &[
        Key {
            name: "url",
            kinds: &[],
            shape: Shape::Pattern("^https?://[A-Za-z0-9._~/:\\[\\]-]*[^/]$"),
            meaning: "the claim `iss` of the tokens that Signpost signs: the address at which browsers reach Signpost, without a slash at the end; HTTP only for `localhost`",
            presence: Presence::Required,
            example: r#""https://files.example.com""#,
            hint: r#"write the address at which browsers reach Signpost, such as url = "https://files.example.com""#,
        },
        Key {
            name: "keys",
            kinds: &[],
            shape: Shape::OneOrMore(&SECRET_NAME, Some(8)),
            meaning: r#"the names of secrets with [keys](receipts.md#keys), at most [8](../rules/src/secret_names.rs "const MAX: usize = 8"). The first that is set signs; the public keys of all are published"#,
            presence: Presence::Required,
            example: r#"["ISSUER_KEY"]"#,
            hint: r#"write keys = ["ISSUER_KEY"], then set the secret ISSUER_KEY"#,
        },
        Key {
            name: "receipt_expires",
            kinds: &[],
            shape: Shape::Duration,
            meaning: "how long a receipt is valid, from 1 s to 7 days",
            presence: Presence::Default(r#""1 h""#),
            example: r#""10 min""#,
            hint: r#"write a number with its unit, such as receipt_expires = "1 h""#,
        },
    ],
};
