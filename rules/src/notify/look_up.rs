//! Looks at a stored object, for what its event says and whoever reports it does not know.

use alloc::sync::Arc;

use signer::{Expires, ObjectKey, UnixTime};

use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::lifetime::Lifetime;
use crate::notify::event::{Event, EventData, plain_etag};
use crate::rules::Rules;
use crate::secret::Secrets;
use crate::signing::GrantSigner;
use crate::upload::confirm::{ObjectHead, head_object};
use crate::upload::stored_object::StoredObject;

/// How long the request to the bucket is valid, in seconds.
const EXPIRES: Expires = Expires::from_secs(60).expect("at most 7 days");

impl Rules {
    /// Returns the event of an object that this Worker saw arrive; `None` if its rule sends no events.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if the bucket must be asked first. It is never refused.
    pub fn event(
        &self,
        object: &StoredObject,
        receipt: Option<&str>,
        secrets: &Secrets,
        results: &Results,
        now: UnixTime,
    ) -> Result<Option<Event>, Blocked<Denial>> {
        let rule = object.rule.strip_prefix("uploads/").and_then(|name| self.uploads.get(name));
        if rule.is_none_or(|rule| rule.notify.is_none()) {
            return Ok(None);
        }
        let data = EventData {
            rule: Some(object.rule.clone()),
            caller: Some(object.caller.clone()),
            subject: object.subject.clone(),
            bucket: object.bucket.clone(),
            key: object.key.clone(),
            size: object.size,
            media_type: Some(object.media_type.clone()),
            etag: plain_etag(&object.etag),
            receipt: receipt.map(Into::into),
        };
        if let Some(instant) = object.modified_at {
            return Ok(Some(Event { instant, data }));
        }
        let event = Event { instant: object.stored_at, data };
        self.look_up(event, secrets, results, now).map(Some)
    }

    /// Adds what the bucket says about the object of an event: its type, and when it was stored by the bucket's clock. If the
    /// object cannot be looked at, or is another one by now, the event remains as it is.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if the bucket must be asked first. It is never refused.
    pub fn look_up(
        &self,
        event: Event,
        secrets: &Secrets,
        results: &Results,
        now: UnixTime,
    ) -> Result<Event, Blocked<Denial>> {
        let head = match self.head_of(&event.data, secrets, results, now) {
            Ok(head) => head,
            Err(Blocked::Pending(effect)) => return Err(Blocked::Pending(effect)),
            Err(Blocked::Refused(_)) => return Ok(event),
        };
        if plain_etag(&head.etag) != event.data.etag {
            return Ok(event);
        }
        let media_type = Some(head.media_type).filter(|media_type| !media_type.is_empty());
        let data = EventData { media_type: event.data.media_type.or(media_type), ..event.data };
        Ok(Event { instant: head.modified_at, data })
    }

