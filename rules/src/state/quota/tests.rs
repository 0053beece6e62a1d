//! Laws of the quota, against a model that remembers every grant.

use alloc::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const START: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z
const LIMITS: QuotaLimits = QuotaLimits { bytes: Some(100), files: 7, per: Period::Hour };

/// A grant, as the model remembers it.
#[derive(Clone, Debug)]
enum Grant {
    /// At most these bytes can arrive, until then.
    Open { bytes: u64, until: u64 },
    /// They are arriving; what the grant was before.
    Arriving { bytes: u64, before: Option<(String, u64)> },
    /// They count.
    Settled { bytes: u64 },
}

/// The grants of the current period, by the identifiers that the machine answered with.
#[derive(Clone, Debug, Default)]
struct Model {
    ends: u64,
    grants: BTreeMap<String, Grant>,
    /// Counts what is settled, since an identifier can be used again.
    settled: u64,
    /// The identifiers of what was counted at once: the same again is a repetition.
    counted: Vec<String>,
}

impl Model {
    fn at(&mut self, now: u64) {
        if now >= self.ends {
            *self = Self {
                ends: LIMITS.per.end(UnixTime::from_secs(now)).as_secs(),
                ..Self::default()
            };
        }
        self.grants.retain(|_, grant| !matches!(grant, Grant::Open { until, .. } if *until <= now));
    }

    fn settle(&mut self, bytes: u64) {
        self.settled += 1;
        self.grants.insert(format!("settled {}", self.settled), Grant::Settled { bytes });
    }

    fn bytes(&self) -> u64 {
        let bytes = self.grants.values().map(|grant| match grant {
            Grant::Open { bytes, .. }
            | Grant::Arriving { bytes, .. }
            | Grant::Settled { bytes } => bytes,
        });
        bytes.sum()
    }

    fn learn(&mut self, command: &QuotaCommand, answer: &QuotaAnswer) {
        match command {
            QuotaCommand::Reserve { files, .. } => {
                for ((id, bytes, keep), reserved) in files.iter().zip(&answer.reserved) {
                    let is_known = self.counted.contains(id) || self.grants.keys().any(|known| known == id)
                        || self.grants.values().any(
                            |grant| matches!(grant, Grant::Arriving { before: Some((known, _)), .. } if known == id),
                        );
                    if reserved.is_none() || is_known {
                        continue;
                    }
                    match keep {
                        Keep::Counted => {
                            self.counted.push(id.clone());
                            self.settle(*bytes);
                        }
                        Keep::Period => {
                            let open = Grant::Open { bytes: *bytes, until: u64::MAX };
                            self.grants.insert(id.clone(), open);
                        }
                        Keep::Until(until) => {
                            self.grants
                                .insert(id.clone(), Grant::Open { bytes: *bytes, until: *until });
                        }
                    }
                }
            }
            QuotaCommand::Receive { id, holder, bytes } => {
                if answer.reserved != [Some(holder.clone())] || self.grants.contains_key(holder) {
                    return;
                }
                let arriving = match self.grants.remove(id) {
                    Some(Grant::Open { bytes, until }) => {
                        Grant::Arriving { bytes, before: Some((id.clone(), until)) }
                    }
                    Some(other) => {
                        self.grants.insert(id.clone(), other);
                        Grant::Arriving { bytes: *bytes, before: None }
                    }
                    None => Grant::Arriving { bytes: *bytes, before: None },
                };
                self.grants.insert(holder.clone(), arriving);
            }
            QuotaCommand::Hold { id } => {
                if let Some(Grant::Open { bytes, until }) = self.grants.get(id).cloned() {
                    let before = Some((id.clone(), until));
                    self.grants.insert(id.clone(), Grant::Arriving { bytes, before });
                }
            }
            QuotaCommand::Return { holder } => {
                if let Some(Grant::Arriving { bytes, before }) = self.grants.get(holder).cloned() {
                    self.grants.remove(holder);
                    if let Some((id, until)) = before {
                        self.grants.insert(id, Grant::Open { bytes, until });
                    }
                }
            }
            QuotaCommand::Settle { id, bytes } => {
                if self.grants.remove(id).is_some() {
                    self.settle(*bytes);
                }
            }
            QuotaCommand::Release { ids } => {
                for id in ids {
                    if matches!(self.grants.get(id), Some(Grant::Open { .. })) {
                        self.grants.remove(id);
                    }
                }
            }
        }
    }
}

