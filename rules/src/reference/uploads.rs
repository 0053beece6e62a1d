//! The keys of `UPLOADS`. The first few are those of every rule.

use super::shape::ENTRY_NAME;
use super::{Entries, Key, Presence, Section, Shape};

pub(super) const BUCKET: Key = Key {
    name: "bucket",
    kinds: &[],
    shape: ENTRY_NAME,
    meaning: "the name of an entry of `BUCKETS`",
    presence: Presence::Required,
    example: r#""media""#,
    hint: "name a table of [vars.BUCKETS]",
};
pub(super) const CALLERS: Key = Key {
    name: "callers",
    kinds: &[],
    shape: Shape::List(&ENTRY_NAME, 1, Some(8)),
    meaning: r#"names of entries of `CALLERS`, at most [8](../rules/src/callers/access.rs "MAX_CALLERS: usize = 8"); a request must authenticate as one of them"#,
    presence: Presence::Required,
    example: r#"["site"]"#,
    hint: r#"name tables of [vars.CALLERS], such as callers = ["site"]"#,
};
pub(super) const ORIGINS: Key = Key {
    name: "origins",
    kinds: &[],
    shape: Shape::List(&ORIGIN, 0, None),
    meaning: "exact origins of pages whose scripts may call the rule; they may also put its form page into a frame",
    presence: Presence::Default("[]"),
    example: r#"["https://www.example.com"]"#,
    hint: r#"write the value of the page's `location.origin`, such as origins = ["https://www.example.com"]"#,
};
pub(super) const TURNSTILE: Key = Key {
    name: "turnstile",
    kinds: &[],
    shape: ENTRY_NAME,
    meaning: "an entry of `CALLERS` of the kind `turnstile`: a challenge in addition to the caller's token",
    presence: Presence::Optional("none"),
    example: r#""person""#,
    hint: r#"name a table of [vars.CALLERS] whose kind is "turnstile""#,
};
pub(super) const LIMIT: Key = Key {
    name: "limit",
    kinds: &[],
    shape: Shape::Limit,
    meaning: "a [rate-limiting binding](#rate-limits)",
    presence: Presence::Optional("none"),
    example: r#""AVATAR_LIMIT""#,
    hint: r#"declare a binding in [[ratelimits]], and name it: limit = "AVATAR_LIMIT""#,
};

/// An origin in lower case, without a path.
const ORIGIN: Shape = Shape::Pattern("^https?://[^A-Z/?#*@]+$");
const BOOLEAN_HINT: &str = "write true or false, without quotes";

