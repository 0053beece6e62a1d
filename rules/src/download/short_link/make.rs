//! Makes short links, lists them and revokes them.

use signer::UnixTime;

use super::id::LinkId;
use super::{Listing, ShortLink};
use crate::ambient::Ambient;
use crate::callers::caller::Caller;
use crate::callers::token_fault::TokenFault;
use crate::denial::{Denial, token_refused};
use crate::download::grant::DownloadGrant;
use crate::download::rule::DownloadRule;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::lifetime::EndsWith;
use crate::state::object_name::object_name;
use crate::state::{
    Command, Ended, LinkAnswer, LinkCommand, LinkTarget, ListAnswer, ListCommand, StateAnswer,
    StateChange,
};

const UNNAMED: Denial =
    token_refused(TokenFault::Subject, "has no subject (`sub`), whose links could be listed");

/// A link that a request asks for, after the rule has permitted it.
#[derive(Debug)]
pub struct NewLink {
    target: LinkTarget,
    expires: u64,
    /// What makes the link expire before the rule's `expires` has passed.
    pub ends_with: Option<EndsWith>,
}

impl NewLink {
    /// Returns the object's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.target.key
    }

    /// Returns when the link expires.
    #[must_use]
    pub const fn expiration(&self) -> UnixTime {
        UnixTime::from_secs(self.expires)
    }
}

/// One of a caller's links that have not ended.
#[derive(Debug)]
pub struct ListedLink {
    /// Its id.
    pub id: LinkId,
    /// What it leads to.
    pub target: LinkTarget,
    /// The uses that are left; `None` if they are not counted.
    pub left: Option<u32>,
    /// When it expires.
    pub expiration: UnixTime,
}

impl DownloadRule {
    /// Decides on a link to `path`. With a name, browsers save the object under it.
    ///
    /// # Errors
    ///
    /// As [`DownloadRule::grant`] and [`DownloadGrant::saved_as`]; [`Denial::TokenRefused`] if the link must be on a list, and the caller
    /// has none.
    pub fn new_link(
        &self,
        short: ShortLink,
        caller: &Caller,
        path: &str,
        name: Option<&str>,
        ambient: Ambient,
    ) -> Result<NewLink, Denial> {
        let grant = self.grant(caller, path, ambient)?;
        let DownloadGrant { bucket, key, lifetime, .. } = match name {
            Some(name) => grant.saved_as(name)?,
            None => grant,
        };
        let list = match short.listing {
            Listing::Required => Some(self.list_of(caller)?),
            Listing::Listed => self.list_of(caller).ok(),
            Listing::Unlisted => None,
        };
        let target = LinkTarget {
            rule: self.name().to_owned(),
            bucket: bucket.name.clone(),
            key: key.as_str().to_owned(),
            path: path.to_owned(),
            name: name.map(Into::into),
            list,
        };
        let expires = ambient.now.plus_secs(lifetime.expires.as_secs().into()).as_secs();
        Ok(NewLink { target, expires, ends_with: lifetime.ends_with })
    }

    /// Makes links, which all have the same caller. Returns their ids, in the same order.
    ///
    /// They are put on the caller's list first: a link that is not on it could not be revoked.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if they must be made first; [`Denial::TooManyLinks`], or the denial of a state that is not available.
    pub fn make_links(
        &self,
        short: ShortLink,
        links: Vec<NewLink>,
        ambient: Ambient,
        results: &Results,
    ) -> Result<Vec<LinkId>, Blocked<Denial>> {
        let random = links.iter().map(|_| LinkId::new((ambient.random)()).0);
        let mut ids: Vec<String> = random.collect();
        let list = links.first().and_then(|link| Some((link.target.list.clone()?, link.expires)));
        if let Some((object, expires)) = list {
            let add = ListCommand::Add { ids: ids.clone(), expires };
            let change = StateChange { object, command: Command::LinkList(add) };
            let (answers, memo) = results.change_state(0, vec![change], ids.join(" "))?;
            if answers.contains(&StateAnswer::LinkList(ListAnswer::Full)) {
                return Err(Denial::TooManyLinks.into());
            }
            ids = memo.split(' ').map(str::to_owned).collect();
        }
        let ids: Vec<_> = ids.into_iter().map(LinkId).collect();
        if ids.is_empty() {
            return Ok(ids);
        }
        let make = |(id, NewLink { target, expires, .. }): (&LinkId, NewLink)| {
            let make = LinkCommand::Make { target, expires, uses: short.uses };
            StateChange { object: id.object(), command: Command::Link(make) }
        };
        let changes: Vec<_> = ids.iter().zip(links).map(make).collect();
        let (answers, memo) = results.change_state(1, changes, joined(&ids))?;
        let is_made = |answer| matches!(answer, &StateAnswer::Link(LinkAnswer::Open { .. }));
        if !answers.iter().all(is_made) {
            return Err(Denial::StateUnavailable.into());
        }
        Ok(split(memo))
    }