fn command() -> impl Strategy<Value = QuotaCommand> {
    let id = || (0..6_u8).prop_map(|id| format!("grant {id}"));
    let holder = || (0..3_u8).prop_map(|holder| format!("arrival {holder}"));
    let keep = prop_oneof![
        (0..5_000_u64).prop_map(|secs| Keep::Until(START + secs)),
        Just(Keep::Period),
        Just(Keep::Counted),
    ];
    let parts = || (0..2_u8).prop_map(|parts| format!("parts {parts}"));
    let reserved = prop_oneof![3 => id(), 1 => parts()];
    let files = prop::collection::btree_map(reserved, (1..60_u64, keep), 1..4);
    let files = files
        .prop_map(|files| files.into_iter().map(|(id, (bytes, keep))| (id, bytes, keep)).collect());
    prop_oneof![
        4 => (files, any::<bool>()).prop_map(|(files, all)| QuotaCommand::Reserve { files, all }),
        3 => (id(), holder(), 1..60_u64)
            .prop_map(|(id, holder, bytes)| QuotaCommand::Receive { id, holder, bytes }),
        1 => prop_oneof![holder(), parts()].prop_map(|holder| QuotaCommand::Return { holder }),
        1 => parts().prop_map(|id| QuotaCommand::Hold { id }),
        // What arrives is never more than what was granted: 1 byte is the least that can be.
        2 => prop_oneof![id(), parts(), holder()].prop_map(|id| QuotaCommand::Settle { id, bytes: 1 }),
        1 => prop::collection::vec(prop_oneof![id(), parts()], 0..3).prop_map(|ids| QuotaCommand::Release { ids }),
    ]
}

proptest! {
    /// At any order of commands, all that was granted and may still arrive or has arrived is within the quota; and what is left is the rest.
    #[test]
    fn what_is_granted_never_exceeds_the_quota(
        commands in prop::collection::vec((command(), 0..900_u64), 0..60),
    ) {
        let (mut stored, mut model, mut now) = (None::<Usage>, Model::default(), START);
        for (command, elapsed) in commands {
            now += elapsed;
            let mut usage = Usage::at(stored, LIMITS, UnixTime::from_secs(now));
            model.at(now);
            let answer = usage.apply(command.clone(), LIMITS);
            model.learn(&command, &answer);
            let (bytes, files) = (model.bytes(), model.grants.len());
            prop_assert!(bytes <= 100 && files <= 7, "{command:?}: {model:?}");
            // A grant that was put back after its time had passed is dropped at the next command.
            let usage = Usage::at(Some(usage), LIMITS, UnixTime::from_secs(now));
            model.at(now);
            let left = usage.left(LIMITS);
            prop_assert_eq!(left.bytes, Some(100 - model.bytes()));
            prop_assert_eq!(left.files, 7 - u64::try_from(model.grants.len()).unwrap());
            prop_assert_eq!(left.resets, model.ends);
            stored = Some(serde_json::from_str(&serde_json::to_string(&usage).unwrap()).unwrap());
        }
    }

    /// A command that is sent again, since its answer was lost, changes nothing more.
    #[test]
    fn a_repeated_command_changes_nothing_more(
        commands in prop::collection::vec(command(), 0..40),
    ) {
        let now = UnixTime::from_secs(START);
        let mut usage = Usage::at(None, LIMITS, now);
        for command in commands {
            let answer = usage.apply(command.clone(), LIMITS);
            let before = usage.clone();
            let repeated = usage.apply(command.clone(), LIMITS);
            prop_assert_eq!(&usage, &before, "{:?}", command);
            prop_assert_eq!(repeated, answer);
            usage = Usage::at(Some(usage), LIMITS, now);
        }
    }
}

fn reserve(ids: &[(&str, u64)], all: bool) -> QuotaCommand {
    let files = ids.iter().map(|(id, bytes)| ((*id).to_owned(), *bytes, Keep::Period)).collect();
    QuotaCommand::Reserve { files, all }
}

fn fresh() -> Usage {
    Usage::at(None, LIMITS, UnixTime::from_secs(START))
}

#[test]
fn several_files_are_reserved_one_by_one_or_all_together() {
    let files = [("a", 60), ("b", 60), ("c", 40)];
    let answer = fresh().apply(reserve(&files, false), LIMITS);
    assert_eq!(answer.reserved, [Some("a".into()), None, Some("c".into())]);
    assert_eq!((answer.left.bytes, answer.left.files), (Some(0), 5));
    let mut usage = fresh();
    let answer = usage.apply(reserve(&files, true), LIMITS);
    assert_eq!((answer.reserved, answer.left.bytes), (vec![None; 3], Some(100)));
    assert_eq!(usage, fresh());
}

