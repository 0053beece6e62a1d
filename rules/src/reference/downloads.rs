//! The keys of `DOWNLOADS`.

use super::uploads::{BUCKET, CALLERS, COUNTRIES, HOURS, LIMIT, NETWORKS, ORIGINS, TURNSTILE};
use super::{Entries, Key, Presence, Section, Shape};

pub(super) const SECTION: Section = Section {
    variable: "DOWNLOADS",
    entries: Entries::Named,
    meaning: "A rule for downloads, served at /downloads/<rule>/<path>.",
    keys: &[
        BUCKET,
        CALLERS,
        Key {
            name: "key",
            kinds: &[],
            shape: Shape::KeyTemplate,
            meaning: "the object's key; `{path}` is the rest of the URL",
            presence: Presence::Required,
            example: r#""avatars/{caller}/{path}""#,
            hint: r#"write key = "avatars/{caller}/{path}", beginning with a literal segment"#,
        },
        Key {
            name: "expires",
            kinds: &[],
            shape: Shape::Duration,
            meaning: r#"how long a link is valid, from 1 s to [7 days](../signer/src/expires.rs "MAX_SECS: u32 = 604_800")"#,
            presence: Presence::Required,
            example: r#""5 min""#,
            hint: r#"write a number with its unit, such as expires = "5 min""#,
        },
        ORIGINS,
        TURNSTILE,
        LIMIT,
        NETWORKS,
        COUNTRIES,
        HOURS,
        Key {
            name: "attachment",
            kinds: &[],
            shape: Shape::Boolean,
            meaning: "browsers save the file instead of showing it",
            presence: Presence::Default("false"),
            example: "true",
            hint: "write true, without quotes, for files that browsers save instead of showing; otherwise leave it out",
        },
        Key {
            name: "window",
            kinds: &[],
            shape: Shape::Duration,
            meaning: "how long everyone gets the same link, so that browsers and CDNs can cache the object; at most half of `expires`",
            presence: Presence::Optional("none"),
            example: r#""2 min""#,
            hint: r#"write a length of time that is at most half of `expires`, such as window = "2 min""#,
        },
        Key {
            name: "require_tag",
            kinds: &[],
            shape: Shape::Tag,
            meaning: "a tag that a file must have, such as the result of a virus scanner. The policies of `signpost iam` enforce it, see [Files that a scanner must release](attributes.md#files-that-a-scanner-must-release)",
            presence: Presence::Optional("none"),
            example: r#"{ key = "scan", value = "clean" }"#,
            hint: r#"write require_tag = { key = "scan", value = "clean" }"#,
        },
    ],
};
