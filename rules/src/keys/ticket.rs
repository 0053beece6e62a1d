//! Whether a template can make the key that a ticket names.

use signer::ObjectKey;

use crate::keys::template::{KeyTemplate, Part, Placeholder, Values};
use crate::{Caller, Denial};

impl KeyTemplate {
    /// The key of an object that is there: the one asked for, which must be the ticket's if there is one.
    pub(crate) fn find(&self, values: &Values<'_>) -> Result<ObjectKey, Denial> {
        let Some(ticket) = &values.caller.ticket else { return self.fill(values) };
        // Neither is known of an object that is there.
        if ticket.media_type().is_some() || ticket.max_bytes().is_some() {
            return Err(Denial::TicketLimit { name: "rule" });
        }
        let Some(key) = ticket.key() else { return self.fill(values) };
        let key = self.ticketed(key, values.caller)?;
        let tail = key.as_str().strip_suffix(values.path);
        // Of a template without {path} there is but the ticket's key; with it, the request names its end.
        if tail.is_some_and(|head| values.path.is_empty() || head.ends_with('/')) {
            return Ok(key);
        }
        Err(Denial::TicketLimit { name: "key" })
    }

    /// The key of a ticket, which narrows a rule and so must be one of the rule's.
    pub(crate) fn ticketed(&self, key: &str, caller: &Caller) -> Result<ObjectKey, Denial> {
        let other = Denial::TicketLimit { name: "key" };
        if !matches(self.parts(), key, caller) || key.contains("//") || key.contains('\\') {
            return Err(other);
        }
        ObjectKey::new(key).map_err(Denial::InvalidKey)
    }
}

/// Whether `key` begins with what the first of `parts` can be, and goes on with the rest.
///
/// What is open stays within its segment, so the key lies where every other key of the rule does. A key is at most
/// 1,024 bytes and a template has few parts, so that trying is cheap.
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
    use crate::callers::tokens::Ticket;
    use crate::keys::segment::Segment;
    use crate::keys::template::{DOWNLOAD, UPLOAD};

    #[test]
    fn stays_within_the_template() {
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
            let template = KeyTemplate::parse(template, UPLOAD).unwrap();
            assert_eq!(template.ticketed(key, &ada).is_ok(), ada_may, "{key}");
            assert_eq!(template.ticketed(key, &nobody).is_ok(), nobody_may, "{key}");
        }
        let download = KeyTemplate::parse("a/{caller}/{path}", DOWNLOAD).unwrap();
        assert!(download.ticketed("a/ada/b/c", &ada).is_ok());
        for out in ["a/ada/../bob/c", "a/ada//c", "a/ada", "a/ada/"] {
            assert!(download.ticketed(out, &ada).is_err(), "{out}");
        }
    }
}
