//! The keys of `BUCKETS`.

use super::shape::SECRET_NAME;
use super::{Key, Presence, Section, Shape};

pub(super) const SECTION: Section = Section {
    variable: "BUCKETS",
    meaning: "A bucket and the credentials for it.",
    keys: &[
        Key {
            name: "provider",
            kinds: &[],
            shape: Shape::Provider,
            meaning: "a name from [the table below](#providers)",
            presence: Presence::Required,
            example: r#""aws""#,
            hint: r#"write the provider's name, such as provider = "aws"; "custom" is any other S3-compatible store"#,
        },
        Key {
            name: "name",
            kinds: &[],
            shape: Shape::Text,
            meaning: "the bucket's name at the provider; for `aws`, also the alias of an access point",
            presence: Presence::Required,
            example: r#""acme-media""#,
            hint: r#"write the bucket's name, such as name = "acme-media""#,
        },
        Key {
            name: "credentials",
            kinds: &[],
            shape: Shape::OneOrMore(&SECRET_NAME, Some(2)),
            meaning: r#"the first part of the secrets' names; a list of up to [2](../rules/src/bucket/keys.rs "const MAX: usize = 2") for a [rotation](operations.md#rotating-keys)"#,
            presence: Presence::Required,
            example: r#""MEDIA""#,
            hint: r#"write credentials = "MEDIA", then set the secrets MEDIA_ACCESS_KEY_ID and MEDIA_SECRET_ACCESS_KEY"#,
        },
        Key {
            name: "region",
            kinds: &[],
            shape: Shape::Text,
            meaning: "the bucket's region",
            presence: Presence::Depends("depends on the provider"),
            example: r#""eu-west-1""#,
            hint: r#"write the bucket's region, such as region = "eu-west-1"; R2's is "auto""#,
        },
        Key {
            name: "endpoint",
            kinds: &[],
            shape: Shape::Url,
            meaning: "the URL of the server, without the bucket",
            presence: Presence::Depends("depends on the provider"),
            example: r#""https://s3.example.com""#,
            hint: r#"write the URL from the provider's console, without the bucket: endpoint = "https://s3.example.com""#,
        },
        Key {
            name: "url_style",
            kinds: &[],
            shape: Shape::OneOf(&["path", "virtual-hosted"]),
            meaning: r#"`"path"` for `https://host/bucket/key`, `"virtual-hosted"` for `https://bucket.host/key`"#,
            presence: Presence::Optional(
                r#"depends on the provider; `"path"` if the name has a dot, a capital or `_`"#,
            ),
            example: r#""path""#,
            hint: r#"write url_style = "path" for https://host/bucket/key, "virtual-hosted" for https://bucket.host/key"#,
        },
        Key {
            name: "forms",
            kinds: &[],
            shape: Shape::Boolean,
            meaning: "whether uploads use POST forms (`true`) or PUT (`false`)",
            presence: Presence::Optional("depends on the provider"),
            example: "true",
            hint: "leave `forms` out: files are then uploaded by PUT, with size and type signed",
        },
        Key {
            name: "binding",
            kinds: &[],
            shape: Shape::Pattern("^[A-Za-z_][A-Za-z0-9_]{0,63}$"),
            meaning: "the R2 binding through which the Worker stores the files of upload forms, see [Forms on R2](r2-forms.md)",
            presence: Presence::Optional("none"),
            example: r#""MEDIA""#,
            hint: "declare the binding, in [[r2_buckets]] for a bucket or in [[ratelimits]] for a limit, and write its name here",
        },
        Key {
            name: "signature",
            kinds: &[],
            shape: Shape::OneOf(&["v4", "v2"]),
            meaning: r#"`"v4"`, or `"v2"` for a server that supports only Signature Version 2"#,
            presence: Presence::Default(r#""v4""#),
            example: r#""v2""#,
            hint: r#"leave the line out; signature = "v2" is only for stores that do not support Version 4"#,
        },
    ],
};
