//! The keys of `UPLOADS` that decide what is stored with an object.

use super::{Key, Presence, Shape};
use crate::bucket::features::{Feature, StorageClasses};
use crate::bucket::provider::Provider;
use crate::config::join_names::join_names;

/// The columns of [`stored_by`].
pub const COLUMNS: [&str; 6] =
    ["storage_class", "tags", "acl", "sse", "object_lock", "content_language in forms"];

/// Returns what a provider stores with an object, one cell for each of [`COLUMNS`]; an empty cell if it does not document it.
#[must_use]
pub fn stored_by(provider: &Provider) -> [String; 6] {
    let features = &provider.features;
    let yes = |feature| if features.has(feature) { "yes".to_owned() } else { String::new() };
    let names = |names: &[&str]| join_names(names.iter().copied());
    let sse = [(Feature::Sse, "AES256"), (Feature::SseKms, "aws:kms")];
    let sse: Vec<_> =
        sse.iter().filter(|(feature, _)| features.has(*feature)).map(|(_, name)| *name).collect();
    [
        match features.classes {
            StorageClasses::Listed(classes) => names(classes),
            StorageClasses::Any => "any".into(),
        },
        yes(Feature::Tags),
        names(features.acls),
        names(&sse),
        yes(Feature::ObjectLock),
        yes(Feature::LanguageByForm),
    ]
}

const NONE: Presence = Presence::Optional("none");

pub(super) const CACHE_CONTROL: Key = Key {
    name: "cache_control",
    kinds: &[],
    shape: Shape::Text,
    meaning: "the `Cache-Control` that the bucket stores with a file and sends with it",
    presence: NONE,
    example: r#""private, max-age=3600""#,
    hint: r#"write directives in ASCII, such as cache_control = "private, max-age=3600""#,
};
pub(super) const CONTENT_DISPOSITION: Key = Key {
    name: "content_disposition",
    kinds: &[],
    shape: Shape::OneOf(&["attachment", "inline"]),
    meaning: "the `Content-Disposition` that the bucket stores: `attachment` or `inline`, with the file's name if the request has a `filename`",
    presence: NONE,
    example: r#""attachment""#,
    hint: r#"write content_disposition = "attachment" or "inline"; the file's name is added"#,
};
pub(super) const CONTENT_ENCODING: Key = Key {
    name: "content_encoding",
    kinds: &[],
    shape: Shape::Pattern("^[a-z0-9, -]+$"),
    meaning: "the `Content-Encoding` that the bucket stores, for files that are sent compressed",
    presence: NONE,
    example: r#""gzip""#,
    hint: r#"write the coding in which pages send the files, such as content_encoding = "gzip""#,
};
pub(super) const CONTENT_LANGUAGE: Key = Key {
    name: "content_language",
    kinds: &[],
    shape: Shape::Pattern("^[A-Za-z0-9, -]+$"),
    meaning: "the `Content-Language` that the bucket stores; not in every provider's [forms](attributes.md#who-stores-what)",
    presence: NONE,
    example: r#""de""#,
    hint: r#"write language tags, such as content_language = "de""#,
};
pub(super) const STORAGE_CLASS: Key = Key {
    name: "storage_class",
    kinds: &[],
    shape: Shape::Pattern("^[A-Za-z0-9_-]{1,64}$"),
    meaning: "the storage class, one of [those of the provider](attributes.md#who-stores-what)",
    presence: NONE,
    example: r#""STANDARD_IA""#,
    hint: r#"write a class of the provider, such as storage_class = "STANDARD_IA""#,
};
pub(super) const ACL: Key = Key {
    name: "acl",
    kinds: &[],
    shape: Shape::Pattern("^[a-z-]+$"),
    meaning: "the canned access control list of each file. [New buckets of Amazon reject it](attributes.md#access-control-lists)",
    presence: NONE,
    example: r#""bucket-owner-full-control""#,
    hint: "leave it out: a bucket policy says who may read; or write a canned list that the provider has",
};
pub(super) const SSE: Key = Key {
    name: "sse",
    kinds: &[],
    shape: Shape::Encryption,
    meaning: r#"server-side encryption: `"AES256"`, `"aws:kms"`, or a table with `algorithm`, `key` and `bucket_key`, see [Encryption](attributes.md#encryption)"#,
    presence: Presence::Optional("the bucket's default"),
    example: r#"{ algorithm = "aws:kms", key = "arn:aws:kms:eu-west-1:111122223333:key/0f4c3b2a-1d5e-4f60-8a7b-9c0d1e2f3a4b" }"#,
    hint: r#"write sse = "AES256", or sse = { algorithm = "aws:kms", key = "<the key's ARN>" }"#,
};
pub(super) const OBJECT_LOCK: Key = Key {
    name: "object_lock",
    kinds: &[],
    shape: Shape::ObjectLock,
    meaning: "locks each file for a time that begins with the grant; only by PUT with a checksum, see [Locks](attributes.md#locks)",
    presence: NONE,
    example: r#"{ mode = "GOVERNANCE", retention = "30 days" }"#,
    hint: r#"write object_lock = { mode = "GOVERNANCE", retention = "30 days" }"#,
};
pub(super) const TAGS: Key = Key {
    name: "tags",
    kinds: &[],
    shape: Shape::Tags,
    meaning: r#"tags of each file, at most [10](../rules/src/upload/attributes/tags.rs "MAX_TAGS: usize = 10")"#,
    presence: Presence::Default("{}"),
    example: r#"{ project = "apollo" }"#,
    hint: r#"write a table of texts, such as tags = { project = "apollo" }"#,
};
pub(super) const EXPIRE_UNCONFIRMED: Key = Key {
    name: "expire_unconfirmed",
    kinds: &[],
    shape: Shape::Duration,
    meaning: r#"tags each file `signpost=unconfirmed`; `signpost lifecycle` writes the rule by which the bucket removes files that still have the tag after so many days, at most [3,650](../rules/src/upload/attributes/tags.rs "MAX_DAYS: u64 = 3_650"), see [Unconfirmed files](attributes.md#unconfirmed-files)"#,
    presence: NONE,
    example: r#""2 days""#,
    hint: r#"write whole days, such as expire_unconfirmed = "2 days""#,
};
