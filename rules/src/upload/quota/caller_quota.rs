//! The quota of one caller by one rule.

use core::fmt;

use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::state::object_name::object_name;
use crate::state::quota::{QuotaAnswer, QuotaCommand, QuotaLimits};
use crate::state::{Command, StateAnswer, StateChange};

/// The numbers of the changes among those of one request.
pub(super) const RESERVE: u8 = 100;
pub(super) const RELEASE: u8 = 101;
pub(super) const ARRIVE: u8 = 102;
pub(super) const UNDO: u8 = 103;
pub(super) const END: u8 = 104;
const HOLD: u8 = 105;
const SETTLE: u8 = 106;

/// The quota of one caller by one rule, and the object that keeps its state.
#[derive(Clone)]
pub(crate) struct CallerQuota {
    object: String,
    limits: QuotaLimits,
}

impl CallerQuota {
    /// Returns the quota of the caller that an entry of `CALLERS` accepted under this name.
    pub(crate) fn new(limits: QuotaLimits, rule: &str, entry: &str, name: &str) -> Self {
        Self { object: object_name("quota", &[rule, entry, name]), limits }
    }

    pub(super) fn change(&self, command: QuotaCommand) -> StateChange {
        let command = Command::Quota { limits: self.limits, command };
        StateChange { object: self.object.clone(), command }
    }

    /// Performs a command.
    pub(super) fn perform<'r>(
        &self,
        nth: u8,
        command: QuotaCommand,
        results: &'r Results,
    ) -> Result<&'r QuotaAnswer, Blocked<Denial>> {
        let changes = vec![self.change(command)];
        let (answers, _) = results.change_state(nth, changes, String::new())?;
        answer(answers.first()).map_err(Blocked::from)
    }

    /// Counts the size of a file that has arrived. If that fails, the reservation counts in full.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first.
    pub(crate) fn settle(
        &self,
        id: &str,
        bytes: u64,
        results: &Results,
    ) -> Result<(), Blocked<Denial>> {
        attempted(self.perform(SETTLE, QuotaCommand::Settle { id: id.to_owned(), bytes }, results))
    }

    /// Gives back what was reserved under these identifiers. If that fails, it counts in full.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first.
    pub(crate) fn release(
        &self,
        ids: Vec<String>,
        results: &Results,
    ) -> Result<(), Blocked<Denial>> {
        attempted(self.perform(RELEASE, QuotaCommand::Release { ids }, results))
    }

    /// Keeps the reservation of an upload in parts, which is about to be completed.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first, [`Denial::StateNotBound`], [`Denial::StateUnavailable`].
    pub(crate) fn hold(&self, id: &str, results: &Results) -> Result<(), Blocked<Denial>> {
        self.perform(HOLD, QuotaCommand::Hold { id: id.to_owned() }, results).map(drop)
    }

    /// Undoes [`CallerQuota::hold`]. If that fails, the reservation counts in full.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first.
    pub(crate) fn put_back(&self, id: &str, results: &Results) -> Result<(), Blocked<Denial>> {
        attempted(self.perform(UNDO, QuotaCommand::Return { holder: id.to_owned() }, results))
    }
}

/// Ignores a failure, but not that something must be performed first.
pub(super) fn attempted<T>(result: Result<T, Blocked<Denial>>) -> Result<(), Blocked<Denial>> {
    match result {
        Err(Blocked::Pending(effect)) => Err(Blocked::Pending(effect)),
        Ok(_) | Err(Blocked::Refused(_)) => Ok(()),
    }
}

/// Returns the answer of an object that keeps a quota.
pub(super) fn answer(answer: Option<&StateAnswer>) -> Result<&QuotaAnswer, Denial> {
    match answer {
        Some(StateAnswer::Quota(answer)) => Ok(answer),
        _ => Err(Denial::StateUnavailable),
    }
}

/// Shows nothing of the caller.
impl fmt::Debug for CallerQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallerQuota").field("limits", &self.limits).finish_non_exhaustive()
    }
}
