//! Fuzzes messages of the queue. Laws: an event goes only to an address of the configuration, whatever the message says; the
//! webhook's body is an event that reads as the same one, with the same ID.
//!
//! Input: the message in JSON.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rules::{Rules, Secret, Secrets};
use serde_json::json;
use signer::UnixTime;

const A: &str = "https://a.example.com/";
const B: &str = "https://b.example.com/";

thread_local! {
    static RULES: LazyLock<Rules> = const { LazyLock::new(rules) };
}

fn rules() -> Rules {
    let rule = |key: &str, notify: Option<&str>| {
        let mut rule = json!({ "bucket": "notes", "callers": ["site", "other"], "key": key, "types": ["image/png"], "max_size": "1 MiB", "expires": "1 h" });
        if let (Some(notify), Some(rule)) = (notify, rule.as_object_mut()) {
            rule.insert("notify".into(), notify.into());
        }
        rule
    };
    let vars = json!({
        "BUCKETS": { "notes": { "provider": "r2", "name": "notes", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "NOTES" } },
        "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" }, "other": { "kind": "bearer", "secret": "OTHER_TOKEN" } },
        "UPLOADS": {
            "a": rule("a/{entry}/{caller}/{uuid}.{ext}", Some(A)),
            "b": rule("b/{stem}-{filename}", Some(B)),
            "silent": rule("b/{stem}-{stem}-{stem}-{uuid}", None),
        },
    });
    let vars = vars.as_object().expect("an object");
    Rules::parse(vars).expect("no errors")
}

fuzz_target!(|text: &str| {
    RULES.with(|rules| {
        let Some(message) = rules.read_message(text) else { return };
        let mut secrets = Secrets::default();
        for name in rules.secrets() {
            secrets.insert(name.clone(), Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        }
        let webhook = rules.webhook(&message.event, &secrets, UnixTime::from_secs(1_795_798_800));
        let webhook =
            webhook.expect("the secret is set").expect("a message that is read has an address");
        assert!([A, B].contains(&webhook.url.as_str()), "{}", webhook.url);
        let again = rules.read_message(&webhook.body).expect("the body is an event").event;
        assert_eq!(again, message.event);
        assert_eq!(again.id(), message.event.id());
        assert!(
            webhook
                .headers
                .iter()
                .all(|(_, value)| value.bytes().all(|b| b.is_ascii_graphic() || b == b' '))
        );
    });
});