#[test]
fn a_new_period_begins_empty_and_a_clock_that_goes_back_does_not_begin_one() {
    let mut usage = fresh();
    usage.apply(reserve(&[("a", 100)], false), LIMITS);
    let at = |secs| {
        let mut usage = Usage::at(Some(usage.clone()), LIMITS, UnixTime::from_secs(secs));
        usage.apply(reserve(&[], false), LIMITS).left.bytes
    };
    assert_eq!(at(START + 3_599), Some(0));
    assert_eq!(at(START - 7_200), Some(0));
    assert_eq!(at(START + 3_600), Some(100));
}

#[test]
fn a_change_of_the_period_forgets_nothing() {
    let mut usage = fresh();
    usage.apply(reserve(&[("a", 100)], false), LIMITS);
    let day = QuotaLimits { per: Period::Day, ..LIMITS };
    let mut usage = Usage::at(Some(usage), day, UnixTime::from_secs(START));
    let left = usage.apply(reserve(&[("b", 1)], false), day).left;
    assert_eq!(
        (left.bytes, left.resets),
        (Some(0), Period::Day.end(UnixTime::from_secs(START)).as_secs())
    );
}

#[test]
fn a_form_that_is_sent_again_is_another_file() {
    let receive =
        |holder: &str| QuotaCommand::Receive { id: "a".into(), holder: holder.into(), bytes: 60 };
    let mut usage = fresh();
    usage.apply(reserve(&[("a", 60)], false), LIMITS);
    assert_eq!(usage.apply(receive("1"), LIMITS).reserved, [Some("1".into())]);
    assert_eq!(usage.apply(receive("2"), LIMITS).reserved, [None], "while it arrives");
    usage.apply(QuotaCommand::Settle { id: "1".into(), bytes: 40 }, LIMITS);
    assert_eq!(usage.apply(receive("3"), LIMITS).reserved, [Some("3".into())], "60 of 60 are left");
    usage.apply(QuotaCommand::Return { holder: "3".into() }, LIMITS);
    let mut usage = Usage::at(Some(usage), LIMITS, UnixTime::from_secs(START));
    assert_eq!(usage.apply(reserve(&[], false), LIMITS).left.bytes, Some(60));
}

#[test]
fn the_number_of_reservations_is_bounded() {
    let limits = QuotaLimits { bytes: None, files: 10_000, per: Period::Hour };
    let mut usage = Usage::at(None, limits, UnixTime::from_secs(START));
    let until = |id: &str| {
        let files = vec![(id.to_owned(), 1, Keep::Until(START + 60))];
        QuotaCommand::Reserve { files, all: false }
    };
    for nth in 0..MAX_RESERVATIONS {
        assert_ne!(usage.apply(until(&nth.to_string()), limits).reserved, [None]);
    }
    assert_eq!(usage.apply(until("more"), limits).reserved, [None]);
    assert_eq!(usage.apply(reserve(&[("more", 1)], false), limits).reserved, [None]);
}

#[test]
fn the_oldest_that_last_for_the_period_are_counted_if_there_are_too_many() {
    let limits = QuotaLimits { bytes: Some(10_000), files: 10_000, per: Period::Hour };
    let mut usage = Usage::at(None, limits, UnixTime::from_secs(START));
    for nth in 0..MAX_RESERVATIONS + 50 {
        assert_ne!(usage.apply(reserve(&[(&nth.to_string(), 2)], false), limits).reserved, [None]);
    }
    assert_eq!(usage.reservations.len(), MAX_RESERVATIONS);
    let left = |usage: &mut Usage| usage.apply(reserve(&[], false), limits).left;
    assert_eq!((left(&mut usage).bytes, left(&mut usage).files), (Some(5_900), 7_950));
    usage.apply(reserve(&[("0", 2)], false), limits);
    assert_eq!(left(&mut usage).files, 7_950, "a repeated command");
    for (id, bytes) in [("49", 5_900), ("50", 5_902)] {
        usage.apply(QuotaCommand::Release { ids: vec![id.into()] }, limits);
        assert_eq!(left(&mut usage).bytes, Some(bytes), "{id}: only the first 50 are counted");
    }
}

#[test]
fn what_is_about_to_be_completed_cannot_be_released() {
    let mut usage = fresh();
    usage.apply(reserve(&[("a", 60)], false), LIMITS);
    usage.apply(QuotaCommand::Hold { id: "a".into() }, LIMITS);
    let release = QuotaCommand::Release { ids: vec!["a".into()] };
    assert_eq!(usage.apply(release.clone(), LIMITS).left.bytes, Some(40));
    usage.apply(QuotaCommand::Return { holder: "a".into() }, LIMITS);
    assert_eq!(usage.apply(release, LIMITS).left.bytes, Some(100));
}
