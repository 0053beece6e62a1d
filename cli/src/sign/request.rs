//! Builds the links and forms that the command line describes.

use signer::{
    Bucket, FILENAME, FieldName, FormKey, HeaderName, HeaderValue, Method, ObjectKey, PostPolicy,
    Presign, UnixTime,
};

use super::args::{Action, SignArgs};
use crate::failure::Failure;

/// Largest file that S3 accepts in one form, in bytes: 5 GiB.
const MAX_POST_BYTES: u64 = 5 * 1_024 * 1_024 * 1_024;

/// The method of a link; `None` for a form.
pub(crate) fn method(action: Action) -> Option<Method> {
    match action {
        Action::Get => Some(Method::Get),
        Action::Head => Some(Method::Head),
        Action::Put => Some(Method::Put),
        Action::Delete => Some(Method::Delete),
        Action::Post => None,
    }
}

/// A link with the headers and parameters that the command line names.
pub(crate) fn link<'a>(
    action: Action,
    args: &SignArgs,
    bucket: &'a Bucket,
    key: &'a ObjectKey,
) -> Result<Presign<'a>, Failure> {
    let options = &args.request;
    let has_form_options =
        !options.field.is_empty() || !options.starts_with.is_empty() || options.max_size.is_some();
    let method = method(action).filter(|_| !has_form_options).ok_or_else(|| {
        Failure::usage("--field, --starts-with and --max-size are only for forms").hint(
            "for a link use --header and --query: --header 'content-length: 1024' fixes the size",
        )
    })?;
    let mut link = Presign::new(method, bucket, key, args.expires);
    for text in &options.header {
        let (name, value) = text.split_once(':').ok_or_else(|| {
            Failure::usage(format!("--header: expected 'name: value', found {text:?}"))
        })?;
        link = with_header(link, name.trim(), value)?;
    }
    for text in &options.query {
        let (name, value) = pair("--query", text)?;
        link = link.query(name, value).map_err(|error| Failure::usage(error.to_string()))?;
    }
    Ok(link)
}

/// Adds a signed header to a link.
pub(crate) fn with_header<'a>(
    link: Presign<'a>,
    name: &str,
    value: &str,
) -> Result<Presign<'a>, Failure> {
    let invalid = |error: signer::InvalidHeader| Failure::usage(format!("header {name}: {error}"));
    Ok(link
        .header(HeaderName::new(name).map_err(invalid)?, HeaderValue::new(value).map_err(invalid)?))
}

/// A form with the fields and conditions that the command line names.
pub(crate) fn post<'a>(
    args: &SignArgs,
    bucket: &'a Bucket,
    key: &str,
    now: UnixTime,
) -> Result<PostPolicy<'a>, Failure> {
    let options = &args.request;
    if !options.header.is_empty() || !options.query.is_empty() {
        return Err(Failure::usage("--header and --query are only for links")
            .hint("for a form use --field: --field Content-Type=image/png"));
    }
    let mut policy =
        PostPolicy::new(bucket, form_key(key)?, now.plus_secs(args.expires.as_secs().into()));
    for text in &options.field {
        let (field, value) = pair("--field", text)?;
        policy = policy.exact(field_name(field)?, value);
    }
    for text in &options.starts_with {
        let (field, prefix) = pair("--starts-with", text)?;
        policy = policy.starts_with(field_name(field)?, prefix);
    }
    let (min, max) =
        (options.min_size.unwrap_or_default(), options.max_size.unwrap_or(MAX_POST_BYTES));
    if min > max {
        return Err(Failure::usage("--min-size is larger than --max-size"));
    }
    Ok(if options.max_size.is_some() { policy.content_length_range(min..=max) } else { policy })
}

/// An exact key, or a prefix followed by S3's `${filename}`.
fn form_key(key: &str) -> Result<FormKey, Failure> {
    let form_key = match key.strip_suffix(FILENAME) {
        Some(prefix) => FormKey::filename_under(prefix),
        None => ObjectKey::new(key).map_err(Into::into).and_then(|key| FormKey::exact(&key)),
    };
    form_key.map_err(|error| Failure::usage(error.to_string()))
}

fn field_name(name: &str) -> Result<FieldName, Failure> {
    FieldName::new(name).map_err(|error| Failure::usage(format!("field {name}: {error}")))
}

/// Splits `name=value`.
pub(crate) fn pair<'t>(option: &str, text: &'t str) -> Result<(&'t str, &'t str), Failure> {
    text.split_once('=')
        .ok_or_else(|| Failure::usage(format!("{option}: expected NAME=VALUE, found {text:?}")))
}
