//! The event of a stored object.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use signer::UnixTime;

/// The only type of event so far.
const UPLOAD_STORED: &str = "upload.stored";

/// Longest text of a member, in bytes, but for the receipt's.
const MAX_TEXT: usize = 2_048;

/// Longest receipt, in bytes.
const MAX_RECEIPT: usize = 16_384;

/// An object is stored: the body of a webhook, and the message in the queue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Event {
    /// When the object was stored.
    pub(crate) instant: UnixTime,
    pub(crate) data: EventData,
}

/// What is known of the object.
#[derive(Clone, Default, Eq, PartialEq, Serialize)]
pub(crate) struct EventData {
    /// The rule, such as `uploads/avatar`; `None` if several rules can have made the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    /// The entry of `CALLERS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) caller: Option<String>,
    /// The caller among those of that entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    /// The name in `BUCKETS`.
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) size: u64,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) media_type: Option<String>,
    /// Without quotation marks.
    pub(crate) etag: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) receipt: Option<String>,
}

/// The members of the body, in the order of the specification.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    timestamp: String,
    data: &'a EventData,
}

impl Event {
    /// Returns the identifier of the event, `msg_` and 32 characters.
    ///
    /// It depends on the object alone: its bucket, key, `ETag` and the second in which it was stored. So a second confirm, a
    /// retry, and R2's own notification about the same object have the same one.
    #[must_use]
    pub fn id(&self) -> String {
        let EventData { bucket, key, etag, .. } = &self.data;
        let mut hash = Sha256::new();
        // No name of a bucket, no etag and no number has a line end; the key, which can have one, is last.
        hash.update(format!("{bucket}\n{etag}\n{}\n{key}", self.instant.as_secs()));
        let digest = hash.finalize();
        let half = digest.get(..24).unwrap_or_default();
        format!("msg_{}", BASE64_URL_SAFE_NO_PAD.encode(half))
    }

    /// Returns the rule, such as `uploads/avatar`; `None` if several rules can have made the key.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        self.data.rule.as_deref()
    }

    /// Returns the event in JSON.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it never panics")]
    pub fn to_json(&self) -> String {
        let timestamp = self.instant.to_string();
        let body = Body { r#type: UPLOAD_STORED, timestamp, data: &self.data };
        serde_json::to_string(&body).expect("texts and numbers are JSON")
    }

    /// Reads an event, such as a message of the queue. Unknown members are ignored.
    pub(super) fn from_object(event: &Map<String, Value>) -> Option<Self> {
        let data = event.get("data").and_then(Value::as_object)?;
        if text(event, "type", MAX_TEXT)? != UPLOAD_STORED {
            return None;
        }
        let optional = |name| text(data, name, MAX_TEXT).map(str::to_owned);
        Some(Self {
            instant: UnixTime::parse_rfc3339(text(event, "timestamp", MAX_TEXT)?)?,
            data: EventData {
                rule: optional("rule"),
                caller: optional("caller"),
                subject: optional("subject"),
                bucket: optional("bucket")?,
                key: optional("key")?,
                size: data.get("size")?.as_u64()?,
                media_type: optional("type"),
                etag: optional("etag")?,
                receipt: text(data, "receipt", MAX_RECEIPT).map(str::to_owned),
            },
        })
    }
}

/// Returns a member that is a text of at most `max` bytes.
#[inline(never)] // it is called for each member
pub(super) fn text<'a>(object: &'a Map<String, Value>, name: &str, max: usize) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| text.len() <= max)
}

/// Returns an `ETag` without quotation marks, so that those of an answer and of a notification are equal.
pub(crate) fn plain_etag(etag: &str) -> String {
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"').into()
}

/// Omits the subject, the key and the receipt.
impl core::fmt::Debug for EventData {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EventData").field("rule", &self.rule).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Event> {
        Event::from_object(&crate::strict_json::object(json.as_bytes())?)
    }

    fn event() -> Event {
        let data = EventData {
            rule: Some("uploads/avatar".into()),
            caller: Some("login".into()),
            subject: Some("ada".into()),
            bucket: "media".into(),
            key: "avatars/ada/1.png".into(),
            size: 48_213,
            media_type: Some("image/png".into()),
            etag: "9b2cf535f27731c974343645a3985328".into(),
            receipt: None,
        };
        Event { instant: UnixTime::from_secs(1_795_798_800), data }
    }

    #[test]
    fn is_the_json_of_the_specification() {
        assert_eq!(
            event().to_json(),
            r#"{"type":"upload.stored","timestamp":"2026-11-27T17:00:00Z","data":{"rule":"uploads/avatar","caller":"login","subject":"ada","bucket":"media","key":"avatars/ada/1.png","size":48213,"type":"image/png","etag":"9b2cf535f27731c974343645a3985328"}}"#
        );
    }

    #[test]
    fn reads_what_it_writes() {
        let full = event();
        let receipt = Some("a.b.c".into());
        let with_receipt = Event { data: EventData { receipt, ..full.data.clone() }, ..full };
        let least = EventData {
            bucket: "media".into(),
            key: "a/\n\"".into(),
            etag: "1".into(),
            ..EventData::default()
        };
        for event in [event(), with_receipt, Event { data: least, ..event() }] {
            assert_eq!(read(&event.to_json()).as_ref(), Some(&event));
        }
    }

    #[test]
    fn refuses_what_is_no_event() {
        let json = event().to_json();
        for (part, other) in [
            ("upload.stored", "upload.deleted"),
            ("2026-11-27T17:00:00Z", "yesterday"),
            ("48213", "-1"),
            (r#""key":"avatars/ada/1.png""#, r#""key":7"#),
            (r#""bucket":"media","#, ""),
            (r#""bucket":"media","#, r#""bucket":"media","bucket":"other","#),
        ] {
            assert_eq!(read(&json.replace(part, other)), None, "{other}");
        }
        for text in ["", "null", "[]", "{}", r#"{"data":[]}"#] {
            assert_eq!(read(text), None, "{text}");
        }
        let long = json.replace("avatars/ada", &"a".repeat(MAX_TEXT));
        assert_eq!(read(&long), None);
    }

    #[test]
    fn the_id_is_that_of_the_object_and_not_of_who_reports_it() {
        let known = event();
        let id = known.id();
        assert!(id.starts_with("msg_") && id.len() == 36 && !id.contains('.'), "{id}");
        let reported =
            EventData { rule: None, caller: None, subject: None, media_type: None, ..event().data };
        assert_eq!(Event { data: reported, ..event() }.id(), id);
        let later = Event { instant: event().instant.plus_secs(1), ..event() };
        let mut others = vec![later];
        for change in [
            |data: &mut EventData| data.bucket = "other".into(),
            |data: &mut EventData| data.key = "avatars/ada/2.png".into(),
            |data: &mut EventData| data.etag = "0".into(),
        ] {
            let mut other = event();
            change(&mut other.data);
            others.push(other);
        }
        for other in others {
            assert_ne!(other.id(), id);
        }
    }

    #[test]
    fn an_etag_has_no_quotation_marks() {
        for etag in ["\"abc-2\"", "W/\"abc-2\"", "abc-2"] {
            assert_eq!(plain_etag(etag), "abc-2");
        }
    }

    #[test]
    fn debug_shows_neither_key_nor_subject() {
        let shown = format!("{:?}", event());
        assert!(!shown.contains("ada"), "{shown}");
    }
}
