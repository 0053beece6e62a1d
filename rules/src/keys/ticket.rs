//! Checks the key in a ticket against a rule's template.

use signer::ObjectKey;

use crate::callers::caller::Caller;
use crate::denial::Denial;
use crate::keys::part::{Part, Placeholder};

/// Returns the key in a ticket if the template can make it: a ticket can only narrow a rule.
pub(crate) fn check_key(parts: &[Part], key: &str, caller: &Caller) -> Result<ObjectKey, Denial> {
    if !matches(parts, key, caller) || key.contains("//") || key.contains('\\') {
        return Err(Denial::TicketLimit { name: "key" });
    }
    ObjectKey::new(key).map_err(Denial::InvalidKey)
}

/// Returns whether the parts can make this key.
///
/// Tries every length of each placeholder's value. A value does not leave its segment, so the key has the rule's prefix. A
/// key has at most 1,024 bytes and a template few parts, so this is fast enough.
fn matches(parts: &[Part], key: &str, caller: &Caller) -> bool {
    let Some((part, rest)) = parts.split_first() else { return key.is_empty() };
    let exactly = |text: &str| key.strip_prefix(text).is_some_and(|key| matches(rest, key, caller));
    let end = match part {
        Part::Literal(text) => return exactly(text),
        Part::Placeholder(Placeholder::Caller) if caller.subject().is_some() => {
            return caller.subject().is_some_and(exactly);
        }
        Part::Placeholder(Placeholder::Path) => key.len(),
        Part::Placeholder(_) | Part::Claim(_) => key.find('/').unwrap_or(key.len()),
    };
    (1..=end).any(|at| key.split_at_checked(at).is_some_and(|(_, key)| matches(rest, key, caller)))
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
        let download = parse("a/{caller}/{path}", DOWNLOAD).unwrap();
        assert!(check_key(&download, "a/ada/b/c", &ada).is_ok());
        for out in ["a/ada/../bob/c", "a/ada//c", "a/ada", "a/ada/"] {
            assert!(check_key(&download, out, &ada).is_err(), "{out}");
        }
    }
}
