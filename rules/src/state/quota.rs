//! The quota of one caller: what is used in the current period, and what is reserved.
//!
//! A grant reserves the most that it permits. The reservation is settled with the size of the file that arrived, released if none can
//! arrive any more, or counts in full until the period ends. So used and reserved together never exceed the quota.

mod command;

use serde::{Deserialize, Serialize};
use signer::UnixTime;

use super::period::Period;

pub use self::command::{Keep, Left, QuotaAnswer, QuotaCommand, QuotaLimits};

/// Most reservations of one caller at a time. Each command reads them all.
pub(crate) const MAX_RESERVATIONS: usize = 2_000;

/// How many of the files that are counted at once are remembered: those of the largest command, and some of others in between.
const MAX_REMEMBERED: usize = 200;

/// What one caller has used and reserved in one period.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Usage {
    per: Period,
    /// When the period ends, in seconds since 1970.
    ends: u64,
    bytes: u64,
    files: u64,
    reservations: Vec<Reservation>,
    /// The last files that were counted at once, so that a repeated command does not count them again.
    counted: Vec<String>,
}

/// A reservation: its identifier, its bytes, until when it is kept, and who holds it. It is stored as a list, which is short.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Reservation(String, u64, Option<u64>, Option<String>);

impl Reservation {
    /// Returns whether it has this identifier, or is held under it.
    fn is(&self, id: &str) -> bool {
        match &self.3 {
            Some(holder) => holder == id,
            None => self.0 == id,
        }
    }

    /// Returns whether it has this identifier, and nobody holds it.
    fn is_free(&self, id: &str) -> bool {
        self.0 == id && self.3.is_none()
    }

    /// Returns whether it is still kept. One that is held is, since its file may have arrived.
    fn is_kept(&self, now: UnixTime) -> bool {
        self.3.is_some() || self.2.is_none_or(|until| now.as_secs() < until)
    }
}

impl Usage {
    /// Returns the usage at `now`: the stored one, or none if its period has ended.
    pub(crate) fn at(stored: Option<Self>, limits: QuotaLimits, now: UnixTime) -> Self {
        let ends = limits.per.end(now).as_secs();
        match stored.filter(|usage| now.as_secs() < usage.ends) {
            None => Self {
                per: limits.per,
                ends,
                bytes: 0,
                files: 0,
                reservations: Vec::new(),
                counted: Vec::new(),
            },
            Some(mut usage) => {
                // A clock that goes back does not begin another period; a change of the configuration does not forget what was used.
                if usage.per != limits.per {
                    (usage.per, usage.ends) = (limits.per, ends);
                }
                usage.reservations.retain(|reservation| reservation.is_kept(now));
                usage
            }
        }
    }

    /// Returns when the period ends, after which nothing of this counts.
    pub(crate) const fn ends(&self) -> UnixTime {
        UnixTime::from_secs(self.ends)
    }

    /// Performs a command.
    pub(crate) fn apply(&mut self, command: QuotaCommand, limits: QuotaLimits) -> QuotaAnswer {
        let reserved = match command {
            QuotaCommand::Reserve { files, all } => self.reserve(files, all, limits),
            QuotaCommand::Receive { id, holder, bytes } => {
                vec![self.receive(&id, &holder, bytes, limits).then_some(holder)]
            }
            QuotaCommand::Hold { id } => {
                self.hold(&id, &id);
                Vec::new()
            }
            QuotaCommand::Return { holder } => {
                self.put_back(&holder);
                Vec::new()
            }
            QuotaCommand::Settle { id, bytes } => {
                self.settle(&id, bytes);
                Vec::new()
            }
            QuotaCommand::Release { ids } => {
                // What is held may have arrived: whoever holds it settles it or puts it back.
                self.reservations
                    .retain(|reservation| !ids.iter().any(|id| reservation.is_free(id)));
                Vec::new()
            }
        };
        QuotaAnswer { reserved, left: self.left(limits) }
    }

