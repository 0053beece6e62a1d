//! Hints that say how to correct each error in the configuration.

use rules::{ConfigError, ConfigErrorKind};

/// An example for each key whose error message alone does not show how to write it.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "provider",
        r#"write the provider's name, such as provider = "aws"; "custom" is any other S3-compatible store"#,
    ),
    ("name", r#"write the bucket's name, such as name = "acme-media""#),
    ("region", r#"write the bucket's region, such as region = "eu-west-1"; R2's is "auto""#),
    (
        "credentials",
        r#"write credentials = "MEDIA", then set the secrets MEDIA_ACCESS_KEY_ID and MEDIA_SECRET_ACCESS_KEY"#,
    ),
    (
        "endpoint",
        r#"write the URL from the provider's console, without the bucket: endpoint = "https://s3.example.com""#,
    ),
    (
        "url_style",
        r#"write url_style = "path" for https://host/bucket/key, "virtual-hosted" for https://bucket.host/key"#,
    ),
    ("forms", "leave `forms` out: files are then uploaded by PUT, with size and type signed"),
    (
        "kind",
        r#"write kind = "bearer" with the name of a secret, "jwt" with the issuer of the tokens, or another kind from docs/callers.md"#,
    ),
    ("issuer", "copy `issuer` exactly from the provider's /.well-known/openid-configuration"),
    ("audience", r#"write the value of `aud` in the tokens, such as audience = "signpost""#),
    ("jwks", "copy `jwks_uri` from the provider's /.well-known/openid-configuration"),
    (
        "keys",
        "write only the public parts; replace a private key that was written here, since it is no longer secret",
    ),
    (
        "require",
        r#"write require = ["email"] for claims that must exist, require = { role = "editor" } for values"#,
    ),
    ("subject", r#"write subject = "sub", the claim that names the caller, or leave it out"#),
    ("team", r#"write the team's host, such as team = "acme.cloudflareaccess.com""#),
    ("hostname", r#"write the host that shows the widget, such as hostname = "www.example.com""#),
    ("action", r#"write the action that the page passes to the widget, such as action = "upload""#),
    ("turnstile", r#"name a table of [vars.CALLERS] whose kind is "turnstile""#),
    ("limit", r#"declare a binding in [[ratelimits]], and name it: limit = "AVATAR_LIMIT""#),
    (
        "binding",
        "declare the binding, in [[r2_buckets]] for a bucket or in [[ratelimits]] for a limit, and write its name here",
    ),
    ("period", "write 10 or 60, the period of the binding in [[ratelimits]]"),
    (
        "secret",
        r#"write the secret's name, such as secret = "SITE_TOKEN", and set its value with `npx wrangler secret put SITE_TOKEN`"#,
    ),
    ("bucket", "name a table of [vars.BUCKETS]"),
    (
        "signature",
        r#"leave the line out; signature = "v2" is only for stores that do not support Version 4"#,
    ),
    ("callers", r#"name tables of [vars.CALLERS], such as callers = ["site"]"#),
    (
        "origins",
        r#"write the value of the page's `location.origin`, such as origins = ["https://www.example.com"]"#,
    ),
    ("key", r#"write key = "avatars/{caller}/{uuid}.{ext}", beginning with a literal segment"#),
    ("types", r#"list every type that is accepted, such as types = ["image/png", "image/jpeg"]"#),
    ("max_size", r#"write a number with its unit, such as max_size = "5 MiB""#),
    ("expires", r#"write a number with its unit, such as expires = "10 min""#),
    (
        "redirect",
        r#"write the full URL of a page, such as redirect = "https://www.example.com/thanks""#,
    ),
    ("metadata", r#"write the names without x-amz-meta-, such as metadata = ["album"]"#),
    ("active_content", "write true or false, without quotes"),
    ("multipart", "write true, without quotes, to allow uploads in parts; otherwise leave it out"),
    (
        "uploaders",
        "write true, without quotes, for pages that use Uppy or Better Upload; otherwise leave it out",
    ),
    (
        "overwrite",
        "write false, without quotes, for uploads that never overwrite an object; otherwise leave it out",
    ),
    (
        "attachment",
        "write true, without quotes, for files that browsers save instead of showing; otherwise leave it out",
    ),
    (
        "window",
        r#"write a length of time that is at most half of `expires`, such as window = "2 min""#,
    ),
];

/// The hint for an error in the rules.
pub(crate) fn of_error(error: &ConfigError) -> String {
    let key = error.key();
    if let ConfigErrorKind::UnknownKey { known } = error.kind() {
        return of_unknown_key(key, known);
    }
    let hint = of_kind(error.kind(), key).or_else(|| of_key(key));
    hint.map_or_else(|| format!("docs/configuration.md describes `{key}`"), Into::into)
}

const DOCUMENTATION: &str = "docs/configuration.md describes every key";

fn of_key(key: &str) -> Option<&'static str> {
    EXAMPLES.iter().find(|(name, _)| *name == key).map(|(_, hint)| *hint)
}

/// The hint for a kind of error that needs more than an example of its key.
fn of_kind(kind: &ConfigErrorKind, key: &str) -> Option<&'static str> {
    Some(match kind {
        ConfigErrorKind::Value | ConfigErrorKind::UnknownKey { .. } => return None,
        ConfigErrorKind::NotATable => "write it as a table: [vars.UPLOADS.avatar]",
        ConfigErrorKind::EntryName => "rename the table: its name is part of the URL",
        ConfigErrorKind::RepeatedName => "rename one of the two tables",
        ConfigErrorKind::ActiveType => {
            "serve such files as attachments, from a host that has none of your cookies; or leave the type out"
        }
        ConfigErrorKind::TypeWithoutExtension => {
            "write the extension into the key instead of {ext}, or leave {ext} out"
        }
        ConfigErrorKind::CallerWithoutName => {
            "leave {caller} out of the key, or require a token: callers of a kind other than \"anyone\""
        }
        ConfigErrorKind::SeveralAuthorities => {
            "put {entry} between slashes into the key, such as avatars/{entry}/{caller}/..., or write a rule for each caller; docs/callers.md says what to do about objects that exist"
        }
        ConfigErrorKind::OverwriteByForm => {
            "write forms = false in the bucket's table; or leave `overwrite` out and put {uuid} into the key"
        }
        ConfigErrorKind::OverwriteUndocumented => {
            "leave `overwrite` out and put {uuid} into the key, so that no two uploads have the same key"
        }
        ConfigErrorKind::OverwriteByParts => {
            "leave `multipart` or `overwrite` out; {uuid} in the key also prevents overwriting"
        }
        ConfigErrorKind::SizeNotSigned if key == "multipart" => {
            "leave the line out: the client then sends each file in one piece, of at most 5 GiB"
        }
        ConfigErrorKind::SizeNotSigned => {
            r#"write forms = true in the bucket's table, if the store accepts forms; or leave its signature = "v2" out"#
        }
        ConfigErrorKind::NotExactlyOne => {
            "write one of them: jwks for the URL of the issuer's keys, keys for the public keys themselves, secret for a shared secret"
        }
        ConfigErrorKind::SeveralSecrets => "write one name, that of this widget's secret",
        ConfigErrorKind::TooManySecrets => "delete the secrets that no caller uses any more",
        ConfigErrorKind::TooManyLimits => {
            "let rules share a limit, or write another table of [vars.BUCKETS] for the same bucket"
        }
        ConfigErrorKind::PathStyleOnly => r#"add url_style = "path""#,
    })
}

/// Suggests the known key that is closest to an unknown one.
fn of_unknown_key(key: &str, known: &[&str]) -> String {
    let close = known.iter().map(|name| (strsim::osa_distance(key, name), name)).min();
    match (key, close) {
        ("acl", _) => "leave it out: since April 2023 new buckets have no ACLs (and R2 never had any), so an upload with one is rejected; a bucket policy says who may read".into(),
        (_, Some((distance, name))) if distance <= 2 => format!("write {name}"),
        _ => format!("leave it out; {DOCUMENTATION}"),
    }
}
