//! Builds the links and forms that the command line describes.

use alloc::collections::BTreeSet;

use signer::{
    Bucket, FILENAME, FieldName, FormKey, HeaderName, HeaderValue, InvalidHeader, Method,
    ObjectKey, PostPolicy, Presign, UnixTime,
};

use super::args::{Action, RequestArgs, SignArgs};
use crate::failure::Failure;

/// Largest file that S3 accepts in one form, in bytes: 5 GiB.
const MAX_POST_BYTES: u64 = 5 * 1_024 * 1_024 * 1_024;

/// A file's name with characters beyond ASCII, in `Content-Disposition`.
///
/// Spec: <https://www.rfc-editor.org/rfc/rfc6266>
pub(crate) const ENCODED_FILENAME: &str = "attachment; filename*=UTF-8''1%20%C2%A9.jpg";

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
    let link = Presign::new(method, bucket, key, args.expires);
    with_parameters(with_headers(link, headers(options)?)?, parameters(options)?)
}

/// The headers that the command line names.
pub(crate) fn headers(options: &RequestArgs) -> Result<Vec<(&str, &str)>, Failure> {
    let headers = options.header.iter().map(|text| {
        let (name, value) = text.split_once(':').ok_or_else(|| {
            Failure::usage(format!("--header: expected 'name: value', found {text:?}"))
        })?;
        Ok((name.trim(), value))
    });
    headers.collect()
}

/// The query parameters that the command line names.
pub(crate) fn parameters(options: &RequestArgs) -> Result<Vec<(&str, &str)>, Failure> {
    let parameter = |text| {
        pair("--query", text)
            .map_err(|failure| failure.hint("a parameter without a value is written acl="))
    };
    options.query.iter().map(|text| parameter(text.as_str())).collect()
}

/// Adds signed headers to a link. Two names that differ only in case are one header.
pub(crate) fn with_headers<'a, 't>(
    mut link: Presign<'a>,
    headers: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<Presign<'a>, Failure> {
    let mut names = BTreeSet::new();
    for (name, value) in headers {
        let invalid = |error: InvalidHeader| {
            let failure = Failure::usage(format!("header {name}: {error}"));
            match error {
                InvalidHeader::NotAscii => failure
                    .hint(format!("percent-encode it; a file's name as in {ENCODED_FILENAME}")),
                InvalidHeader::Name | InvalidHeader::Reserved | InvalidHeader::Value => failure,
            }
        };
        let header = HeaderName::new(name).map_err(invalid)?;
        if !names.insert(header.clone()) {
            return Err(Failure::usage(format!("the header {} is named twice", header.as_str())));
        }
        link = link.header(header, HeaderValue::new(value).map_err(invalid)?);
    }
    Ok(link)
}

/// Adds query parameters to a link.
pub(crate) fn with_parameters<'a, 't>(
    mut link: Presign<'a>,
    parameters: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<Presign<'a>, Failure> {
    let mut names = BTreeSet::new();
    for (name, value) in parameters {
        if !names.insert(name) {
            return Err(Failure::usage(format!("the query parameter {name} is named twice")));
        }
        link = link.query(name, value).map_err(|error| {
            Failure::usage(format!("query parameter {name:?}: {error}"))
                .hint("--expires, --at and the credentials decide what the signature has")
        })?;
    }
    Ok(link)
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
    policy(args, bucket, key, now)
}

/// The same, whatever the command line names for links.
pub(crate) fn policy<'a>(
    args: &SignArgs,
    bucket: &'a Bucket,
    key: &str,
    now: UnixTime,
) -> Result<PostPolicy<'a>, Failure> {
    let options = &args.request;
    let mut policy =
        PostPolicy::new(bucket, form_key(key)?, now.plus_secs(args.expires.as_secs().into()));
    let mut names = BTreeSet::new();
    let mut new_field = |text: &str| {
        let field = field_name(text)?;
        if names.insert(field.as_str().to_owned()) {
            return Ok(field);
        }
        Err(Failure::usage(format!("the field {} is named twice", field.as_str())))
    };
    for text in &options.field {
        let (field, value) = pair("--field", text)?;
        policy = policy.exact(new_field(field)?, value);
    }
    for text in &options.starts_with {
        let (field, prefix) = pair("--starts-with", text)?;
        policy = policy.starts_with(new_field(field)?, prefix);
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
