//! Checks a key that exists already, in a ticket or in a bucket, against a rule's template.

use signer::ObjectKey;

use crate::callers::caller::Caller;
use crate::denial::Denial;
use crate::keys::part::{Part, Placeholder};

/// Returns the key in a ticket if the template can make it: a ticket can only narrow a rule.
pub(crate) fn check_key(parts: &[Part], key: &str, caller: &Caller) -> Result<ObjectKey, Denial> {
    let object_key = ObjectKey::new(key).map_err(Denial::InvalidKey)?;
    let values = Known { entries: &[caller.name()], subject: caller.subject() };
    if !matches(parts, key, &values) || key.contains("//") || key.contains('\\') {
        return Err(Denial::TicketLimit { name: "key" });
    }
    Ok(object_key)
}

/// What is known of a key's values.
pub(crate) struct Known<'a> {
    /// The possible values of `{entry}`.
    pub(crate) entries: &'a [&'a str],
    /// The value of `{caller}`.
    pub(crate) subject: Option<&'a str>,
}

/// Returns whether the parts can make this key. A value does not leave its segment, so the key has the rule's prefix.
///
/// Follows all lengths of the values at once: the time grows with the length of the key times the number of parts.
pub(crate) fn matches(parts: &[Part], key: &str, values: &Known<'_>) -> bool {
    let mut reached = vec![false; key.len() + 1];
    reached.first_mut().into_iter().for_each(|start| *start = true);
    for part in parts {
        reached = match part {
            Part::Literal(text) => after_texts(&reached, key, &[text]),
            Part::Placeholder(Placeholder::Entry) => after_texts(&reached, key, values.entries),
            Part::Placeholder(Placeholder::Caller) => match values.subject {
                Some(subject) => after_texts(&reached, key, &[subject]),
                None => after_value(&reached, key, Within::Segment),
            },
            Part::Placeholder(Placeholder::Path) => after_value(&reached, key, Within::Key),
            Part::Placeholder(_) | Part::Claim(_) => after_value(&reached, key, Within::Segment),
        };
    }
    reached.last() == Some(&true)
}

/// Returns the offsets that are reached by one of the texts from one of the offsets `from`.
fn after_texts<T: AsRef<str>>(from: &[bool], key: &str, texts: &[T]) -> Vec<bool> {
    let mut reached = vec![false; from.len()];
    for (at, _) in from.iter().enumerate().filter(|(_, is_reached)| **is_reached) {
        let rest = key.as_bytes().get(at..).unwrap_or_default();
        for text in texts.iter().map(AsRef::as_ref).filter(|text| !text.is_empty()) {
            let end = reached.get_mut(at + text.len());
            if let Some(end) = end.filter(|_| rest.starts_with(text.as_bytes())) {
                *end = true;
            }
        }
    }
    reached
}

/// What a value does not leave.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Within {
    Segment,
    Key,
}

/// Returns the offsets that are reached by a value of at least one character from one of the offsets `from`.
fn after_value(from: &[bool], key: &str, within: Within) -> Vec<bool> {
    let mut reached = vec![false; from.len()];
    let mut is_open = false;
    let bytes = from.iter().zip(key.bytes()).zip(reached.iter_mut().skip(1));
    for (at, ((starts, byte), end)) in bytes.enumerate() {
        is_open = (is_open || *starts) && (byte != b'/' || within == Within::Key);
        *end = is_open && key.is_char_boundary(at + 1);
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callers::segment::Segment;
    use crate::callers::tokens::ticket::Ticket;
    use crate::keys::part::{DOWNLOAD, UPLOAD};
    use crate::keys::syntax::parse;

    #[test]
    fn accepts_only_keys_that_the_template_can_make() {
        let ticket = Ticket::unlimited();
        let ada = Caller::with_ticket(Segment::new("ada"), ticket.clone());
        let nobody = Caller::with_ticket(None, ticket);
        for (template, key, ada_may, nobody_may) in [
            ("a/{caller}/{filename}", "a/ada/x.png", true, true),
            ("a/{caller}/{filename}", "a/bob/x.png", false, true),
            ("a/{caller}/{filename}", "a/adam/x.png", false, true),
            ("a/{caller}/{filename}", "a/ada/b/x.png", false, false),
            ("a/{caller}/{filename}", "a/ada/", false, false),
            ("a/{caller}/{filename}", "b/ada/x", false, false),
            ("a/{uuid}.{ext}", "a/me.png", true, true),
            ("a/{uuid}.{ext}", "a/png", false, false),
            ("a/{uuid}.{ext}", "a/b/me.png", false, false),
            ("a/{claim.team}/{stem}", "a/t/x", true, true),
            ("a/b", "a/b", true, true),
            ("a/b", "a/c", false, false),
            ("a/{filename}", "a/..", false, false),
            ("a/{filename}", "a/x\\y", false, false),
        ] {
            let template = parse(template, UPLOAD).unwrap();
            assert_eq!(check_key(&template, key, &ada).is_ok(), ada_may, "{key}");
            assert_eq!(check_key(&template, key, &nobody).is_ok(), nobody_may, "{key}");
        }
        let of_entry = parse("a/{entry}/{caller}/{filename}", UPLOAD).unwrap();
        let ada = ada.accepted_by("shop");
        for (key, is_accepted) in
            [("a/shop/ada/x", true), ("a/shop/bob/x", false), ("a/login/ada/x", false)]
        {
            assert_eq!(check_key(&of_entry, key, &ada).is_ok(), is_accepted, "{key}");
        }
        let download = parse("a/{caller}/{path}", DOWNLOAD).unwrap();
        assert!(check_key(&download, "a/ada/b/c", &ada).is_ok());
        for out in ["a/ada/../bob/c", "a/ada//c", "a/ada", "a/ada/"] {
            assert!(check_key(&download, out, &ada).is_err(), "{out}");
        }
    }

    /// Would take longer than anyone waits if each length of each value were tried.
    #[test]
    fn the_time_does_not_multiply_with_the_number_of_values() {
        let template = format!("a/{}.x", "{stem}".repeat(40));
        let template = parse(&template, UPLOAD).unwrap();
        let caller = Caller::with_ticket(None, Ticket::unlimited());
        let long = "s".repeat(ObjectKey::MAX_LEN - 4);
        assert!(check_key(&template, &format!("a/{long}.x"), &caller).is_ok());
        assert!(check_key(&template, &format!("a/{long}.y"), &caller).is_err());
        assert!(check_key(&template, &format!("a/{}.x", "s".repeat(39)), &caller).is_err());
        assert!(check_key(&template, &format!("a/{}.x", "ü".repeat(39)), &caller).is_err());
        assert!(check_key(&template, &format!("a/{}.x", "ü".repeat(40)), &caller).is_ok());
    }
}
