//! Fuzzes requests for an upload. Laws: what is granted is what the rule permits, for exactly the size and type requested, on a
//! key below the rule's prefix; the same request is granted again.
//!
//! Input: the body of `POST /uploads/{rule}`.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use signpost::Site;
use signpost_fuzz::{Hostile, answer, nothing};

thread_local! {
    static SITE: LazyLock<Site> = const { LazyLock::new(signpost_fuzz::site) };
}

fuzz_target!(|body: &[u8]| {
    let headers = vec![("content-type", "application/json")];
    let request = Hostile { method: "POST", path: "/uploads/open", headers, body };
    SITE.with(|site| {
        let granted = answer(site, &request, nothing);
        if granted.status != 200 {
            assert!((400..500).contains(&granted.status), "{}", granted.status);
            return;
        }
        let asked: Value = serde_json::from_slice(body).expect("only JSON is granted");
        let granted: Value = serde_json::from_str(&granted.body).expect("an answer is JSON");
        let text =
            |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let key = text(&granted, "key").expect("a key");
        assert!(
            key.starts_with("open/abababab-abab-4bab-abab-abababababab/")
                && key.split('/').all(|segment| segment != ".."),
            "{key}"
        );
        let fields = granted.get("fields").expect("a form");
        assert_eq!(text(fields, "key").as_deref(), Some(key.as_str()));
        let signed = text(fields, "Content-Type").expect("a type").to_ascii_lowercase();
        let requested = text(&asked, "type").expect("a type").to_ascii_lowercase();
        let folded: Vec<_> = requested.split(' ').filter(|word| !word.is_empty()).collect();
        assert_eq!(signed, folded.join(" "), "as it was sent, with spaces folded");
        assert!(signed.bytes().all(|b| matches!(b, b' '..=b'~')), "{signed}");
        // Whoever takes a comma for the end of a header finds no other type.
        let mut types = signed.split(',').map(|part| part.split(';').next().unwrap_or_default());
        assert!(
            matches!(types.next().map(str::trim), Some("image/png" | "text/plain")),
            "{signed}"
        );
        assert!(types.all(|other| !other.contains('/')), "{signed}");
        let size = asked.get("size").and_then(Value::as_u64).expect("a size");
        assert!((1..=5 << 30).contains(&size), "{size}");
        assert_eq!(answer(site, &request, nothing).status, 200);
    });
});
