//! Looks at short links, and uses them.

use signer::{Expires, ObjectKey, UnixTime};

use super::id::LinkId;
use super::make::unlist;
use crate::ambient::Ambient;
use crate::denial::Denial;
use crate::download::grant::DownloadGrant;
use crate::download::rule::DownloadRule;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::lifetime::Lifetime;
use crate::rules::Rules;
use crate::state::link::GRACE_SECS;
use crate::state::{Command, LinkAnswer, LinkCommand, LinkTarget, StateAnswer, StateChange};

/// A link that can be used.
#[derive(Debug)]
pub struct FoundLink<'a> {
    /// The rule that made it.
    pub rule: &'a DownloadRule,
    /// What it leads to.
    pub target: &'a LinkTarget,
    /// The uses that are left; `None` if they are not counted.
    pub left: Option<u32>,
    expires: u64,
}

/// A use that has been granted.
#[derive(Debug)]
pub struct UsedLink<'a> {
    /// The rule that made the link.
    pub rule: &'a DownloadRule,
    target: &'a LinkTarget,
    /// A secret of the client, with which it can repeat the use; `None` if uses are not counted.
    pub token: Option<&'a str>,
    /// Until when it can, in seconds since 1970.
    until: u64,
    /// The token of this request if it was counted, and not an earlier one.
    counted: Option<&'a str>,
    is_last: bool,
}

impl Rules {
    /// Finds a link, without a use. `earlier` is the token of an earlier use.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be read first; [`Denial::NoSuchLink`], [`Denial::LinkEnded`], or the denial of a state that is
    /// not available.
    pub fn find_link<'a>(
        &'a self,
        id: &LinkId,
        earlier: Option<&str>,
        results: &'a Results,
    ) -> Result<FoundLink<'a>, Blocked<Denial>> {
        let look = LinkCommand::Look { earlier: earlier.map(Into::into) };
        match link_answer(0, id, look, results)? {
            LinkAnswer::Open { target, expires, left } => {
                let rule = self.rule_of(target)?;
                Ok(FoundLink { rule, target, left: *left, expires: *expires })
            }
            LinkAnswer::Ended(ended) => Err(Denial::LinkEnded(*ended).into()),
            LinkAnswer::Unknown | LinkAnswer::Granted { .. } => Err(Denial::NoSuchLink.into()),
        }
    }

    /// Uses a link. `earlier` is the client's token, if it has one. Its use is repeated if it is less than 60 seconds ago, and counted
    /// otherwise.
    ///
    /// # Errors
    ///
    /// As [`Rules::find_link`].
    pub fn use_link<'a>(
        &'a self,
        id: &LinkId,
        earlier: Option<&str>,
        ambient: Ambient,
        results: &'a Results,
    ) -> Result<UsedLink<'a>, Blocked<Denial>> {
        let token = LinkId::new((ambient.random)());
        let command = LinkCommand::Use { token: token.0.clone(), earlier: earlier.map(Into::into) };
        let (answer, request) = sent(1, id, command, token.0, results)?;
        match answer {
            LinkAnswer::Granted { target, token, until, left, is_new } => {
                let counted = left.filter(|_| *is_new).map(|_| request);
                let rule = match (self.rule_of(target), counted) {
                    (Ok(rule), _) => rule,
                    (Err(denial), Some(request)) => {
                        give_back(id, request, results)?;
                        return Err(denial.into());
                    }
                    (Err(denial), None) => return Err(denial.into()),
                };
                let (token, is_last) = (left.map(|_| token.as_str()), *left == Some(0));
                Ok(UsedLink { rule, target, token, until: *until, counted, is_last })
            }
            LinkAnswer::Ended(ended) => Err(Denial::LinkEnded(*ended).into()),
            LinkAnswer::Unknown | LinkAnswer::Open { .. } => Err(Denial::NoSuchLink.into()),
        }
    }

    /// Returns the rule of a link. A rule that now has another bucket, or no short links, is not the one that made it.
    fn rule_of(&self, target: &LinkTarget) -> Result<&DownloadRule, Denial> {
        let rule = self.download(&target.rule).ok();
        let rule = rule.filter(|rule| rule.short_link().is_some());
        rule.filter(|rule| rule.bucket.name == target.bucket).ok_or(Denial::NoSuchLink)
    }

    /// Returns the rules whose callers can list their links.
    pub fn rules_with_lists(&self) -> impl Iterator<Item = &DownloadRule> {
        self.downloads
            .values()
            .filter(|rule| rule.short_link().is_some_and(super::ShortLink::is_listed))
    }
}