pub(super) const SECTION: Section = Section {
    variable: "UPLOADS",
    entries: Entries::Named,
    meaning: "A rule for uploads, served at /uploads/<rule>.",
    keys: &[
        BUCKET,
        CALLERS,
        Key {
            name: "key",
            kinds: &[],
            shape: Shape::KeyTemplate,
            meaning: "the key that an object gets, see [Keys](#keys)",
            presence: Presence::Required,
            example: r#""avatars/{caller}/{uuid}.{ext}""#,
            hint: r#"write key = "avatars/{caller}/{uuid}.{ext}", beginning with a literal segment"#,
        },
        Key {
            name: "types",
            kinds: &[],
            shape: Shape::List(&Shape::Pattern("^[^A-Z/*;, ]+/[^A-Z/*;, ]+$"), 1, None),
            meaning: "the media types that are accepted, in lower case, without wildcards. A file's type is compared without its parameters, so `video/webm` also accepts `video/webm;codecs=vp9`",
            presence: Presence::Required,
            example: r#"["image/png"]"#,
            hint: r#"list every type that is accepted, such as types = ["image/png", "image/jpeg"]"#,
        },
        Key {
            name: "max_size",
            kinds: &[],
            shape: Shape::Size,
            meaning: r#"the largest file, from 1 byte to [5 GiB](../rules/src/config/quantity.rs "MAX_SIZE: u64 = 5 << 30")"#,
            presence: Presence::Required,
            example: r#""5 MiB""#,
            hint: r#"write a number with its unit, such as max_size = "5 MiB""#,
        },
        Key {
            name: "expires",
            kinds: &[],
            shape: Shape::Duration,
            meaning: r#"how long the form or URL is valid, from 1 s to [24 h](../rules/src/upload/entry.rs "MAX_EXPIRES: u32 = 86_400")"#,
            presence: Presence::Required,
            example: r#""10 min""#,
            hint: r#"write a number with its unit, such as expires = "10 min""#,
        },
        ORIGINS,
        TURNSTILE,
        LIMIT,
        Key {
            name: "metadata",
            kinds: &[],
            shape: Shape::List(&Shape::Pattern("^[a-z0-9-]{1,64}$"), 0, None),
            meaning: "names of metadata that a page may store with a file",
            presence: Presence::Default("[]"),
            example: r#"["album"]"#,
            hint: r#"write the names without x-amz-meta-, such as metadata = ["album"]"#,
        },
        Key {
            name: "active_content",
            kinds: &[],
            shape: Shape::Boolean,
            meaning: "permits types that can contain scripts, such as HTML and SVG",
            presence: Presence::Default("false"),
            example: "true",
            hint: BOOLEAN_HINT,
        },
        Key {
            name: "multipart",
            kinds: &[],
            shape: Shape::Boolean,
            meaning: r#"permits uploads in parts; a Turnstile challenge is then solved once for each upload. Not available for `gcs`, `signature = "v2"` or `overwrite = false`"#,
            presence: Presence::Default("false"),
            example: "true",
            hint: "write true, without quotes, to allow uploads in parts; otherwise leave it out",
        },
        Key {
            name: "confirm",
            kinds: &[],
            shape: Shape::Boolean,
            meaning: "uploads can be [confirmed](receipts.md): the Worker asks the bucket, for which its credentials need `s3:GetObject`",
            presence: Presence::Default("false"),
            example: "true",
            hint: "write true, without quotes, to let pages confirm their uploads; otherwise leave it out",
        },
        Key {
            name: "notify",
            kinds: &[],
            shape: Shape::Notify,
            meaning: "the URL that gets the rule's [events](events.md), signed with the secret `WEBHOOK_SECRET`; or a table with `url`, and with `secret` for other names of secrets or `private_address = true` for a receiver in a private network",
            presence: Presence::Optional("none"),
            example: r#""https://api.example.com/hooks/signpost""#,
            hint: r#"write an address that others can reach, such as notify = "https://api.example.com/hooks/signpost"; one in a private network needs notify = { url = "...", private_address = true }"#,
        },
        Key {
            name: "delete_mismatched",
            kinds: &[],
            shape: Shape::Boolean,
            meaning: "an object that is [not what was granted](receipts.md#what-is-compared) is deleted when its upload is confirmed, for which the credentials need `s3:DeleteObject`. Only with `confirm`, and with `{uuid}` in the key",
            presence: Presence::Default("false"),
            example: "true",
            hint: "write true, without quotes, to delete what was not granted; otherwise leave it out",
        },
        Key {
            name: "uploaders",
            kinds: &[],
            shape: Shape::Boolean,
            meaning: "the rule also answers [Uppy and Better Upload](uploaders.md)",
            presence: Presence::Default("false"),
            example: "true",
            hint: "write true, without quotes, for pages that use Uppy or Better Upload; otherwise leave it out",
        },
        Key {
            name: "redirect",
            kinds: &[],
            shape: Shape::Url,
            meaning: "the page to which a form without JavaScript redirects, without query or fragment",
            presence: Presence::Optional("the Worker's own page"),
            example: r#""https://www.example.com/thanks.html""#,
            hint: r#"write the full URL of a page, such as redirect = "https://www.example.com/thanks""#,
        },
        Key {
            name: "overwrite",
            kinds: &[],
            shape: Shape::Boolean,
            meaning: "`false` rejects an upload if the key already exists; available for PUT to `aws`, `r2`, `tigris`, `minio` and `custom`, and for forms on a bound R2 bucket",
            presence: Presence::Default("true"),
            example: "false",
            hint: "write false, without quotes, for uploads that never overwrite an object; otherwise leave it out",
        },
    ],
};
