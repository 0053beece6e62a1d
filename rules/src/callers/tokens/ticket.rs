//! Tickets: tokens of the site's own back end, which can only narrow a rule.

use serde_json::{Map, Value};
use signer::UnixTime;

use crate::ambient::Ambient;
use crate::callers::segment::Segment;
use crate::callers::token_fault::TokenFault;
use crate::callers::tokens::claim_rules::{LEEWAY, SUBJECT, check_times};
use crate::denial::{Denial, token_refused};
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::keys::fill::uuid;
use crate::state::object_name::object_name;
use crate::state::once::{OnceAnswer, OnceCommand};
use crate::state::{Command, StateAnswer, StateChange};

/// Longest life of a ticket, in seconds: 1 day.
const MAX_LIFE: u64 = 86_400;

/// Longest `jti` of a ticket that is valid once, in bytes.
const MAX_ID: usize = 256;

/// How long a ticket that was used is remembered after it has expired, in seconds: clocks differ.
const REMEMBERED: u64 = 300;

/// The number of the change that uses a ticket up, among those of one request.
const USE: u8 = 120;

/// The claims of a ticket. Others are refused, since ignoring a misspelt limit would remove it.
const CLAIMS: [&str; 9] = ["rule", "key", "type", "max_size", "exp", "sub", "iat", "nbf", "jti"];

/// The limits that a ticket sets, each in addition to the rule's own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Ticket {
    key: Option<String>,
    media_type: Option<String>,
    max_bytes: Option<u64>,
    end: UnixTime,
    /// The object that keeps whether the ticket has been used, if it is valid once.
    once: Option<String>,
}

impl Ticket {
    /// Reads the claims of a ticket for `rule`, such as `uploads/avatar`. Returns its subject too, if it has one.
    pub(crate) fn read(
        rule: &str,
        claims: &Map<String, Value>,
        now: UnixTime,
    ) -> Result<(Option<Segment>, Self), Denial> {
        if claims.keys().any(|name| !CLAIMS.contains(&name.as_str())) {
            return Err(token_refused(
                TokenFault::Claim,
                "has an unknown claim: a ticket has only rule, key, type, max_size, exp, sub, iat, nbf, jti",
            ));
        }
        let expiration = check_times(claims, now)?;
        if expiration > now.plus_secs(MAX_LIFE + LEEWAY) {
            return Err(token_refused(TokenFault::Time, "is a ticket that lasts more than a day"));
        }
        if claims.get("rule").and_then(Value::as_str) != Some(rule) {
            return Err(Denial::TicketLimit { name: "rule" });
        }
        let subject =
            claims.get("sub").map(|subject| subject.as_str().and_then(Segment::new).ok_or(SUBJECT));
        let ticket = Self {
            key: text(claims, "key")?,
            media_type: text(claims, "type")?,
            max_bytes: claims.get("max_size").map(|size| size.as_u64().ok_or(SIZE)).transpose()?,
            end: expiration.plus_secs(LEEWAY),
            once: None,
        };
        Ok((subject.transpose()?, ticket))
    }

    /// Makes the ticket valid for one request. `entry` is the name in `CALLERS` of who issues it.
    pub(crate) fn valid_once(
        self,
        entry: &str,
        claims: &Map<String, Value>,
    ) -> Result<Self, Denial> {
        let id = claims.get("jti").and_then(Value::as_str);
        let id = id.filter(|id| (1..=MAX_ID).contains(&id.len())).ok_or(ID)?;
        Ok(Self { once: Some(object_name("ticket", &[entry, id])), ..self })
    }

    /// Uses the ticket up, if it is valid once.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if that must be done first; [`Denial::TokenRefused`] if it has been used, [`Denial::StateNotBound`],
    /// [`Denial::StateUnavailable`].
    pub(crate) fn use_up(
        &self,
        results: &Results,
        ambient: Ambient,
    ) -> Result<(), Blocked<Denial>> {
        let Some(object) = &self.once else { return Ok(()) };
        let command = OnceCommand::Use(uuid((ambient.random)()));
        let command = Command::Once { command, ends: self.end.plus_secs(REMEMBERED).as_secs() };
        let changes = vec![StateChange { object: object.clone(), command }];
        let (answers, _) = results.change_state(USE, changes, String::new())?;
        match answers {
            [StateAnswer::Once(OnceAnswer::Granted)] => Ok(()),
            [StateAnswer::Once(OnceAnswer::Used | OnceAnswer::Held)] => Err(USED.into()),
            _ => Err(Denial::StateUnavailable.into()),
        }
    }

    /// Returns whether it permits less than its rule.
    pub(crate) const fn is_limited(&self) -> bool {
        self.key.is_some() || self.media_type.is_some() || self.max_bytes.is_some()
    }

    /// Returns whether it permits to read the object with this key, whose type and size are unknown.
    pub(crate) fn may_read(&self, key: &str) -> bool {
        self.media_type.is_none()
            && self.max_bytes.is_none()
            && self.key().is_none_or(|permitted| permitted == key)
    }

    pub(crate) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    pub(crate) fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    pub(crate) const fn max_bytes(&self) -> Option<u64> {
        self.max_bytes
    }

    /// Returns when the ticket stops being valid, leeway included.
    pub(crate) const fn end(&self) -> UnixTime {
        self.end
    }

    /// Returns a ticket without limits.
    #[cfg(test)]
    pub(crate) const fn unlimited() -> Self {
        let end = UnixTime::from_secs(0);
        Self { key: None, media_type: None, max_bytes: None, end, once: None }
    }
}

const ID: Denial = token_refused(
    TokenFault::Claim,
    "is a ticket without an ID: tickets of this kind need `jti`, a text of 1 to 256 bytes",
);
const USED: Denial =
    token_refused(TokenFault::Used, "is a ticket that has been used: it is valid for one request");
const SIZE: Denial =
    token_refused(TokenFault::Claim, "is a ticket whose `max_size` is not a number of bytes");

fn text(claims: &Map<String, Value>, name: &str) -> Result<Option<String>, Denial> {
    let text = |value: &Value| {
        value.as_str().map(str::to_owned).ok_or(token_refused(
            TokenFault::Claim,
            "is a ticket whose `key` or `type` is not a string",
        ))
    };
    claims.get(name).map(text).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::Effect;

    #[test]
    fn a_used_ticket_is_remembered_for_longer_than_any_clock_accepts_it() {
        let object = Some(object_name("ticket", &["backend", "1"]));
        let ticket =
            Ticket { once: object, end: UnixTime::from_secs(1_000), ..Ticket::unlimited() };
        let ambient = Ambient { now: UnixTime::from_secs(900), random: || [7; 16] };
        let Err(Blocked::Pending(Effect::ChangeState { changes, .. })) =
            ticket.use_up(&Results::default(), ambient)
        else {
            panic!("it is used up first")
        };
        let [StateChange { command: Command::Once { ends, .. }, .. }] = changes.as_slice() else {
            panic!("{changes:?}")
        };
        assert_eq!(*ends, 1_300);
    }
}
