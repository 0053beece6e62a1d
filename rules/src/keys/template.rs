//! The keys of a rule's objects: a template such as `avatars/{caller}/{uuid}.{ext}`.

use signer::{FormKey, ObjectKey};

use crate::callers::tokens::ticket::Ticket;
use crate::denial::Denial;
use crate::keys::fill::{self, Values};
use crate::keys::part::{Part, Placeholder};
use crate::keys::{syntax, ticket};

/// A template, whose first segment is literal.
#[derive(Clone, Debug)]
pub struct KeyTemplate(Vec<Part>);

impl KeyTemplate {
    /// Parses a template that may use the `allowed` placeholders.
    ///
    /// # Errors
    ///
    /// A message that says what is wrong with the template.
    pub(crate) fn parse(text: &str, allowed: &[Placeholder]) -> Result<Self, String> {
        syntax::parse(text, allowed).map(Self)
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.0
    }

    pub(crate) fn uses(&self, placeholder: Placeholder) -> bool {
        self.0.contains(&Part::Placeholder(placeholder))
    }

    pub(crate) fn uses_claims(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Claim(_)))
    }

    /// Makes the key of a new object. The key in the caller's ticket, if it has one, takes precedence.
    pub(crate) fn fill(&self, values: &Values<'_>) -> Result<ObjectKey, Denial> {
        match values.caller.ticket.as_ref().and_then(Ticket::key) {
            Some(key) => ticket::check_key(&self.0, key, values.caller),
            None => fill::fill(&self.0, values),
        }
    }

    /// Makes the key of a new object for a form without scripts.
    pub(crate) fn fill_form(&self, values: &Values<'_>) -> Result<FormKey, Denial> {
        match values.caller.ticket.as_ref().and_then(Ticket::key) {
            Some(key) => fill::exact(&ticket::check_key(&self.0, key, values.caller)?),
            None => fill::fill_form(&self.0, values),
        }
    }

    /// Makes the key of an existing object. It must be the key in the caller's ticket, if that has one.
    pub(crate) fn find(&self, values: &Values<'_>) -> Result<ObjectKey, Denial> {
        let Some(ticket) = &values.caller.ticket else { return fill::fill(&self.0, values) };
        // An existing object's type and size are unknown.
        if ticket.media_type().is_some() || ticket.max_bytes().is_some() {
            return Err(Denial::TicketLimit { name: "rule" });
        }
        let Some(key) = ticket.key() else { return fill::fill(&self.0, values) };
        let key = ticket::check_key(&self.0, key, values.caller)?;
        let head = key.as_str().strip_suffix(values.path);
        // With {path}, the request names the end of the key. Without it, the ticket names all of it.
        if head.is_some_and(|head| values.path.is_empty() || head.ends_with('/')) {
            return Ok(key);
        }
        Err(Denial::TicketLimit { name: "key" })
    }
}
