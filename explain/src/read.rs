//! Parses an input: a link, a form, a HAR, a command or an error, also inside another text.

use alloc::borrow::Cow;

use serde_json::Value;

use crate::catalogue::Entry;
use crate::copied::{Copied, Undone, from_quoted_printable};
use crate::evidence::Evidence;
use crate::link::Link;
use crate::server_error::ServerError;
use crate::unreadable::Unreadable;
use crate::{console, curl, error_text, fetch, html, json};

/// Largest input, in bytes: 32 MiB, which is enough for the HAR of a failed upload.
pub const MAX_BYTES: usize = 32 << 20;

/// Reads a text. Of several links in it, and of the requests in a HAR, those without a signature or an S3 error are ignored.
///
/// # Errors
///
/// [`Unreadable`] gives the reason.
///
/// ```
/// let read = explain::read("https://media.s3.eu-west-1.amazonaws.com/a.png?X-Amz-Date=20151229T000000Z")?;
/// assert_eq!(read.len(), 1);
/// assert_eq!(explain::read("curl 'https://media.s3.amazonaws.com/a.png?X-Amz-Date=1' -o a.png")?.len(), 1);
/// assert!(explain::read("hello").is_err());
/// # Ok::<(), explain::Unreadable>(())
/// ```
pub fn read(text: &str) -> Result<Vec<Evidence>, Unreadable> {
    if text.len() > MAX_BYTES {
        return Err(Unreadable("it is larger than 32 MiB"));
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    match text.chars().next() {
        None => Err(Unreadable("it is empty")),
        Some('<') if !text.starts_with("<http") => markup(text),
        Some('{' | '[' | '"') => match serde_json::from_str::<Value>(text) {
            Ok(value) => json::read(&value),
            Err(_) if text.starts_with('{') => {
                prose(text).map_err(|_| Unreadable("it is not valid JSON"))
            }
            Err(_) => prose(text),
        },
        Some(_) if Entry::of(text).is_some() => {
            let server_error = Some(ServerError::new(text, ""));
            Ok(vec![Evidence { server_error, ..Evidence::default() }])
        }
        Some(_) => {
            if let Some(arguments) = curl::arguments(text) {
                return curl::read(arguments);
            }
            fetch::read(text).map_or_else(|| prose(text), Ok)
        }
    }
}

/// Combines the evidence of two texts about the same requests.
#[must_use]
pub fn combined(all: &[Evidence], more: &[Evidence]) -> Vec<Evidence> {
    let combine = |evidence: &Evidence| {
        more.iter().map(|added| evidence.clone().or(added.clone())).collect::<Vec<_>>()
    };
    all.iter().flat_map(combine).collect()
}

/// Reads XML or HTML.
fn markup(text: &str) -> Result<Vec<Evidence>, Unreadable> {
    if let Some(server_error) = ServerError::parse(text) {
        return Ok(vec![Evidence { server_error: Some(server_error), ..Evidence::default() }]);
    }
    if let Cow::Owned(text) = from_quoted_printable(text) {
        let mut found = markup(&text)?;
        for evidence in &mut found {
            evidence.undone.insert(0, Undone::QuotedPrintable);
        }
        return Ok(found);
    }
    let found = html::read(text);
    if found.is_empty() {
        return prose(text)
            .map_err(|_| Unreadable("expected an <Error> with a <Code>, found other XML"));
    }
    Ok(found)
}

/// Reads the links and the error in any other text.
pub(crate) fn prose(text: &str) -> Result<Vec<Evidence>, Unreadable> {
    let whole = Copied::read(text).map(|copied| vec![copied]);
    let server_error = if whole.is_some() { None } else { error_text::find(text) };
    let blocked = if whole.is_some() { None } else { console::blocked(text) };
    let blocked = blocked.filter(|_| server_error.is_none());
    let mut links = whole.unwrap_or_else(|| Copied::all(text));
    // A text about an error may name the pages of its documentation.
    links.retain(|copied| server_error.is_none() || copied.link.is_signed());
    let server_error = server_error.filter(|_| links.len() < 2);
    if let Some(blocked) = blocked {
        let is_target = |link: &Link| {
            blocked.redirect.as_ref().is_some_and(|redirect| redirect.to.as_ref() == Some(link))
        };
        let links = links.into_iter().map(|copied| copied.link).filter(|link| !is_target(link));
        let link = blocked.link.clone().or_else(|| links.into_iter().next());
        return Ok(vec![Evidence { link, ..blocked }]);
    }
    if links.is_empty() {
        let server_error = server_error.ok_or(Unreadable(
            "expected a URL, a form as JSON {\"url\", \"fields\"}, a HAR, a curl command or an error of S3",
        ))?;
        return Ok(vec![Evidence { server_error: Some(server_error), ..Evidence::default() }]);
    }
    let evidence = |copied: Copied| Evidence {
        link: Some(copied.link),
        undone: copied.undone,
        server_error: server_error.clone(),
        ..Evidence::default()
    };
    Ok(links.into_iter().map(evidence).collect())
}
