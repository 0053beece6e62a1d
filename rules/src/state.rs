//! State that outlives a request: what an object of the Durable Object class `SignpostState` keeps, and how it changes.
//!
//! Each object has one [`Entry`], and each [`Command`] changes it in one step. Everything is decided here; the object itself
//! (`src/js/state.mjs`) only reads the entry, calls [`apply`] and writes what it returns.
//!
//! A platform can deliver a command twice, for instance after a lost connection. So every command has the same effect twice as once:
//! what it counts has a random token, by which a repetition is recognised.
//!
//! Entries, commands and answers are bytes in the format `postcard`, whose code is a fourth of that for JSON. It has no names of
//! members: an enum gets new variants at its end only, and a type whose entries are stored never changes otherwise.
//!
//! Spec: <https://developers.cloudflare.com/durable-objects/>, <https://postcard.jamesmunns.com/wire-format>

mod answer;
pub(crate) mod link;
pub(crate) mod link_list;
pub(crate) mod object_name;
pub(crate) mod once;
pub(crate) mod period;
pub(crate) mod quota;

use postcard::from_bytes;
use serde::{Deserialize, Serialize};
use signer::UnixTime;

pub use self::answer::StateAnswer;
use self::link::Link;
pub use self::link::{Ended, LinkAnswer, LinkCommand, LinkTarget};
use self::link_list::LinkList;
pub use self::link_list::{ListAnswer, ListCommand};
use self::once::{Once, OnceCommand};
use self::quota::{QuotaCommand, QuotaLimits, Usage};

/// The name of the binding.
pub const STATE_BINDING: &str = "SIGNPOST_STATE";

/// The lines of `wrangler.toml` that bind the class.
pub const STATE_LINES: &str = r#"[[durable_objects.bindings]]
name = "SIGNPOST_STATE"
class_name = "SignpostState"

[[migrations]]
tag = "signpost-state"
new_sqlite_classes = ["SignpostState"]
"#;

/// A command to one object.
#[derive(Clone, Eq, PartialEq)]
pub struct StateChange {
    /// The object's name, from which the platform makes its id. It reveals nothing of what it was made of.
    pub object: String,
    /// What to do.
    pub command: Command,
}

/// What an object is asked to do.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub enum Command {
    /// Deletes what has ended. The object's alarm sends it.
    Sweep,
    /// About a link that ends.
    Link(LinkCommand),
    /// About the links of one caller.
    LinkList(ListCommand),
    /// About the quota of one caller.
    Quota {
        /// The limits, as they are configured now.
        limits: QuotaLimits,
        /// What to do.
        command: QuotaCommand,
    },
    /// About a ticket or a form that is valid once.
    Once {
        /// What to do.
        command: OnceCommand,
        /// When it can be forgotten, in seconds since 1970.
        ends: u64,
    },
}

/// What an object keeps.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum Entry {
    Link(Link),
    LinkList(LinkList),
    Quota(Usage),
    /// With the time until which it is remembered, in seconds since 1970.
    Once(Once, u64),
}

/// The result of a command: its answer, and what the object writes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Applied {
    /// The answer, a [`StateAnswer`].
    pub answer: Vec<u8>,
    /// What the object does with its entry.
    pub write: Write,
}

/// What an object does with its entry after a command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Write {
    /// It keeps the entry.
    Nothing,
    /// It replaces the entry.
    Put {
        /// The new entry.
        entry: Vec<u8>,
        /// When the entry can be deleted. The object's alarm then sends [`Command::Sweep`].
        ends_at: UnixTime,
    },
    /// It deletes the entry.
    Delete,
}

/// Applies a command to an object's entry.
///
/// An entry or a command that cannot be read, such as one of a later version, changes nothing: the answer is
/// [`StateAnswer::Unreadable`].
#[must_use]
pub fn apply(entry: Option<&[u8]>, command: &[u8], now: UnixTime) -> Applied {
    let parsed = entry.map(from_bytes).transpose();
    let (answer, write) = match (parsed, from_bytes(command)) {
        (Ok(parsed), Ok(command)) => {
            let (answer, after) = change(parsed, command, now);
            (answer, write(entry, after, now))
        }
        _ => (StateAnswer::Unreadable, Write::Nothing),
    };
    Applied { answer: to_bytes(&answer), write }
}