    /// Returns links of a caller that its ticket permits, at most 100, and whether there are others after them. `after` is the last id of the page before.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if they must be read first; [`Denial::TokenRefused`] if the caller has no list, or the denial of a state that
    /// is not available.
    pub fn list_links(
        &self,
        caller: &Caller,
        after: Option<&LinkId>,
        results: &Results,
    ) -> Result<(Vec<ListedLink>, Option<LinkId>), Blocked<Denial>> {
        let page = ListCommand::Page { after: after.map(|id| id.0.clone()) };
        let page = StateChange { object: self.list_of(caller)?, command: Command::LinkList(page) };
        let (answers, _) = results.change_state(0, vec![page], String::new())?;
        let [StateAnswer::LinkList(ListAnswer::Page { ids, more })] = answers else {
            return Err(Denial::StateUnavailable.into());
        };
        if ids.is_empty() {
            return Ok((Vec::new(), None));
        }
        let ids: Vec<_> = ids.iter().cloned().map(LinkId).collect();
        let next = ids.last().filter(|_| *more).cloned();
        let changes = ids.iter().map(|id| StateChange {
            object: id.object(),
            command: Command::Link(LinkCommand::Look { earlier: None }),
        });
        let (answers, _) = results.change_state(1, changes.collect(), String::new())?;
        let open = ids.into_iter().zip(answers).filter_map(|(id, answer)| match answer {
            StateAnswer::Link(LinkAnswer::Open { target, left, expires })
                if caller.may_read(&target.key) =>
            {
                let expiration = UnixTime::from_secs(*expires);
                Some(ListedLink { id, target: target.clone(), left: *left, expiration })
            }
            _ => None,
        });
        Ok((open.collect(), next))
    }

    /// Ends a link of a caller.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if that must be done first; [`Denial::TokenRefused`] if the caller has no list, [`Denial::NoSuchLink`] for a
    /// link of somebody else or one that the caller's ticket does not permit, [`Denial::LinkEnded`] for one that has ended otherwise.
    pub fn revoke_link(
        &self,
        caller: &Caller,
        id: &LinkId,
        results: &Results,
    ) -> Result<(), Blocked<Denial>> {
        let list = self.list_of(caller)?;
        if caller.is_limited() {
            let look = Command::Link(LinkCommand::Look { earlier: None });
            let look = StateChange { object: id.object(), command: look };
            let (answers, _) = results.change_state(0, vec![look], String::new())?;
            match answers {
                [StateAnswer::Link(LinkAnswer::Open { target, .. })]
                    if caller.may_read(&target.key) => {}
                // Perhaps by this caller, whose repetition changes nothing.
                [StateAnswer::Link(LinkAnswer::Ended(Ended::Revoked))] => {}
                [StateAnswer::Link(LinkAnswer::Ended(ended))] => {
                    return Err(Denial::LinkEnded(*ended).into());
                }
                _ => return Err(Denial::NoSuchLink.into()),
            }
        }
        let revoke = Command::Link(LinkCommand::Revoke { list: list.clone() });
        let revoke = StateChange { object: id.object(), command: revoke };
        let (answers, _) = results.change_state(1, vec![revoke], String::new())?;
        match answers {
            [StateAnswer::Link(LinkAnswer::Ended(Ended::Revoked))] => {}
            [StateAnswer::Link(LinkAnswer::Ended(ended))] => {
                return Err(Denial::LinkEnded(*ended).into());
            }
            _ => return Err(Denial::NoSuchLink.into()),
        }
        unlist(2, list, id, results)
    }

    /// Returns the rule's name in `DOWNLOADS`.
    fn name(&self) -> &str {
        self.access().rule().rsplit('/').next().unwrap_or_default()
    }

    /// Returns the name of the object with the list of a caller's links.
    ///
    /// # Errors
    ///
    /// [`Denial::TokenRefused`] if the caller has no subject. Only a ticket can lack it, and all such tickets would share one list.
    fn list_of(&self, caller: &Caller) -> Result<String, Denial> {
        let subject = caller.subject().ok_or(UNNAMED)?;
        Ok(object_name("links of a caller", &[self.name(), caller.name(), subject]))
    }
}

/// Takes a link from its maker's list. If that fails, the link stays on it until it expires.
pub(super) fn unlist(
    nth: u8,
    list: String,
    id: &LinkId,
    results: &Results,
) -> Result<(), Blocked<Denial>> {
    let remove = Command::LinkList(ListCommand::Remove { id: id.0.clone() });
    let remove = StateChange { object: list, command: remove };
    match results.change_state(nth, vec![remove], String::new()) {
        Err(Blocked::Pending(effect)) => Err(Blocked::Pending(effect)),
        _ => Ok(()),
    }
}

fn joined(ids: &[LinkId]) -> String {
    ids.iter().map(LinkId::as_str).collect::<Vec<_>>().join(" ")
}

fn split(ids: &str) -> Vec<LinkId> {
    ids.split(' ').map(|id| LinkId(id.to_owned())).collect()
}