    fn head_of(
        &self,
        data: &EventData,
        secrets: &Secrets,
        results: &Results,
        now: UnixTime,
    ) -> Result<ObjectHead, Blocked<Denial>> {
        let bucket = self.buckets.get(&*data.bucket).ok_or(Denial::StoreUnavailable)?;
        let key = ObjectKey::new(data.key.clone()).map_err(Denial::InvalidKey)?;
        let signer = GrantSigner::new(Arc::clone(bucket), Lifetime::new(EXPIRES), secrets, now)?;
        head_object(&signer, &key, None, results, now)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::effect::Effect;
    use crate::effect::results::{EffectResult, Fetched};
    use crate::secret::Secret;
    use crate::secret_name::SecretName;

    const NOW: UnixTime = UnixTime::from_secs(1_795_798_800); // 2026-11-27T17:00:00Z

    fn rules(bound: bool) -> Rules {
        let mut bucket = json!({ "provider": "r2", "name": "acme-media", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "MEDIA" });
        if bound {
            bucket["binding"] = "MEDIA".into();
        }
        let rule = json!({
            "bucket": "media", "callers": ["site"], "key": "avatars/{uuid}", "types": ["image/png"], "max_size": "5 MiB", "expires": "10 min",
        });
        let mut sending = rule.clone();
        sending["notify"] = "https://api.example.com/hook".into();
        let vars = json!({
            "BUCKETS": { "media": bucket }, "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" } },
            "UPLOADS": { "avatar": sending, "silent": rule },
        });
        Rules::parse(vars.as_object().unwrap_or(&serde_json::Map::new())).unwrap()
    }

    fn secrets() -> Secrets {
        let mut secrets = Secrets::default();
        for (name, value) in [
            ("MEDIA_ACCESS_KEY_ID", "AKIDOWNACCESSKEY0001"),
            ("MEDIA_SECRET_ACCESS_KEY", "own-secret-access-key-of-a-bucket"),
        ] {
            secrets.insert(SecretName::new(name).unwrap(), Secret::new(value));
        }
        secrets
    }

    fn object(modified_at: Option<UnixTime>) -> StoredObject {
        StoredObject {
            id: "1".into(),
            rule: "uploads/avatar".into(),
            caller: "site".into(),
            subject: Some("ada".into()),
            bucket: "media".into(),
            key: "avatars/1".into(),
            size: 7,
            media_type: "image/png".into(),
            etag: "\"abc-2\"".into(),
            checksum: None,
            stored_at: NOW.plus_secs(9),
            modified_at,
        }
    }

    fn event(object: &StoredObject, bound: bool, answer: &EffectResult) -> (Option<Event>, u32) {
        let (rules, secrets, mut results) = (rules(bound), secrets(), Results::default());
        for asked in 0..2 {
            match rules.event(object, None, &secrets, &results, NOW) {
                Ok(event) => return (event, asked),
                Err(Blocked::Pending(effect)) => {
                    match &effect {
                        Effect::BucketRequest { method, url, .. } => {
                            assert_eq!(*method, "HEAD");
                            assert!(url.contains("/acme-media/avatars/1?"), "{url}");
                        }
                        Effect::HeadObject { binding, key } => {
                            assert_eq!((binding.as_str(), key.as_str()), ("MEDIA", "avatars/1"));
                        }
                        _ => panic!("another effect"),
                    }
                    results.insert(effect, answer.clone());
                }
                Err(Blocked::Refused(denial)) => panic!("{denial}"),
            }
        }
        panic!("asked twice")
    }

    fn answer(status: u16, etag: &str) -> EffectResult {
        let headers = [
            ("content-length", "7"),
            ("content-type", "image/gif"),
            ("etag", etag),
            ("last-modified", "Fri, 27 Nov 2026 16:59:58 GMT"),
            ("date", "Fri, 27 Nov 2026 17:00:03 GMT"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        EffectResult::Fetched(Fetched { status, headers, ..Fetched::default() })
    }

    #[test]
    fn an_object_that_the_bucket_has_described_needs_no_request() {
        let (event, asked) = event(&object(Some(NOW)), false, &EffectResult::Failed);
        let event = event.unwrap();
        assert_eq!((event.instant, event.data.etag.as_str(), asked), (NOW, "abc-2", 0));
    }

    /// The Worker's clock, and the second in which it asks, are no part of the event.
    #[test]
    fn the_time_of_an_upload_in_parts_is_that_of_the_bucket() {
        let (event, asked) = event(&object(None), false, &answer(200, "\"abc-2\""));
        let event = event.unwrap();
        assert_eq!((event.instant.to_string().as_str(), asked), ("2026-11-27T16:59:58Z", 1));
        assert_eq!(event.data.media_type.as_deref(), Some("image/png"), "as it was granted");
    }

    #[test]
    fn an_object_that_cannot_be_looked_at_still_has_an_event() {
        for answer in [
            answer(403, "\"abc-2\""),
            answer(404, ""),
            answer(503, ""),
            answer(200, "\"another\""),
            EffectResult::Failed,
        ] {
            let (event, _) = event(&object(None), false, &answer);
            assert_eq!(event.unwrap().instant, NOW.plus_secs(9));
        }
        for head in [EffectResult::Head(None), EffectResult::Failed] {
            assert_eq!(event(&object(None), true, &head).0.unwrap().instant, NOW.plus_secs(9));
        }
    }

    #[test]
    fn a_rule_without_notify_has_no_events() {
        for rule in ["uploads/silent", "uploads/nothing", "avatar"] {
            let other = StoredObject { rule: rule.into(), ..object(None) };
            assert_eq!(event(&other, false, &EffectResult::Failed), (None, 0));
        }
    }

    #[test]
    fn a_type_is_added_where_nobody_knows_it() {
        let (rules, secrets, mut results) = (rules(false), secrets(), Results::default());
        let (reported, _) = event(&object(Some(NOW)), false, &EffectResult::Failed);
        let reported = reported.unwrap();
        let unknown = EventData { media_type: None, ..reported.data.clone() };
        let unknown = Event { data: unknown, ..reported };
        let Err(Blocked::Pending(effect)) = rules.look_up(unknown.clone(), &secrets, &results, NOW)
        else {
            panic!("it asks")
        };
        results.insert(effect, answer(200, "\"abc-2\""));
        let event = rules.look_up(unknown, &secrets, &results, NOW).unwrap();
        assert_eq!(event.data.media_type.as_deref(), Some("image/gif"));
        let value: Value = serde_json::from_str(&event.to_json()).unwrap();
        assert_eq!(value["data"]["type"], "image/gif");
    }
}
