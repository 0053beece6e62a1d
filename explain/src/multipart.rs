//! Parses a form as it was sent, also one that no server accepts: with repeated fields, or another boundary than stated.

use crate::form::{Encoding, Form, MAX_FIELDS};
use crate::link::Link;

/// Longest boundary that is searched for, in bytes.
const MAX_BOUNDARY: usize = 200;

/// A form from its body; `None` if the body is not in `multipart/form-data`.
///
/// `length` is the number of bytes that were sent: a record often lacks the bytes of the file.
pub(crate) fn form(url: Link, content_type: &str, body: &str, length: Option<u64>) -> Option<Form> {
    let stated = parameter(content_type, "boundary");
    let found = first_boundary(body);
    let is_right = stated.as_ref().is_some_and(|stated| has_delimiter(body, stated));
    let boundary = stated.clone().filter(|_| is_right).or(found)?;
    let encoding = match stated {
        _ if is_right => Encoding::Multipart,
        Some(_) => Encoding::OtherBoundary,
        None => Encoding::NoBoundary,
    };
    let mut form = Form { encoding, ..Form::new(url, []) };
    let delimiter = format!("\n--{boundary}");
    let body = format!("\n{body}");
    let mut parts = body.split(delimiter.as_str()).skip(1).peekable();
    let mut count = 0;
    while let Some(part) = parts.next().filter(|part| !part.starts_with("--")) {
        count += 1;
        if count > MAX_FIELDS {
            break;
        }
        let is_ended = parts.peek().is_some();
        add(&mut form, part, is_ended, length, body.len() - 1);
    }
    (count > 0).then_some(form)
}

/// Adds a part of the body to the form.
fn add(form: &mut Form, part: &str, is_ended: bool, length: Option<u64>, recorded: usize) {
    let part = part.trim_start_matches('\r');
    let mut blanks = ["\r\n\r\n", "\n\n"].iter();
    let (head, value) = blanks.find_map(|blank| part.split_once(blank)).unwrap_or((part, ""));
    let value = value.strip_suffix('\r').unwrap_or(value);
    let disposition = head.lines().find(|line| {
        line.get(..20).is_some_and(|name| name.eq_ignore_ascii_case("content-disposition:"))
    });
    let Some(name) = disposition.and_then(|line| parameter(line, "name")) else { return };
    let filename = disposition.and_then(|line| parameter(line, "filename"));
    if filename.is_none() && !name.eq_ignore_ascii_case("file") {
        return form.push(&name, value.to_owned());
    }
    let is_second = form.has_file_input;
    form.push_file(&name, &filename.unwrap_or_default());
    if is_second {
        return;
    }
    let others = u64::try_from(recorded - value.len()).ok();
    let by_length = length.zip(others).and_then(|(length, others)| length.checked_sub(others));
    // Bytes that are not text were replaced in the record, so their number is not known.
    let by_record = u64::try_from(value.len()).ok().filter(|_| !value.contains('\u{fffd}'));
    form.file_bytes = by_length.or(by_record).filter(|_| is_ended);
}

/// The boundary that the first line of a body has.
fn first_boundary(body: &str) -> Option<String> {
    let line = body.trim_start().strip_prefix("--")?.lines().next()?.trim_end();
    let is_boundary = (1..=MAX_BOUNDARY).contains(&line.len())
        && body.to_ascii_lowercase().contains("content-disposition:");
    is_boundary.then(|| line.to_owned())
}

fn has_delimiter(body: &str, boundary: &str) -> bool {
    let delimiter = format!("--{boundary}");
    !boundary.is_empty()
        && (body.starts_with(&delimiter) || body.contains(&format!("\n{delimiter}")))
}

/// A parameter of a header, such as `name` in `form-data; name="key"`.
pub(crate) fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, parameter)) = rest.split_once(';') {
        let (found, after) = parameter.split_once('=')?;
        let after = after.trim_start();
        let (value, after) = if let Some(quoted) = after.strip_prefix('"') {
            quoted.split_once('"').unwrap_or((quoted, ""))
        } else {
            let end = after.find([';', '\r', '\n']).unwrap_or(after.len());
            after.split_at_checked(end)?
        };
        if found.trim().eq_ignore_ascii_case(name) {
            return Some(value.trim().to_owned());
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_parameter() {
        for (header, name, expected) in [
            ("form-data; name=\"key\"; filename=\"a;b.png\"", "filename", Some("a;b.png")),
            ("form-data; filename=\"name=x\"; name=key", "name", Some("key")),
            ("form-data; filename=\"; name=x\"", "name", None),
            ("multipart/form-data;Boundary=*****", "boundary", Some("*****")),
            ("multipart/form-data; charset=utf-8; boundary=\"a b\"", "boundary", Some("a b")),
            ("multipart/form-data", "boundary", None),
            ("multipart/form-data; boundary", "boundary", None),
        ] {
            assert_eq!(parameter(header, name).as_deref(), expected, "{header}");
        }
    }
}
