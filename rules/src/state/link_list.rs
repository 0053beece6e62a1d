//! The links of one caller of one rule that have not ended.

use serde::{Deserialize, Serialize};
use signer::UnixTime;

/// Most links of one caller and rule that have not ended.
pub(crate) const MAX_LINKS: usize = 1_000;

/// Most links of one answer.
pub(crate) const PAGE: usize = 100;

/// The ids of links, in the order in which they were made.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct LinkList(Vec<Listed>);

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Listed {
    id: String,
    expires: u64,
}

/// A command to the object with a caller's list.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub enum ListCommand {
    /// Adds links, all or none. It is sent before they are made, so that none is missing.
    Add {
        /// Their ids.
        ids: Vec<String>,
        /// When they expire, in seconds since 1970.
        expires: u64,
    },
    /// Removes a link that has ended.
    Remove {
        /// Its id.
        id: String,
    },
    /// Asks for the ids after this one, or from the first on.
    Page {
        /// The last id of the page before.
        after: Option<String>,
    },
}

/// The answer of the object with a caller's list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum ListAnswer {
    /// The list has been changed.
    Changed,
    /// Nothing has been added, since the list would become too long.
    Full,
    /// Some ids.
    Page {
        /// At most 100.
        ids: Vec<String>,
        /// Whether there are others after them.
        more: bool,
    },
}

impl LinkList {
    pub(super) fn apply(self, command: ListCommand, now: UnixTime) -> (ListAnswer, Self) {
        let mut list = self.swept(now);
        let answer = match command {
            ListCommand::Add { ids, expires } => list.add(ids, expires),
            ListCommand::Remove { id } => {
                list.0.retain(|listed| listed.id != id);
                ListAnswer::Changed
            }
            ListCommand::Page { after } => list.page(after.as_deref()),
        };
        (answer, list)
    }

    /// Returns when the last link expires; `None` if there is none.
    pub(super) fn ends_at(&self) -> Option<UnixTime> {
        self.0.iter().map(|listed| listed.expires).max().map(UnixTime::from_secs)
    }

    /// Returns the links that have not expired.
    pub(super) fn swept(mut self, now: UnixTime) -> Self {
        self.0.retain(|listed| now.as_secs() < listed.expires);
        self
    }

    fn add(&mut self, mut ids: Vec<String>, expires: u64) -> ListAnswer {
        // The ids of one request are random, so either all of them or none is there already.
        ids.retain(|id| self.0.iter().rev().take(PAGE).all(|listed| listed.id != *id));
        if self.0.len() + ids.len() > MAX_LINKS {
            return ListAnswer::Full;
        }
        self.0.extend(ids.into_iter().map(|id| Listed { id, expires }));
        ListAnswer::Changed
    }

    /// Returns the links after `after`; after an id that is no longer there, from the first on.
    fn page(&self, after: Option<&str>) -> ListAnswer {
        let at = after.and_then(|id| self.0.iter().position(|listed| listed.id == id));
        let rest = self.0.get(at.map_or(0, |at| at + 1)..).unwrap_or_default();
        let ids = rest.iter().take(PAGE).map(|listed| listed.id.clone()).collect();
        ListAnswer::Page { ids, more: rest.len() > PAGE }
    }
}

/// Shows nothing, since a command can contain a token.
impl core::fmt::Debug for ListCommand {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ListCommand(..)")
    }
}