fn change(entry: Option<Entry>, command: Command, now: UnixTime) -> (StateAnswer, Option<Entry>) {
    match (command, entry) {
        (Command::Link(command), None) => of_link(None, command, now),
        (Command::Link(command), Some(Entry::Link(link))) => of_link(Some(link), command, now),
        (Command::LinkList(command), None) => of_list(LinkList::default(), command, now),
        (Command::LinkList(command), Some(Entry::LinkList(list))) => of_list(list, command, now),
        (Command::Quota { limits, command }, None) => of_quota(None, limits, command, now),
        (Command::Quota { limits, command }, Some(Entry::Quota(usage))) => {
            of_quota(Some(usage), limits, command, now)
        }
        (Command::Once { command, ends }, None) => of_once(None, command, ends),
        (Command::Once { command, ends }, Some(Entry::Once(once, _))) => {
            of_once(Some(once), command, ends)
        }
        (Command::Sweep, entry) => (StateAnswer::Swept, entry.and_then(|entry| entry.swept(now))),
        (_, entry) => (StateAnswer::Unreadable, entry),
    }
}

fn of_link(
    link: Option<Link>,
    command: LinkCommand,
    now: UnixTime,
) -> (StateAnswer, Option<Entry>) {
    let (answer, link) = link::apply(link, command, now);
    (StateAnswer::Link(answer), link.map(Entry::Link))
}

fn of_list(list: LinkList, command: ListCommand, now: UnixTime) -> (StateAnswer, Option<Entry>) {
    let (answer, list) = list.apply(command, now);
    (StateAnswer::LinkList(answer), Some(Entry::LinkList(list)))
}

fn of_quota(
    stored: Option<Usage>,
    limits: QuotaLimits,
    command: QuotaCommand,
    now: UnixTime,
) -> (StateAnswer, Option<Entry>) {
    let mut usage = Usage::at(stored, limits, now);
    (StateAnswer::Quota(usage.apply(command, limits)), Some(Entry::Quota(usage)))
}

fn of_once(stored: Option<Once>, command: OnceCommand, ends: u64) -> (StateAnswer, Option<Entry>) {
    let (answer, once) = Once::apply(stored, command);
    (StateAnswer::Once(answer), once.map(|once| Entry::Once(once, ends)))
}

/// Compares the bytes, so that a command that changes nothing costs no write.
fn write(before: Option<&[u8]>, after: Option<Entry>, now: UnixTime) -> Write {
    let after = after.and_then(|entry| Some((entry.ends_at()?, entry)));
    let Some((ends_at, after)) = after else {
        return if before.is_some() { Write::Delete } else { Write::Nothing };
    };
    let entry = to_bytes(&after);
    if before == Some(entry.as_slice()) {
        return Write::Nothing;
    }
    Write::Put { entry, ends_at: ends_at.max(now) }
}

fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).expect("only a value without a known length cannot be written")
}

impl Command {
    /// Returns the bytes for the object.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }
}

impl StateAnswer {
    /// Reads an object's answer.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        from_bytes(bytes).ok()
    }
}

impl Entry {
    /// Returns when the entry can be deleted; `None` if it holds nothing.
    fn ends_at(&self) -> Option<UnixTime> {
        match self {
            Self::Link(link) => Some(link.ends_at()),
            Self::LinkList(list) => list.ends_at(),
            Self::Quota(usage) => Some(usage.ends()),
            Self::Once(_, ends) => Some(UnixTime::from_secs(*ends)),
        }
    }

    /// Returns what has not ended.
    fn swept(self, now: UnixTime) -> Option<Self> {
        match self {
            Self::Link(link) => link.swept(now).map(Self::Link),
            Self::LinkList(list) => Some(Self::LinkList(list.swept(now))),
            Self::Quota(usage) => (now < usage.ends()).then_some(Self::Quota(usage)),
            Self::Once(once, ends) => (now.as_secs() < ends).then_some(Self::Once(once, ends)),
        }
    }
}

/// Shows nothing, since a command can contain a token.
impl core::fmt::Debug for StateChange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("StateChange(..)")
    }
}

/// Shows nothing, since a command can contain a token.
impl core::fmt::Debug for Command {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Command(..)")
    }
}

#[cfg(test)]
mod tests;
