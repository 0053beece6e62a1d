//! A link that ends: after a number of uses, when it is revoked, and when it expires.

use serde::{Deserialize, Serialize};
use signer::UnixTime;
use subtle::ConstantTimeEq as _;

/// How long whoever used a link may use it again without another count, in seconds: a transfer that breaks off can be repeated.
/// What a use leads to is valid for as long.
pub(crate) const GRACE_SECS: u64 = 60;

/// How long a link that has ended says so, in seconds after its expiry: 7 days. Later it is unknown.
const REMEMBERED_SECS: u64 = 604_800;

/// Most uses that may be repeated at the same time. Of more, the oldest may not.
const MAX_RECENT: usize = 32;

/// What a link leads to, and who made it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LinkTarget {
    /// The name in `DOWNLOADS` of the rule.
    pub rule: String,
    /// The name in `BUCKETS` of the rule's bucket when the link was made.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// The path in the request that made the link.
    pub path: String,
    /// The name under which browsers save the object, if the request had one.
    pub name: Option<String>,
    /// The object with the list of the maker's links, if the link is on one.
    pub list: Option<String>,
}

/// A link, as its object keeps it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Link {
    state: State,
    /// When the link expires.
    expires: u64,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum State {
    Open(Open),
    Ended(Ended),
    /// Revoked by the caller with this list, who may repeat that.
    Revoked(String),
}

/// A link that can be used, or whose last use can be repeated.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Open {
    target: LinkTarget,
    /// The uses that are left; `None` if they are not counted.
    left: Option<u32>,
    recent: Vec<Use>,
}

/// A use that may be repeated.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Use {
    /// The client's token.
    token: String,
    until: u64,
    /// The token of the request that was counted; `None` after another request has repeated the use, which then cannot be given back.
    counted_by: Option<String>,
}

/// Why a link has ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Ended {
    /// All its uses have been counted.
    Used,
    /// Who made it has revoked it.
    Revoked,
    /// Its time is over.
    Expired,
}

/// A command to a link's object.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub enum LinkCommand {
    /// Makes the link.
    Make {
        /// What it leads to.
        target: LinkTarget,
        /// When it expires, in seconds since 1970.
        expires: u64,
        /// How often it may be used; `None` if that is not counted.
        uses: Option<u32>,
    },
    /// Asks about the link, and counts nothing.
    Look {
        /// The token of an earlier use, if the client has one.
        earlier: Option<String>,
    },
    /// Counts a use.
    Use {
        /// Random, so that the same command is counted once. The client gets it if it has no token.
        token: String,
        /// The token that the client has: of an earlier use, or for this one.
        earlier: Option<String>,
    },
    /// Gives back a use that led to nothing, if no other request has repeated it.
    GiveBack {
        /// The token of the request that was counted.
        token: String,
    },
    /// Ends the link, if `list` has it.
    Revoke {
        /// The object with the list of who revokes.
        list: String,
    },
}

/// The answer of a link's object.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum LinkAnswer {
    /// There is no such link.
    Unknown,
    /// The link has been made, or is open.
    Open {
        /// What it leads to.
        target: LinkTarget,
        /// The uses that are left.
        left: Option<u32>,
        /// When it expires.
        expires: u64,
    },
    /// The use is permitted.
    Granted {
        /// What the link leads to.
        target: LinkTarget,
        /// The token with which the use can be repeated.
        token: String,
        /// Until when, which is also how long what it leads to may be valid.
        until: u64,
        /// The uses that are left.
        left: Option<u32>,
        /// Whether this request was counted, and not an earlier one.
        is_new: bool,
    },
    /// The link has ended.
    Ended(Ended),
}

/// Applies a command to a link, or to none.
pub(super) fn apply(
    link: Option<Link>,
    command: LinkCommand,
    now: UnixTime,
) -> (LinkAnswer, Option<Link>) {
    let now = now.as_secs();
    let Some(link) = link else {
        let LinkCommand::Make { target, expires, uses } = command else {
            return (LinkAnswer::Unknown, None);
        };
        let open = Open { target, left: uses, recent: Vec::new() };
        let link = Link { state: State::Open(open), expires };
        return (link.answer(now), Some(link));
    };
    let mut link = link.aged(now);
    let answer = link.obey(command, now);
    (answer, Some(link))
}

impl Link {
    /// Returns when nothing needs to be kept any more.
    pub(super) const fn ends_at(&self) -> UnixTime {
        UnixTime::from_secs(self.expires.saturating_add(REMEMBERED_SECS))
    }

    /// Returns the link, if it need not be forgotten.
    pub(super) fn swept(self, now: UnixTime) -> Option<Self> {
        (now < self.ends_at()).then(|| self.aged(now.as_secs()))
    }

