//! Where a rule puts its objects: `avatars/{caller}/{uuid}.{ext}`.

use signer::{FormKey, InvalidFormKey, ObjectKey};

use crate::callers::tokens::Ticket;
use crate::denial::refused;
use crate::keys::file_name::FileName;
use crate::{Ambient, Caller, Denial, MediaType};

/// A pattern of keys, whose first segment is literal.
#[derive(Clone, Debug)]
pub struct KeyTemplate(Vec<Part>);

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    Literal(String),
    Placeholder(Placeholder),
    /// A claim of the caller's token.
    Claim(String),
}

/// What a template may leave open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Placeholder {
    /// The caller's subject.
    Caller,
    /// A random UUID, version 4.
    Uuid,
    /// The day, `2026-11-23`.
    Date,
    /// The file's name.
    Filename,
    /// The file's name without its extension.
    Stem,
    /// The extension that goes with the type.
    Ext,
    /// What follows the rule's name in the request's path.
    Path,
}

/// The placeholders of an upload's template.
pub(crate) const UPLOAD: &[Placeholder] = &[
    Placeholder::Caller,
    Placeholder::Uuid,
    Placeholder::Date,
    Placeholder::Filename,
    Placeholder::Stem,
    Placeholder::Ext,
];

/// The placeholders of a download's template.
pub(crate) const DOWNLOAD: &[Placeholder] = &[Placeholder::Caller, Placeholder::Path];

impl Placeholder {
    const fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Uuid => "uuid",
            Self::Date => "date",
            Self::Filename => "filename",
            Self::Stem => "stem",
            Self::Ext => "ext",
            Self::Path => "path",
        }
    }
}

/// What fills a template in.
pub(crate) struct Values<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) ambient: Ambient,
    pub(crate) media_type: Option<&'a MediaType>,
    pub(crate) filename: Option<&'a FileName>,
    pub(crate) path: &'a str,
}

impl KeyTemplate {
    /// Reads a template that uses `allowed` placeholders; the error says what is wrong.
    ///
    /// So that no value reaches into another's place, the first segment is literal, and `{caller}` and `{path}` are
    /// whole segments, `{path}` the last.
    pub(crate) fn parse(text: &str, allowed: &[Placeholder]) -> Result<Self, String> {
        let parts = split(text, allowed)?;
        check_literals(&parts)?;
        match text.split_once('/') {
            Some((first, rest))
                if !first.is_empty() && !first.contains('{') && !rest.is_empty() => {}
            _ => {
                return Err(
                    r#"a key begins with a literal segment, such as "avatars/{uuid}""#.into()
                );
            }
        }
        check_segments(&parts)?;
        Ok(Self(parts))
    }

    pub(crate) fn uses(&self, placeholder: Placeholder) -> bool {
        self.0.contains(&Part::Placeholder(placeholder))
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.0
    }

    pub(crate) fn uses_claims(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Claim(_)))
    }

    /// The key for these values, or the one that the caller's ticket names, if the template can make it.
    pub(crate) fn fill(&self, values: &Values<'_>) -> Result<ObjectKey, Denial> {
        if let Some(key) = values.caller.ticket.as_ref().and_then(Ticket::key) {
            return self.ticketed(key, values.caller);
        }
        self.filled(values)
    }

    fn filled(&self, values: &Values<'_>) -> Result<ObjectKey, Denial> {
        let mut key = String::new();
        for part in &self.0 {
            part.push(values, &mut key)?;
        }
        ObjectKey::new(key).map_err(Denial::InvalidKey)
    }

    /// The key for a form that cannot know the file's name: exact, or with S3's own variable at its end.
    pub(crate) fn fill_form(&self, values: &Values<'_>) -> Result<FormKey, Denial> {
        if values.caller.ticket.as_ref().is_some_and(|ticket| ticket.key().is_some()) {
            return FormKey::exact(&self.fill(values)?).map_err(denial);
        }
        let form_key = match self.0.split_last() {
            Some((Part::Placeholder(Placeholder::Filename), before)) => {
                let before = Self(before.to_vec());
                if before.uses(Placeholder::Filename) || before.uses(Placeholder::Stem) {
                    return Err(Denial::NoPlainForm);
                }
                FormKey::filename_under(before.fill(values)?.as_str())
            }
            _ if self.uses(Placeholder::Filename) || self.uses(Placeholder::Stem) => {
                return Err(Denial::NoPlainForm);
            }
            _ => FormKey::exact(&self.fill(values)?),
        };
        form_key.map_err(denial)
    }
}

