//! The arrival of a file at the Worker itself: it uses up a form that is valid once, and is counted against its caller's quota.

use core::fmt;

use signer::UnixTime;

use super::caller_quota::{ARRIVE, CallerQuota, END, UNDO, answer, attempted};
use crate::ambient::Ambient;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::keys::fill::uuid;
use crate::state::object_name::object_name;
use crate::state::once::{OnceAnswer, OnceCommand};
use crate::state::quota::QuotaCommand;
use crate::state::{Command, StateAnswer, StateChange};

/// How long after its grant a form is remembered that is valid once, in seconds: no form lives longer than a day.
const REMEMBERED: u64 = 86_400 + 3_600;

/// What counts when the file of a grant arrives. Nothing is counted by most rules.
#[derive(Clone, Default)]
pub(crate) struct Counting {
    /// The identifier of the grant.
    id: String,
    quota: Option<CallerQuota>,
    /// The object that keeps whether the grant has been used, and until when.
    once: Option<(String, UnixTime)>,
}

impl Counting {
    /// Returns what counts for a grant of `rule`, which was made at `granted_at`, in seconds since 1970.
    pub(crate) fn new(
        rule: &str,
        id: &str,
        granted_at: u64,
        quota: Option<CallerQuota>,
        single_use: bool,
    ) -> Self {
        let ends = UnixTime::from_secs(granted_at).plus_secs(REMEMBERED);
        let once = single_use.then(|| (object_name("form", &[rule, id]), ends));
        Self { id: id.to_owned(), quota, once }
    }

    /// Begins to receive a file of at most `bytes`, before any of it is stored.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first; [`Denial::FormUsed`], [`Denial::FormInUse`], [`Denial::QuotaExceeded`],
    /// [`Denial::StateNotBound`], [`Denial::StateUnavailable`].
    pub(crate) fn begin(
        &self,
        bytes: u64,
        results: &Results,
        ambient: Ambient,
    ) -> Result<Option<Arrival>, Blocked<Denial>> {
        if self.quota.is_none() && self.once.is_none() {
            return Ok(None);
        }
        let begun = Arrival { counting: self.clone(), token: uuid((ambient.random)()) };
        let receive =
            QuotaCommand::Receive { id: self.id.clone(), holder: begun.token.clone(), bytes };
        let changes = begun.changes(OnceCommand::Hold, receive);
        let answers = match results.change_state(ARRIVE, changes, begun.token) {
            Err(Blocked::Pending(effect)) => return Err(Blocked::Pending(effect)),
            Err(Blocked::Refused(denial)) => Err(denial),
            Ok((answers, _)) => Ok(answers),
        };
        let token = results.memo_of_change(ARRIVE).unwrap_or_default().to_owned();
        let arrival = Arrival { counting: self.clone(), token };
        match answers.and_then(|answers| self.check(answers)) {
            Ok(()) => Ok(Some(arrival)),
            Err(Denial::StateNotBound) => Err(Denial::StateNotBound.into()),
            // If one of two objects has failed, the other may have counted.
            Err(denial) => {
                arrival.undo(UNDO, results)?;
                Err(denial.into())
            }
        }
    }

    /// Checks the answers, which come in the order of [`Arrival::changes`].
    fn check(&self, answers: &[StateAnswer]) -> Result<(), Denial> {
        let mut answers = answers.iter();
        if self.once.is_some() {
            match answers.next() {
                Some(StateAnswer::Once(OnceAnswer::Granted)) => {}
                Some(StateAnswer::Once(OnceAnswer::Held)) => return Err(Denial::FormInUse),
                Some(StateAnswer::Once(OnceAnswer::Used)) => return Err(Denial::FormUsed),
                _ => return Err(Denial::StateUnavailable),
            }
        }
        if self.quota.is_some() {
            let answer = answer(answers.next())?;
            if !matches!(answer.reserved.as_slice(), [Some(_)]) {
                return Err(Denial::QuotaExceeded { left: answer.left });
            }
        }
        Ok(())
    }
}

/// A file that is arriving. It must end with [`Arrival::stored`] or [`Arrival::failed`]; otherwise the form stays used, and the largest
/// file that it permits counts, since it may have been stored.
#[derive(Clone)]
pub struct Arrival {
    counting: Counting,
    /// Identifies this arrival: the same form can be sent twice at the same time.
    token: String,
}

impl Arrival {
    /// Counts the file, which has been stored. If that fails, what was reserved counts.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first.
    pub fn stored(&self, bytes: u64, results: &Results) -> Result<(), Blocked<Denial>> {
        let settle = QuotaCommand::Settle { id: self.token.clone(), bytes };
        let changes = self.changes(OnceCommand::Use, settle);
        attempted(results.change_state(END, changes, String::new()))
    }

    /// Gives back what was reserved, since no file has been stored: the form can be sent again.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first.
    pub fn failed(&self, results: &Results) -> Result<(), Blocked<Denial>> {
        self.undo(END, results)
    }

    fn undo(&self, nth: u8, results: &Results) -> Result<(), Blocked<Denial>> {
        let put_back = QuotaCommand::Return { holder: self.token.clone() };
        let changes = self.changes(OnceCommand::Free, put_back);
        attempted(results.change_state(nth, changes, String::new()))
    }

    fn changes(&self, once: fn(String) -> OnceCommand, quota: QuotaCommand) -> Vec<StateChange> {
        let of_once = self.counting.once.as_ref().map(|(object, ends)| {
            let command = Command::Once { command: once(self.token.clone()), ends: ends.as_secs() };
            StateChange { object: object.clone(), command }
        });
        let of_quota = self.counting.quota.as_ref().map(|counted| counted.change(quota));
        of_once.into_iter().chain(of_quota).collect()
    }
}

/// Shows nothing of the caller and the grant.
impl fmt::Debug for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counting(..)")
    }
}

/// Shows nothing of the caller and the grant.
impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Arrival(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::Effect;
    use crate::effect::results::EffectResult;
    use crate::state::period::Period;
    use crate::state::quota::QuotaLimits;

    #[test]
    fn what_has_begun_in_one_object_is_undone_if_the_other_fails() {
        let limits = QuotaLimits { bytes: Some(100), files: 7, per: Period::Hour };
        let quota = CallerQuota::new(limits, "uploads/a", "user", "u1");
        let counting = Counting::new("uploads/a", "grant", 0, Some(quota), true);
        let at = |random| Ambient { now: UnixTime::from_secs(0), random };
        let mut results = Results::default();
        let Err(Blocked::Pending(begin)) = counting.begin(1, &results, at(|| [1; 16])) else {
            panic!("it is performed first")
        };
        let Effect::ChangeState { memo, .. } = &begin else { panic!("{begin:?}") };
        let holder = memo.clone();
        results.insert(begin, EffectResult::Failed);
        // Each call makes another token, which has nothing to undo.
        let Err(Blocked::Pending(undo)) = counting.begin(1, &results, at(|| [2; 16])) else {
            panic!("it is undone")
        };
        let Effect::ChangeState { changes, .. } = &undo else { panic!("{undo:?}") };
        let [once, quota] = changes.as_slice() else { panic!("{changes:?}") };
        assert!(
            matches!(&once.command, Command::Once { command: OnceCommand::Free(token), .. } if *token == holder)
        );
        let put_back = QuotaCommand::Return { holder };
        assert!(matches!(&quota.command, Command::Quota { command, .. } if *command == put_back));
        results.insert(undo, EffectResult::Failed);
        let refused = counting.begin(1, &results, at(|| [3; 16]));
        assert!(matches!(refused, Err(Blocked::Refused(Denial::StateUnavailable))));
    }
}