    /// Drops what time has ended.
    fn aged(self, now: u64) -> Self {
        let state = match self.state {
            State::Open(_) if now >= self.expires => State::Ended(Ended::Expired),
            State::Open(mut open) => {
                open.recent.retain(|recent| now < recent.until);
                match (open.left, open.recent.as_slice()) {
                    (Some(0), []) => State::Ended(Ended::Used),
                    _ => State::Open(open),
                }
            }
            ended @ (State::Ended(_) | State::Revoked(_)) => ended,
        };
        Self { state, ..self }
    }

    fn obey(&mut self, command: LinkCommand, now: u64) -> LinkAnswer {
        match command {
            // A second time.
            LinkCommand::Make { .. } => {}
            LinkCommand::Look { earlier } => return self.look(earlier.as_deref(), now),
            LinkCommand::Use { token, earlier } => {
                return self.count(token, earlier.as_deref(), now);
            }
            LinkCommand::GiveBack { token } => self.give_back(&token),
            LinkCommand::Revoke { list } => return self.revoke(&list, now),
        }
        self.answer(now)
    }

    fn look(&self, earlier: Option<&str>, now: u64) -> LinkAnswer {
        match &self.state {
            State::Open(open) if earlier.and_then(|token| open.nth_repeated(token)).is_some() => {
                open.answer(self.expires)
            }
            _ => self.answer(now),
        }
    }

    fn count(&mut self, token: String, earlier: Option<&str>, now: u64) -> LinkAnswer {
        let State::Open(open) = &mut self.state else { return self.answer(now) };
        let client = earlier.unwrap_or(&token);
        if let Some(nth) = open.nth_repeated(client)
            && let Some(known) = open.recent.get_mut(nth)
        {
            // The same request can arrive twice.
            let is_new = known.counted_by.as_deref() == Some(&token);
            known.counted_by = known.counted_by.take().filter(|_| is_new);
            let (token, until) = (known.token.clone(), known.until);
            return open.granted(token, until, is_new);
        }
        let until = now.saturating_add(GRACE_SECS).min(self.expires);
        let client = client.to_owned();
        match &mut open.left {
            None => {}
            Some(0) => return LinkAnswer::Ended(Ended::Used),
            Some(left) => {
                *left -= 1;
                if open.recent.len() == MAX_RECENT {
                    open.recent.remove(0);
                }
                open.recent.push(Use { token: client.clone(), until, counted_by: Some(token) });
            }
        }
        open.granted(client, until, true)
    }

    fn give_back(&mut self, token: &str) {
        let State::Open(open) = &mut self.state else { return };
        let before = open.recent.len();
        open.recent.retain(|recent| recent.counted_by.as_deref() != Some(token));
        if let Some(left) = &mut open.left
            && open.recent.len() < before
        {
            *left += 1;
        }
    }

    fn revoke(&mut self, list: &str, now: u64) -> LinkAnswer {
        match &self.state {
            State::Open(open) if open.target.list.as_deref() == Some(list) => {
                self.state = State::Revoked(list.to_owned());
                self.answer(now)
            }
            State::Revoked(of) if of == list => self.answer(now),
            // Nobody learns of the links of others.
            State::Open(_) | State::Revoked(_) => LinkAnswer::Unknown,
            State::Ended(_) => self.answer(now),
        }
    }

    fn answer(&self, now: u64) -> LinkAnswer {
        match &self.state {
            State::Ended(ended) => LinkAnswer::Ended(*ended),
            State::Revoked(_) => LinkAnswer::Ended(Ended::Revoked),
            State::Open(_) if now >= self.expires => LinkAnswer::Ended(Ended::Expired),
            State::Open(Open { left: Some(0), .. }) => LinkAnswer::Ended(Ended::Used),
            State::Open(open) => open.answer(self.expires),
        }
    }
}

impl Open {
    /// Finds the use with this token of a client, if it may be repeated.
    fn nth_repeated(&self, token: &str) -> Option<usize> {
        let token = token.as_bytes();
        self.recent.iter().position(|recent| bool::from(recent.token.as_bytes().ct_eq(token)))
    }

    fn answer(&self, expires: u64) -> LinkAnswer {
        LinkAnswer::Open { target: self.target.clone(), left: self.left, expires }
    }

    fn granted(&self, token: String, until: u64, is_new: bool) -> LinkAnswer {
        LinkAnswer::Granted { target: self.target.clone(), token, until, left: self.left, is_new }
    }
}

/// Shows nothing, since a command can contain a token.
impl core::fmt::Debug for LinkCommand {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("LinkCommand(..)")
    }
}
