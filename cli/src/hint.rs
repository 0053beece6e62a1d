//! Hints that say how to correct each error in the configuration.

use rules::{ConfigError, ConfigErrorKind, reference};

/// The hint for an error in the rules.
pub(crate) fn of_error(error: &ConfigError) -> String {
    let key = error.key();
    if let ConfigErrorKind::UnknownKey { known } = error.kind() {
        return of_unknown_key(key, known);
    }
    if let (ConfigErrorKind::NotATable, Some(table)) = (error.kind(), table(error.place())) {
        return format!("write it as a table: [vars.{table}]");
    }
    let of_reference = || {
        if error.place().starts_with("BUCKETS") && error.place().contains(".credentials.") {
            reference::hint_of_credentials(key)
        } else {
            reference::hint(error.place(), key)
        }
    };
    let hint = of_kind(error.kind(), key).or_else(of_reference);
    hint.map_or_else(|| format!("docs/configuration.md describes `{key}`"), Into::into)
}

const DOCUMENTATION: &str = "docs/configuration.md describes every key";

/// The table for a variable, with an example of a name, or for an entry of one.
fn table(place: &str) -> Option<String> {
    match place.split('.').count() {
        1 if place == "ISSUER" => Some(place.into()),
        1 if place.starts_with("BUCKETS") => Some(format!("{place}.media")),
        1 if place.starts_with("CALLERS") => Some(format!("{place}.site")),
        1 if place.starts_with("CREDENTIALS") => Some(format!("{place}.home")),
        1 => Some(format!("{place}.avatar")),
        2 => Some(place.into()),
        _ => None,
    }
}

/// The hint for a kind of error that needs more than an example of its key.
fn of_kind(kind: &ConfigErrorKind, key: &str) -> Option<&'static str> {
    Some(match kind {
        ConfigErrorKind::Value
        | ConfigErrorKind::NotATable
        | ConfigErrorKind::UnknownKey { .. } => return None,
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
        ConfigErrorKind::AttributeUnsupported => {
            "leave it out; docs/attributes.md lists what each provider stores"
        }
        ConfigErrorKind::AttributeByOtherMethod if key == "content_language" => {
            "write forms = false in the bucket's table, so that files go by PUT; or leave it out"
        }
        ConfigErrorKind::AttributeByOtherMethod if key == "expire_unconfirmed" => {
            "leave `expire_unconfirmed` or `object_lock` out"
        }
        ConfigErrorKind::AttributeByOtherMethod => {
            "write forms = false in the bucket's table and leave `multipart` and `uploaders` out, so that files go by PUT; or leave this key out"
        }
        ConfigErrorKind::TagsOfUploader => {
            r#"write tags into the upload rule, such as tags = { scan = "pending" }"#
        }
        ConfigErrorKind::TagsOfCredentials => {
            r#"begin the prefix of that rule with another segment, or leave "write" out of its `actions`"#
        }
        ConfigErrorKind::ExpireWithoutConfirm => {
            "write confirm = true as well, or leave `expire_unconfirmed` out"
        }
        ConfigErrorKind::DeleteWithoutConfirm => {
            "write confirm = true as well, or leave `delete_mismatched` out"
        }
        ConfigErrorKind::DeleteOfOthers => {
            "put {uuid} into the key, so that no two uploads have the same; or leave `delete_mismatched` out"
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
        ConfigErrorKind::SessionPolicyTooLong => {
            "write another table of [vars.BUCKETS] for the same bucket and role, and let some of the rules use it: each has a session policy of its own"
        }
        ConfigErrorKind::LongLivedKey => {
            r#"write a role into the bucket's table, such as credentials = { secret = "MEDIA", role = "arn:aws:iam::123456789012:role/signpost" }; docs/credentials.md lists what each provider has"#
        }
        ConfigErrorKind::PrivateAddress => {
            "write the receiver's public address; or private_address = true beside `url`, if it is in a private network"
        }
        ConfigErrorKind::QuotaWithoutName => {
            "require a token that names the caller, or leave `quota` out; a rate limit counts the networks of callers without a name"
        }
        ConfigErrorKind::QuotaTooSmall => "raise `bytes` of the quota, or lower `max_size`",
        ConfigErrorKind::SingleUseElsewhere if key == "multipart" => {
            "leave `multipart` or `single_use` out"
        }
        ConfigErrorKind::SingleUseElsewhere => {
            r#"let the Worker receive the bucket's forms: binding = "MEDIA" in its table, without forms = false; docs/quota.md says what else can be valid once"#
        }
        ConfigErrorKind::PathStyleOnly => r#"add url_style = "path""#,
    })
}

/// Suggests the known key that is closest to an unknown one.
fn of_unknown_key(key: &str, known: &[&str]) -> String {
    let close = known.iter().map(|name| (strsim::osa_distance(key, name), name)).min();
    match (key, close) {
        (_, Some((distance, name))) if distance <= 2 => format!("write {name}"),
        _ => format!("leave it out; {DOCUMENTATION}"),
    }
}
