//! Parses key templates such as `avatars/{caller}/{uuid}.{ext}`.

use signer::ObjectKey;

use crate::keys::part::{Part, Placeholder};

/// Parses a template that may use the `allowed` placeholders.
///
/// The first segment must be literal, and values that could contain anything must be whole segments, so no value can make
/// a key outside the template's prefix.
///
/// # Errors
///
/// A message that says what is wrong with the template.
pub(crate) fn parse(text: &str, allowed: &[Placeholder]) -> Result<Vec<Part>, String> {
    let parts = split(text, allowed)?;
    check_literals(&parts)?;
    if !begins_with_literal_segment(text) {
        return Err(r#"a key must begin with a literal segment, such as "avatars/{uuid}""#.into());
    }
    check_segments(&parts)?;
    Ok(parts)
}

fn begins_with_literal_segment(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(first, rest)| !first.is_empty() && !first.contains('{') && !rest.is_empty())
}

fn split(text: &str, allowed: &[Placeholder]) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once('{') {
        if literal.ends_with('$') {
            return Err("write {filename}, not ${filename}".into());
        }
        let (name, after) = after.split_once('}').ok_or("a `{` without a matching `}`")?;
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.into()));
        }
        parts.push(placeholder(name, allowed)?);
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest.into()));
    }
    Ok(parts)
}

/// Parses the name in `{name}`.
fn placeholder(name: &str, allowed: &[Placeholder]) -> Result<Part, String> {
    if let Some(claim) = name.strip_prefix("claim.").filter(|claim| is_claim(claim)) {
        return Ok(Part::Claim(claim.into()));
    }
    let known = allowed.iter().find(|placeholder| placeholder.name() == name);
    known.map(|placeholder| Part::Placeholder(*placeholder)).ok_or_else(|| {
        let names: Vec<_> = allowed.iter().map(|known| format!("{{{}}}", known.name())).collect();
        let names = names.join(" ");
        format!("unknown placeholder {{{name}}}, expected one of {names} {{claim.NAME}}")
    })
}

/// Returns whether a claim's name can be part of a template.
fn is_claim(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// Checks that `{caller}`, `{entry}`, claims and `{path}` are whole segments, and that `{path}`, which can be several, is at
/// the end. Two values in one segment could be divided differently and still make the same key.
fn check_segments(parts: &[Part]) -> Result<(), String> {
    for (at, part) in parts.iter().enumerate() {
        let name = match part {
            Part::Placeholder(
                whole @ (Placeholder::Caller | Placeholder::Entry | Placeholder::Path),
            ) => whole.name(),
            Part::Claim(name) => &format!("claim.{name}"),
            Part::Placeholder(_) | Part::Literal(_) => continue,
        };
        let (before, after) = (at.checked_sub(1).and_then(|at| parts.get(at)), parts.get(at + 1));
        let opens = matches!(before, Some(Part::Literal(text)) if text.ends_with('/'));
        let closes = match after {
            Some(Part::Literal(text)) => text.starts_with('/'),
            Some(_) => false,
            None => true,
        };
        if !(opens && closes) {
            return Err(format!("{{{name}}} must be a whole segment of the key, between slashes"));
        }
        if *part == Part::Placeholder(Placeholder::Path) && after.is_some() {
            return Err("{path} must be at the end of the key".into());
        }
    }
    Ok(())
}

/// Checks that the template, with a letter for each placeholder, is a valid key with single slashes.
fn check_literals(parts: &[Part]) -> Result<(), String> {
    let letters = parts.iter().map(|part| match part {
        Part::Literal(text) => text.as_str(),
        Part::Placeholder(_) | Part::Claim(_) => "x",
    });
    let key = letters.collect::<String>();
    if key.contains('}') {
        return Err("a `}` without a matching `{`".into());
    }
    if key.as_bytes().windows(2).any(|pair| pair == b"//") || key.contains('\\') {
        return Err("a key must have single slashes between its segments".into());
    }
    ObjectKey::new(key).map(drop).map_err(|error| error.to_string())
}
