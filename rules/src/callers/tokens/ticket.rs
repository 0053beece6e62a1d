//! Tickets: tokens of the site's own back end, which can only narrow a rule.

use serde_json::{Map, Value};
use signer::UnixTime;

use crate::callers::segment::Segment;
use crate::callers::token_fault::TokenFault;
use crate::callers::tokens::claim_rules::{LEEWAY, SUBJECT, check_times};
use crate::denial::{Denial, token_refused};

/// Longest life of a ticket, in seconds: 1 day.
const MAX_LIFE: u64 = 86_400;

/// The claims of a ticket. Others are refused, since ignoring a misspelt limit would remove it.
const CLAIMS: [&str; 9] = ["rule", "key", "type", "max_size", "exp", "sub", "iat", "nbf", "jti"];

/// The limits that a ticket sets, each in addition to the rule's own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Ticket {
    key: Option<String>,
    media_type: Option<String>,
    max_bytes: Option<u64>,
    end: UnixTime,
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
        };
        Ok((subject.transpose()?, ticket))
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
        Self { key: None, media_type: None, max_bytes: None, end: UnixTime::from_secs(0) }
    }
}

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
