//! Events about stored objects: the messages of a batch that are about one object, and the log line of each delivery.

use rules::{Event, Message, Reception, Reporter, Verdict};
use serde::Serialize;

/// An event, and the messages of a batch that report it.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) event: Event,
    /// The numbers of the messages in the batch.
    pub(crate) messages: Vec<usize>,
}

/// Joins the messages of a batch that report one object. The report of this Worker says more than that of R2, so it is the one
/// that is sent.
pub(crate) fn group(messages: impl IntoIterator<Item = (usize, Message)>) -> Vec<Group> {
    let mut groups: Vec<(String, Reporter, Group)> = Vec::new();
    for (number, Message { event, reporter }) in messages {
        let id = event.id();
        let Some((_, known, group)) = groups.iter_mut().find(|(known, ..)| *known == id) else {
            groups.push((id, reporter, Group { event, messages: vec![number] }));
            continue;
        };
        group.messages.push(number);
        if (*known, reporter) == (Reporter::R2, Reporter::Worker) {
            (*known, group.event) = (reporter, event);
        }
    }
    groups.into_iter().map(|(.., group)| group).collect()
}

/// What became of an event.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The receiver has it.
    Delivered,
    /// The receiver wants no events.
    Gone,
    /// It is sent again later.
    Retried,
    /// It is not sent again.
    Failed,
    /// It waits in the queue.
    Queued,
    /// The queue did not take it, so it is sent directly.
    QueueFailed,
    /// It cannot be signed: a secret is missing or malformed.
    Unsigned,
}

impl Outcome {
    /// Returns the outcome of an attempt that may be followed by another.
    pub(crate) fn of(reception: Reception, is_retried: bool) -> Self {
        match (reception.verdict(), is_retried) {
            (Verdict::Delivered, _) => Self::Delivered,
            (Verdict::Gone, _) => Self::Gone,
            (Verdict::Failed, true) => Self::Retried,
            (Verdict::Failed, false) => Self::Failed,
        }
    }
}

/// One line of the log. It has neither the address nor the key.
#[derive(Debug, Serialize)]
pub(crate) struct EventRecord<'a> {
    /// The `webhook-id`.
    event: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    outcome: Outcome,
    /// What the receiver answered; missing if it did not answer in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// The number of attempts so far.
    attempts: u16,
}

impl<'a> EventRecord<'a> {
    pub(crate) fn new(
        event: &'a Event,
        outcome: Outcome,
        status: Option<u16>,
        attempts: u16,
    ) -> Self {
        Self { event: event.id(), rule: event.rule(), outcome, status, attempts }
    }

    pub(crate) fn to_line(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    fn rules() -> rules::Rules {
        let vars = json!({
            "BUCKETS": { "media": { "provider": "r2", "name": "acme-media", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "MEDIA" } },
            "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" } },
            "UPLOADS": { "avatar": {
                "bucket": "media", "callers": ["site"], "key": "avatars/{caller}/{filename}", "types": ["image/png"], "max_size": "5 MiB",
                "expires": "10 min", "notify": "https://api.example.com/hooks?token=hunter2",
            } },
        });
        let vars: Map<String, Value> = vars.as_object().unwrap().clone();
        rules::Rules::parse(&vars).unwrap()
    }

    fn of_r2(key: &str, etag: &str) -> String {
        let object = json!({ "key": key, "size": 7, "eTag": etag });
        json!({ "action": "PutObject", "bucket": "acme-media", "object": object, "eventTime": "2026-11-27T17:00:00.25Z" }).to_string()
    }

    fn of_worker(key: &str, etag: &str) -> String {
        let data = json!({ "rule": "uploads/avatar", "bucket": "media", "key": key, "size": 7, "type": "image/png", "etag": etag });
        json!({ "type": "upload.stored", "timestamp": "2026-11-27T17:00:00Z", "data": data })
            .to_string()
    }

    fn grouped(messages: &[String]) -> Vec<Group> {
        let rules = rules();
        let read = |(number, json): (usize, &String)| Some((number, rules.read_message(json)?));
        group(messages.iter().enumerate().filter_map(read))
    }

    #[test]
    fn reports_of_one_object_are_one_event_and_that_of_the_worker_is_sent() {
        let (a, b) = ("avatars/site/a.png", "avatars/site/b.png");
        let messages = [
            of_r2(a, "1"),
            of_worker(b, "1"),
            of_worker(a, "1"),
            of_r2(a, "2"),
            of_r2(b, "1"),
            of_r2(a, "1"),
        ];
        let groups = grouped(&messages);
        let numbers: Vec<_> = groups.iter().map(|group| group.messages.as_slice()).collect();
        assert_eq!(numbers, [&[0, 2, 5][..], &[1, 4], &[3]]);
        let is_full = |group: &Group| group.event.to_json().contains(r#""type":"image/png""#);
        assert_eq!(groups.iter().map(is_full).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn an_outcome_is_named_as_the_documents_name_it() {
        let of =
            |status, is_retried| Outcome::of(Reception { status, retry_after: None }, is_retried);
        for (outcome, name) in [
            (of(Some(204), true), "delivered"),
            (of(Some(410), true), "gone"),
            (of(Some(307), true), "retried"),
            (of(None, true), "retried"),
            (of(Some(500), false), "failed"),
            (Outcome::Queued, "queued"),
            (Outcome::QueueFailed, "queue_failed"),
            (Outcome::Unsigned, "unsigned"),
        ] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), name);
            assert!(include_str!("../docs/events.md").contains(&format!("| `{name}` |")), "{name}");
        }
    }

    #[test]
    fn a_line_of_the_log_has_neither_address_nor_key() {
        let groups = grouped(&[of_worker("avatars/site/a.png", "1")]);
        let event = &groups[0].event;
        let line = EventRecord::new(event, Outcome::Retried, Some(500), 2).to_line();
        let id = event.id();
        assert_eq!(
            line,
            format!(
                r#"{{"event":"{id}","rule":"uploads/avatar","outcome":"retried","status":500,"attempts":2}}"#
            )
        );
        for part in ["hunter2", "api.example.com", "a.png"] {
            assert!(!line.contains(part), "{part}");
        }
    }
}