/// Why a filled key is none for a form. A variable can only come from the file's name, which refuses it.
pub(crate) fn denial(error: InvalidFormKey) -> Denial {
    match error {
        InvalidFormKey::Key(error) => Denial::InvalidKey(error),
        InvalidFormKey::Variable => {
            Denial::InvalidArgument { name: "filename", why: "must not contain ${filename}".into() }
        }
    }
}

impl Part {
    fn push(&self, values: &Values<'_>, key: &mut String) -> Result<(), Denial> {
        let placeholder = match self {
            Self::Literal(text) => {
                key.push_str(text);
                return Ok(());
            }
            Self::Claim(name) => {
                let claim = values.caller.claim(name).ok_or(CLAIM)?;
                key.push_str(claim.as_str());
                return Ok(());
            }
            Self::Placeholder(placeholder) => placeholder,
        };
        let filename = || {
            values.filename.ok_or_else(|| Denial::InvalidArgument {
                name: "filename",
                why: "is missing".into(),
            })
        };
        match placeholder {
            // The configuration refuses {caller} where anyone may ask, and {ext} where a type has none; a ticket may lack `sub`.
            Placeholder::Caller => {
                key.push_str(values.caller.subject().ok_or(SUBJECT)?);
            }
            Placeholder::Ext => {
                let extension =
                    values.media_type.and_then(MediaType::extension).ok_or(Denial::NoPlainForm)?;
                key.push_str(extension);
            }
            Placeholder::Uuid => {
                let uuid = uuid::Builder::from_random_bytes((values.ambient.random)()).into_uuid();
                key.push_str(uuid.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()));
            }
            Placeholder::Date => key.push_str(&values.ambient.now.date().to_string()),
            Placeholder::Filename => key.push_str(filename()?.as_str()),
            Placeholder::Stem => key.push_str(filename()?.stem()),
            Placeholder::Path => key.push_str(values.path),
        }
        Ok(())
    }
}

const CLAIM: Denial =
    refused("lacks a claim that the key is made of, or its value is not one segment of a key");
const SUBJECT: Denial = refused("says neither who asks (`sub`) nor which `key`");

fn split(text: &str, allowed: &[Placeholder]) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once('{') {
        if literal.ends_with('$') {
            return Err("write {filename}, not ${filename}".into());
        }
        let (name, after) = after.split_once('}').ok_or("a `{` without its `}`")?;
        if let Some(claim) = name.strip_prefix("claim.").filter(|claim| is_claim(claim)) {
            parts.extend([Part::Literal(literal.into()), Part::Claim(claim.into())]);
            rest = after;
            continue;
        }
        let Some(placeholder) = allowed.iter().find(|placeholder| placeholder.name() == name)
        else {
            let mut known = String::new();
            for placeholder in allowed {
                known.extend(["{", placeholder.name(), "} "]);
            }
            return Err(format!(
                "unknown placeholder {{{name}}}, expected one of {known}{{claim.NAME}}"
            ));
        };
        parts.push(Part::Literal(literal.into()));
        parts.push(Part::Placeholder(*placeholder));
        rest = after;
    }
    parts.push(Part::Literal(rest.into()));
    parts.retain(|part| *part != Part::Literal(String::new()));
    Ok(parts)
}

/// The name of a claim, as far as one can stand in a template.
fn is_claim(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// What may be any segment of a key stands for a whole one, and the path, which may be several, for the last.
fn check_segments(parts: &[Part]) -> Result<(), String> {
    for (at, part) in parts.iter().enumerate() {
        let name = match part {
            Part::Placeholder(whole @ (Placeholder::Caller | Placeholder::Path)) => whole.name(),
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
            return Err(format!("{{{name}}} stands between slashes, alone"));
        }
        if name == "path" && after.is_some() {
            return Err("{path} stands at the end".into());
        }
    }
    Ok(())
}

/// The template, each placeholder taken as one letter, must itself be a key with single slashes.
fn check_literals(parts: &[Part]) -> Result<(), String> {
    let letters = parts.iter().map(|part| match part {
        Part::Literal(text) => text.as_str(),
        Part::Placeholder(_) | Part::Claim(_) => "x",
    });
    let key = letters.collect::<String>();
    if key.contains('}') {
        return Err("a `}` without its `{`".into());
    }
    if key.as_bytes().windows(2).any(|pair| pair == b"//") || key.contains('\\') {
        return Err("a key has single slashes between its segments".into());
    }
    ObjectKey::new(key).map(drop).map_err(|error| error.to_string())
}
