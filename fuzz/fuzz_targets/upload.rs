//! Fuzzes requests for uploads. Laws: what is granted is what the rule permits, for exactly the size and type requested, on a
//! key below the rule's prefix; the same request is granted again. Each of several files gets the same grant as alone.
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
    let Some(answer) = send(body) else { return };
    let asked: Value = serde_json::from_slice(body).expect("only JSON is granted");
    let (Some(asked), Some(granted)) = (list(&asked), list(&answer)) else {
        return check(&asked, &answer);
    };
    assert_eq!(asked.len(), granted.len());
    assert!((1..=100).contains(&asked.len()), "{}", asked.len());
    for (asked, granted) in asked.iter().zip(granted) {
        if let Some(status) = granted.get("error").and_then(|error| error.get("status")) {
            assert!((400..500).contains(&status.as_u64().expect("a status")));
        } else {
            check(asked, granted);
            assert_eq!(send(asked.to_string().as_bytes()).as_ref(), Some(granted));
        }
    }
});

/// Returns the answer if something is granted.
fn send(body: &[u8]) -> Option<Value> {
    let headers = vec![("content-type", "application/json")];
    let request = Hostile { method: "POST", path: "/uploads/open", headers, body };
    SITE.with(|site| {
        let granted = answer(site, &request, nothing);
        if granted.status != 200 {
            assert!((400..500).contains(&granted.status), "{}", granted.status);
            return None;
        }
        assert_eq!(answer(site, &request, nothing).status, 200);
        Some(serde_json::from_str(&granted.body).expect("an answer is JSON"))
    })
}

fn list(value: &Value) -> Option<&Vec<Value>> {
    value.get("files").and_then(Value::as_array)
}

/// Checks what was granted for one file.
fn check(asked: &Value, granted: &Value) {
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let key = text(granted, "key").expect("a key");
    assert!(
        key.starts_with("open/abababab-abab-4bab-abab-abababababab/")
            && key.split('/').all(|segment| segment != ".."),
        "{key}"
    );
    let (by_form, by_put) = (granted.get("fields"), granted.get("headers"));
    assert_eq!(by_put.is_some(), asked.get("method").is_some_and(|method| !method.is_null()));
    if let Some(fields) = by_form {
        assert_eq!(text(fields, "key").as_deref(), Some(key.as_str()));
    }
    let size = asked.get("size").and_then(Value::as_u64).expect("a size");
    assert!((1..=5 << 30).contains(&size), "{size}");
    if let Some(headers) = by_put {
        assert_eq!(text(headers, "content-length"), Some(size.to_string()));
    }
    let signed = by_form.and_then(|fields| text(fields, "Content-Type"));
    let signed = signed.or_else(|| by_put.and_then(|headers| text(headers, "content-type")));
    let signed = signed.expect("a type").to_ascii_lowercase();
    let requested = text(asked, "type").expect("a type").to_ascii_lowercase();
    let folded: Vec<_> = requested.split(' ').filter(|word| !word.is_empty()).collect();
    assert_eq!(signed, folded.join(" "), "as it was sent, with spaces folded");
    assert!(signed.bytes().all(|b| matches!(b, b' '..=b'~')), "{signed}");
    // Whoever takes a comma for the end of a header finds no other type.
    let mut types = signed.split(',').map(|part| part.split(';').next().unwrap_or_default());
    assert!(matches!(types.next().map(str::trim), Some("image/png" | "text/plain")), "{signed}");
    assert!(types.all(|other| !other.contains('/')), "{signed}");
}