impl FoundLink<'_> {
    /// Permits a look at the object for at most 60 seconds.
    ///
    /// # Errors
    ///
    /// As [`UsedLink::grant`].
    pub fn grant(&self, now: UnixTime) -> Result<DownloadGrant, Denial> {
        let until = now.plus_secs(GRACE_SECS).as_secs().min(self.expires);
        self.rule.grant_link(self.target, until, now)
    }
}

impl UsedLink<'_> {
    /// Permits to read the object until the use can no longer be repeated: at most 60 seconds.
    ///
    /// # Errors
    ///
    /// [`Denial::LinkEnded`] if that is over; [`Denial::InvalidKey`] or [`Denial::InvalidArgument`] if a later version does not accept
    /// what an earlier one has stored.
    pub fn grant(&self, now: UnixTime) -> Result<DownloadGrant, Denial> {
        self.rule.grant_link(self.target, self.until, now)
    }

    /// Takes the link from its maker's list, if this was its last use.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if that must be done first.
    pub fn unlist(&self, id: &LinkId, results: &Results) -> Result<(), Blocked<Denial>> {
        match &self.target.list {
            Some(list) if self.counted.is_some() && self.is_last => {
                unlist(2, list.clone(), id, results)
            }
            _ => Ok(()),
        }
    }

    /// Gives the use back, since it led to nothing.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if that must be done first.
    pub fn give_back(&self, id: &LinkId, results: &Results) -> Result<(), Blocked<Denial>> {
        self.counted.map_or(Ok(()), |request| give_back(id, request, results))
    }
}

/// Gives the use back that a request was counted as. If that fails, the use stays counted.
fn give_back(id: &LinkId, request: &str, results: &Results) -> Result<(), Blocked<Denial>> {
    let give_back = LinkCommand::GiveBack { token: request.to_owned() };
    match link_answer(2, id, give_back, results) {
        Err(Blocked::Pending(effect)) => Err(Blocked::Pending(effect)),
        _ => Ok(()),
    }
}

impl DownloadRule {
    fn grant_link(
        &self,
        target: &LinkTarget,
        until: u64,
        now: UnixTime,
    ) -> Result<DownloadGrant, Denial> {
        let left = until.checked_sub(now.as_secs()).and_then(|left| u32::try_from(left).ok());
        let expires = left.and_then(Expires::from_secs);
        let expires = expires.ok_or(Denial::LinkEnded(crate::state::Ended::Used))?;
        let key = ObjectKey::new(&target.key).map_err(Denial::InvalidKey)?;
        let grant = self.grant_key(key, Lifetime::new(expires))?;
        match &target.name {
            Some(name) => grant.saved_as(name),
            None => Ok(grant),
        }
    }
}

fn link_answer<'a>(
    nth: u8,
    id: &LinkId,
    command: LinkCommand,
    results: &'a Results,
) -> Result<&'a LinkAnswer, Blocked<Denial>> {
    Ok(sent(nth, id, command, String::new(), results)?.0)
}

/// Returns the answer to a command, and the `memo` that it was sent with.
fn sent<'a>(
    nth: u8,
    id: &LinkId,
    command: LinkCommand,
    memo: String,
    results: &'a Results,
) -> Result<(&'a LinkAnswer, &'a str), Blocked<Denial>> {
    let change = StateChange { object: id.object(), command: Command::Link(command) };
    match results.change_state(nth, vec![change], memo)? {
        ([StateAnswer::Link(answer)], memo) => Ok((answer, memo)),
        _ => Err(Denial::StateUnavailable.into()),
    }
}
