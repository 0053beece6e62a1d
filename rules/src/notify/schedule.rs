//! When a webhook is sent again.
//!
//! Spec: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability>

/// What a receiver answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reception {
    /// The HTTP status; `None` if there was no answer in time.
    pub status: Option<u16>,
    /// The header `Retry-After` in seconds, if there is one.
    pub retry_after: Option<u32>,
}

/// What is done after an attempt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// The receiver has the event: it answered 2xx.
    Delivered,
    /// It wants no more events: it answered 410.
    Gone,
    /// It did not take the event. A redirect counts as this too.
    Failed,
}

impl Reception {
    /// Judges an answer.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self.status {
            Some(200..=299) => Verdict::Delivered,
            Some(410) => Verdict::Gone,
            _ => Verdict::Failed,
        }
    }
}

/// How events are sent, with or without a queue.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Schedule {
    /// After the answer, in the 30 s that the platform grants to an invocation that has answered.
    AfterAnswer,
    /// By the consumer of a queue, which has 15 min for a batch.
    Queue,
}

/// Delays after each failed attempt, in milliseconds.
const AFTER_ANSWER_MS: [u32; 2] = [1_000, 4_000];

/// Delays after each failed attempt, in seconds. The last one is repeated until the queue gives up, and is the longest that
/// every queue takes.
const QUEUE_SECS: [u32; 7] = [5, 300, 1_800, 7_200, 18_000, 36_000, MAX_DELAY_SECS];

/// Longest delay of a message, in seconds: 12 h.
const MAX_DELAY_SECS: u32 = 43_200;

impl Schedule {
    /// Returns how long one attempt may take, in milliseconds.
    #[must_use]
    pub const fn deadline_ms(self) -> u32 {
        match self {
            Self::AfterAnswer => 7_000,
            Self::Queue => 15_000,
        }
    }

    /// Returns the number of attempts that a message of a queue has had at this age, in seconds, if each came when it was due.
    #[must_use]
    pub fn attempts_at_age(age_secs: u64) -> u16 {
        let mut due = 0;
        let passed = QUEUE_SECS.iter().take_while(|secs| {
            due += u64::from(**secs);
            due <= age_secs
        });
        u16::try_from(passed.count()).unwrap_or(u16::MAX).saturating_add(1)
    }

    /// Returns how long to wait after a failed attempt, in milliseconds; `None` if it was the last. Attempts count from 1.
    ///
    /// Up to a fifth is added at random, so that messages that failed together do not come again together.
    #[must_use]
    pub fn delay_ms(self, attempt: u16, reception: Reception, random: [u8; 16]) -> Option<u32> {
        let failed = usize::from(attempt.saturating_sub(1));
        let jitter = |delay: u32| delay.saturating_add(delay / 5 * u32::from(random[0]) / 255);
        match self {
            Self::AfterAnswer => AFTER_ANSWER_MS.get(failed).copied().map(jitter),
            Self::Queue => {
                let last = QUEUE_SECS.len() - 1;
                let secs = QUEUE_SECS.get(failed.min(last)).copied().map(jitter)?;
                let asked = reception.retry_after.unwrap_or_default();
                Some(secs.max(asked).min(MAX_DELAY_SECS) * 1_000)
            }
        }
    }
}

/// Reads the header `Retry-After` if it is a number of seconds. Its other form, a date, is ignored.
#[must_use]
pub fn parse_retry_after(value: &str) -> Option<u32> {
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| value.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Reception = Reception { status: None, retry_after: None };

    #[test]
    fn only_2xx_is_success_and_only_410_is_final() {
        for (status, verdict) in [
            (Some(200), Verdict::Delivered),
            (Some(204), Verdict::Delivered),
            (Some(299), Verdict::Delivered),
            (Some(199), Verdict::Failed),
            (Some(301), Verdict::Failed),
            (Some(307), Verdict::Failed),
            (Some(400), Verdict::Failed),
            (Some(404), Verdict::Failed),
            (Some(410), Verdict::Gone),
            (Some(429), Verdict::Failed),
            (Some(500), Verdict::Failed),
            (None, Verdict::Failed),
        ] {
            assert_eq!(Reception { status, retry_after: None }.verdict(), verdict, "{status:?}");
        }
    }

    #[test]
    fn three_attempts_after_the_answer_end_within_thirty_seconds() {
        let schedule = Schedule::AfterAnswer;
        let (mut total, mut attempt) = (schedule.deadline_ms(), 1);
        while let Some(delay) = schedule.delay_ms(attempt, NONE, [255; 16]) {
            total += delay + schedule.deadline_ms();
            attempt += 1;
        }
        assert_eq!(attempt, 3);
        assert!(total <= 28_000, "{total}");
    }

    #[test]
    fn a_queue_waits_longer_each_time_and_never_longer_than_a_queue_can() {
        let delays: Vec<_> = (1..=9)
            .filter_map(|attempt| Schedule::Queue.delay_ms(attempt, NONE, [0; 16]))
            .collect();
        assert_eq!(
            delays,
            [5, 300, 1_800, 7_200, 18_000, 36_000, 43_200, 43_200, 43_200].map(|secs| secs * 1_000)
        );
        for attempt in [1, 2, 100, u16::MAX] {
            let longest = Schedule::Queue.delay_ms(attempt, NONE, [255; 16]);
            assert!(longest.is_some_and(|delay| delay <= 43_200_000), "{attempt}");
        }
    }

    #[test]
    fn the_age_of_a_message_tells_how_often_it_was_tried() {
        for (age, attempts) in
            [(0, 1), (4, 1), (5, 2), (304, 2), (305, 3), (2_105, 4), (u64::MAX, 8)]
        {
            assert_eq!(Schedule::attempts_at_age(age), attempts, "{age} s");
        }
    }

    #[test]
    fn a_receiver_can_ask_for_a_longer_delay_but_not_for_a_shorter() {
        let asks = |secs| Reception { status: Some(429), retry_after: Some(secs) };
        for (secs, expected) in [(1, 5), (60, 60), (u32::MAX, 43_200)] {
            let delay = Schedule::Queue.delay_ms(1, asks(secs), [0; 16]);
            assert_eq!(delay, Some(expected * 1_000));
        }
    }

    #[test]
    fn reads_retry_after_in_seconds() {
        for (value, expected) in [
            ("120", Some(120)),
            ("99999999999", Some(u32::MAX)),
            ("Wed, 21 Oct 2026 07:28:00 GMT", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(parse_retry_after(value), expected, "{value}");
        }
    }
}