    fn reserve(
        &mut self,
        files: Vec<(String, u64, Keep)>,
        all: bool,
        limits: QuotaLimits,
    ) -> Vec<Option<String>> {
        let before = all.then(|| self.clone());
        let reserved: Vec<_> = files
            .into_iter()
            .map(|(id, bytes, keep)| self.add(&id, bytes, keep, limits).then_some(id))
            .collect();
        match before {
            Some(before) if reserved.contains(&None) => {
                *self = before;
                vec![None; reserved.len()]
            }
            _ => reserved,
        }
    }

    /// Adds a reservation if it is within the quota; returns whether there is one.
    fn add(&mut self, id: &str, bytes: u64, keep: Keep, limits: QuotaLimits) -> bool {
        let is_reserved = self.reservations.iter().any(|reservation| reservation.0 == id);
        if is_reserved || self.counted.iter().any(|counted| counted == id) {
            return true; // the command is repeated
        }
        let left = self.left(limits);
        let fits = left.files > 0 && left.bytes.is_none_or(|left| bytes <= left);
        match keep {
            _ if !fits => false,
            Keep::Counted => {
                self.count_for_good(id.to_owned(), bytes);
                true
            }
            Keep::Until(_) | Keep::Period if !self.make_room() => false,
            Keep::Until(until) => self.push(id, bytes, Some(until)),
            Keep::Period => self.push(id, bytes, None),
        }
    }

    /// Makes room for one more reservation: counts the oldest that ends only with the period. Returns whether there is room.
    fn make_room(&mut self) -> bool {
        if self.reservations.len() < MAX_RESERVATIONS {
            return true;
        }
        let lasts =
            |Reservation(_, _, until, holder): &Reservation| until.is_none() && holder.is_none();
        let Some(oldest) = self.reservations.iter().position(lasts) else { return false };
        let Reservation(id, bytes, ..) = self.reservations.remove(oldest);
        self.count_for_good(id, bytes);
        true
    }

    /// Counts a file at once, and remembers it.
    fn count_for_good(&mut self, id: String, bytes: u64) {
        self.count(bytes);
        self.counted.push(id);
        let forgotten = self.counted.len().saturating_sub(MAX_REMEMBERED);
        self.counted.drain(..forgotten);
    }

    fn push(&mut self, id: &str, bytes: u64, until: Option<u64>) -> bool {
        self.reservations.push(Reservation(id.to_owned(), bytes, until, None));
        true
    }

    fn receive(&mut self, id: &str, holder: &str, bytes: u64, limits: QuotaLimits) -> bool {
        if self.reservations.iter().any(|reservation| reservation.is(holder)) {
            return true; // the command is repeated
        }
        // A form that is sent again, during or after its first arrival, is another file.
        let id = if self.reservations.iter().any(|reservation| reservation.is_free(id)) {
            id
        } else if self.add(holder, bytes, Keep::Until(0), limits) {
            holder
        } else {
            return false;
        };
        self.hold(id, holder);
        true
    }

    fn hold(&mut self, id: &str, holder: &str) {
        let mut reservations = self.reservations.iter_mut();
        if let Some(reservation) = reservations.find(|reservation| reservation.is_free(id)) {
            reservation.3 = Some(holder.to_owned());
        }
    }

    fn put_back(&mut self, holder: &str) {
        let is_held = |reservation: &&mut Reservation| reservation.3.as_deref() == Some(holder);
        if let Some(reservation) = self.reservations.iter_mut().find(is_held) {
            reservation.3 = None;
        }
    }

    fn settle(&mut self, id: &str, bytes: u64) {
        let found = self.reservations.iter().position(|reservation| reservation.is(id));
        if let Some(at) = found {
            self.reservations.remove(at); // they stay in order, the oldest first
            self.count(bytes);
        }
    }

    const fn count(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
        self.files = self.files.saturating_add(1);
    }

    /// Returns what is left.
    fn left(&self, limits: QuotaLimits) -> Left {
        let reserved = self.reservations.iter().map(|reservation| reservation.1);
        let bytes = reserved.fold(self.bytes, u64::saturating_add);
        let reservations = u64::try_from(self.reservations.len()).unwrap_or(u64::MAX);
        Left {
            bytes: limits.bytes.map(|limit| limit.saturating_sub(bytes)),
            files: limits.files.saturating_sub(self.files.saturating_add(reservations)),
            resets: self.ends,
        }
    }
}

#[cfg(test)]
mod tests;
