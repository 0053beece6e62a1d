//! Messages of the queue, and where their events go.

use signer::UnixTime;

use crate::denial::Denial;
use crate::notify::Notify;
use crate::notify::event::Event;
use crate::notify::r2;
use crate::notify::webhook::Webhook;
use crate::rules::Rules;
use crate::secret::Secrets;
use crate::strict_json;
use crate::upload::rule::UploadRule;

/// Who reports an event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reporter {
    /// This Worker, which saw the upload end.
    Worker,
    /// R2, which knows neither type nor receipt.
    R2,
}

/// A message of the queue.
#[derive(Debug)]
pub struct Message {
    /// The event.
    pub event: Event,
    /// Who reports it.
    pub reporter: Reporter,
}

impl Rules {
    /// Reads a message of the queue: an event that this Worker sent, or a notification of R2.
    ///
    /// Returns `None` for what no rule has an address for: another action, an object that no rule can have made, anything else.
    #[must_use]
    pub fn read_message(&self, json: &str) -> Option<Message> {
        let message = strict_json::object(json.as_bytes())?;
        let (event, reporter) = match Event::from_object(&message) {
            Some(event) => (event, Reporter::Worker),
            None => (r2::event(&message, self)?, Reporter::R2),
        };
        self.address_of(&event).map(|_| Message { event, reporter })
    }

    /// Signs an attempt to deliver an event to its rule's address; `None` if no rule has an address for it.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`], [`Denial::SecretMalformed`].
    pub fn webhook(
        &self,
        event: &Event,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Option<Webhook>, Denial> {
        let address = self.address_of(event);
        address.map(|notify| Webhook::new(notify, event, secrets, now)).transpose()
    }

    /// Finds the address by the rule, or by bucket and key if the event names no rule. It is never part of a message.
    fn address_of(&self, event: &Event) -> Option<&Notify> {
        let data = &event.data;
        let rule = if let Some(rule) = &data.rule {
            self.uploads.get(rule.strip_prefix("uploads/")?)?
        } else {
            self.attribute(&data.key, |entry| entry.name == data.bucket)?.sender
        };
        rule.notify.as_deref()
    }
}

impl UploadRule {
    /// Returns whether the rule sends events.
    #[must_use]
    pub const fn sends_events(&self) -> bool {
        self.notify.is_some()
    }

