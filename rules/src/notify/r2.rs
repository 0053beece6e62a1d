//! Event notifications of R2, about objects that arrived without a confirm.
//!
//! Spec: <https://developers.cloudflare.com/r2/buckets/event-notifications/#message-format>

use serde_json::{Map, Value};
use signer::UnixTime;

use crate::notify::event::{Event, EventData, plain_etag, text};
use crate::rules::Rules;

/// The actions that store an object.
const STORING: [&str; 3] = ["PutObject", "CopyObject", "CompleteMultipartUpload"];

/// Longest text, in bytes. S3's keys have at most 1,024.
const MAX_TEXT: usize = 1_024;

/// Returns the event of a notification that an object was stored; `None` if no rule that sends events can have made its key, for
/// another action, and for anything else.
///
/// If several rules can have made the key, the event names neither rule nor caller.
pub(crate) fn event(message: &Map<String, Value>, rules: &Rules) -> Option<Event> {
    let object = message.get("object").and_then(Value::as_object)?;
    STORING.contains(&text(message, "action", MAX_TEXT)?).then_some(())?;
    let bucket = text(message, "bucket", MAX_TEXT)?;
    let key = text(object, "key", MAX_TEXT)?;
    let attribution = rules
        .attribute(key, |entry| entry.provider.has_bindings() && entry.bucket.name() == bucket)?;
    let data = EventData {
        bucket: attribution.sender.bucket.name.clone(),
        key: key.into(),
        size: object.get("size")?.as_u64()?,
        etag: plain_etag(text(object, "eTag", MAX_TEXT)?),
        ..EventData::default()
    };
    let data = match attribution.certain {
        Some((rule, origin)) => EventData {
            rule: Some(rule.access.rule().into()),
            caller: origin.entry.map(Into::into),
            subject: origin.subject.map(Into::into),
            ..data
        },
        None => data,
    };
    let instant = UnixTime::parse_rfc3339(text(message, "eventTime", MAX_TEXT)?)?;
    Some(Event { instant, data })
}