    /// Checks that the rule can sign its events, if it sends any.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`], [`Denial::SecretMalformed`].
    pub fn check_notify(&self, secrets: &Secrets) -> Result<(), Denial> {
        self.notify.as_ref().map_or(Ok(()), |notify| notify.check(secrets))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::secret::Secret;
    use crate::secret_name::SecretName;

    const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OLD_KEY: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn rules(uploads: &Value) -> Rules {
        let vars = json!({
            "BUCKETS": {
                "media": { "provider": "r2", "name": "acme-media", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "MEDIA" },
                "s3": { "provider": "aws", "name": "acme-media", "region": "eu-west-1", "credentials": "S3" },
            },
            "CALLERS": { "login": { "kind": "bearer", "secret": "LOGIN" }, "shop": { "kind": "bearer", "secret": "SHOP" } },
            "UPLOADS": uploads,
        });
        let vars: Map<_, _> = vars.as_object().unwrap().clone();
        Rules::parse(&vars).unwrap()
    }

    fn rule(key: &str, notify: &Value) -> Value {
        let mut rule = json!({ "bucket": "media", "callers": ["login"], "key": key, "types": ["image/png"], "max_size": "5 MiB", "expires": "10 min" });
        if !notify.is_null() {
            rule["notify"] = notify.clone();
        }
        rule
    }

    fn url(path: &str) -> Value {
        format!("https://api.example.com/{path}").into()
    }

    fn notification(key: &str) -> Value {
        json!({
            "account": "3f4b7e3dcab231cbfdaa90a6a28bd548", "action": "PutObject", "bucket": "acme-media",
            "object": { "key": key, "size": 65536, "eTag": "c846ff7a18f28c2e262116d6e8719ef0" },
            "eventTime": "2024-05-24T19:36:44.379Z",
        })
    }

    fn read(rules: &Rules, message: &Value) -> Option<Event> {
        rules.read_message(&message.to_string()).map(|message| message.event)
    }

    fn secrets(values: &[(&str, &str)]) -> Secrets {
        let mut secrets = Secrets::default();
        for (name, value) in values {
            secrets.insert(SecretName::new(name).unwrap(), Secret::new(*value));
        }
        secrets
    }

    fn sent_to(rules: &Rules, event: &Event) -> String {
        let secrets = secrets(&[("WEBHOOK_SECRET", KEY)]);
        rules.webhook(event, &secrets, UnixTime::from_secs(1_795_808_400)).unwrap().unwrap().url
    }

    #[test]
    fn a_notification_of_r2_becomes_the_event_of_its_rule() {
        let rules = rules(
            &json!({ "avatar": rule("avatars/{caller}/{uuid}.{ext}", &url("a")), "doc": rule("docs/{filename}", &url("d")) }),
        );
        let event = read(&rules, &notification("avatars/ada/1.png")).unwrap();
        assert_eq!(
            event.to_json(),
            r#"{"type":"upload.stored","timestamp":"2024-05-24T19:36:44Z","data":{"rule":"uploads/avatar","caller":"login","subject":"ada","bucket":"media","key":"avatars/ada/1.png","size":65536,"etag":"c846ff7a18f28c2e262116d6e8719ef0"}}"#
        );
        assert_eq!(sent_to(&rules, &event), "https://api.example.com/a");
        let event = read(&rules, &notification("docs/x.pdf")).unwrap();
        assert_eq!(sent_to(&rules, &event), "https://api.example.com/d");
    }

    #[test]
    fn what_no_rule_sends_events_about_is_no_message() {
        let rules = rules(
            &json!({ "avatar": rule("avatars/{uuid}.{ext}", &url("a")), "silent": rule("silent/{uuid}", &Value::Null) }),
        );
        let change = |path: &str, value: Value| {
            let mut message = notification("avatars/1.png");
            *message.pointer_mut(path).unwrap() = value;
            message
        };
        assert!(read(&rules, &notification("avatars/1.png")).is_some());
        for action in ["CopyObject", "CompleteMultipartUpload"] {
            assert!(read(&rules, &change("/action", action.into())).is_some(), "{action}");
        }
        for other in [
            change("/action", "DeleteObject".into()),
            change("/action", "LifecycleDeletion".into()),
            change("/bucket", "other".into()),
            change("/object/key", "silent/1".into()),
            change("/object/key", "elsewhere/1.png".into()),
            change("/object/key", "a".repeat(1_025).into()),
            change("/object/size", (-1).into()),
            change("/object/eTag", Value::Null),
            change("/object", json!([])),
            change("/eventTime", "now".into()),
            Value::Null,
            json!("upload.stored"),
        ] {
            assert_eq!(read(&rules, &other), None, "{other}");
        }
        assert!(rules.read_message("{").is_none());
    }

    #[test]
    fn a_key_of_several_rules_names_none_and_goes_to_the_first_that_sends_events() {
        let rules = rules(&json!({
            "b-first": rule("files/{uuid}.{ext}", &url("first")),
            "c-second": rule("files/{filename}", &url("second")),
            "a-silent": rule("files/{stem}.png", &Value::Null),
        }));
        let event = read(&rules, &notification("files/1.png")).unwrap();
        let data = &event.data;
        assert_eq!((&data.rule, &data.caller, &data.subject), (&None, &None, &None));
        assert_eq!(sent_to(&rules, &event), "https://api.example.com/first");
        // Only the second can have made this one.
        let event = read(&rules, &notification("files/1")).unwrap();
        assert_eq!(event.data.rule.as_deref(), Some("uploads/c-second"));
    }

    #[test]
    fn a_bucket_of_another_provider_with_the_same_name_is_not_meant() {
        let mut other = rule("avatars/{uuid}.{ext}", &url("a"));
        other["bucket"] = "s3".into();
        assert_eq!(read(&rules(&json!({ "avatar": other })), &notification("avatars/1.png")), None);
    }

    #[test]
    fn an_address_in_a_message_has_no_effect() {
        let rules = rules(&json!({ "avatar": rule("avatars/{uuid}.{ext}", &url("a")) }));
        let event = read(&rules, &notification("avatars/1.png")).unwrap();
        let mut message: Value = serde_json::from_str(&event.to_json()).unwrap();
        message["url"] = "https://evil.example.com/".into();
        message["data"]["notify"] = "https://evil.example.com/".into();
        let read = rules.read_message(&message.to_string()).unwrap();
        assert_eq!((&read.event, read.reporter), (&event, Reporter::Worker));
        assert_eq!(sent_to(&rules, &read.event), "https://api.example.com/a");
        message["data"]["rule"] = "uploads/other".into();
        assert!(rules.read_message(&message.to_string()).is_none());
    }

    #[test]
    fn a_rotated_secret_signs_with_both() {
        let notify = json!({ "url": "https://api.example.com/a", "secret": ["NEW", "OLD"] });
        let rules = rules(&json!({ "avatar": rule("avatars/{uuid}.{ext}", &notify) }));
        let event = read(&rules, &notification("avatars/1.png")).unwrap();
        let now = UnixTime::from_secs(1_795_808_400);
        let signatures = |set: &[(&str, &str)]| {
            let webhook = rules.webhook(&event, &secrets(set), now).unwrap().unwrap();
            webhook.headers[3].1.clone()
        };
        let (new, old) = (signatures(&[("NEW", KEY)]), signatures(&[("OLD", OLD_KEY)]));
        assert_ne!(new, old);
        assert_eq!(signatures(&[("NEW", KEY), ("OLD", OLD_KEY)]), format!("{new} {old}"));
    }

    #[test]
    fn a_rule_that_cannot_sign_its_events_is_closed() {
        let rules = rules(
            &json!({ "avatar": rule("avatars/{uuid}.{ext}", &url("a")), "silent": rule("silent/{uuid}", &Value::Null) }),
        );
        let check = |set: &[(&str, &str)]| {
            rules
                .upload("avatar")
                .unwrap()
                .check_notify(&secrets(set))
                .map_err(|denial| denial.to_string())
        };
        assert_eq!(check(&[("WEBHOOK_SECRET", KEY)]), Ok(()));
        assert_eq!(check(&[]), Err("the secret WEBHOOK_SECRET is not set".into()));
        let malformed = "the secret WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes";
        assert_eq!(check(&[("WEBHOOK_SECRET", "hunter2")]), Err(malformed.into()));
        assert_eq!(rules.upload("silent").unwrap().check_notify(&Secrets::default()), Ok(()));
        let named =
            |names: Vec<&SecretName>| names.iter().any(|name| name.as_str() == "WEBHOOK_SECRET");
        assert!(named(rules.secrets()));
        assert!(named(rules.missing_secrets(&Secrets::default())));
        let refused = rules.refused_secrets(&secrets(&[("WEBHOOK_SECRET", "hunter2")]));
        assert_eq!(refused.iter().map(ToString::to_string).collect::<Vec<_>>(), [malformed]);
    }
}
