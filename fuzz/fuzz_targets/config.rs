//! Fuzzes configurations. Laws: one with errors answers 503 everywhere and names a place for each error; one without errors
//! reads the same again.
//!
//! Input: the variables in JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signpost::Site;
use signpost_fuzz::{Hostile, answer, nothing};

fuzz_target!(|text: &str| {
    let Ok(vars) = rules::read_json(text) else { return };
    let Some(vars) = vars.as_object() else { return };
    let secret = |name: &str| Some(format!("a-secret-named-{name}-of-at-least-32-bytes"));
    let site = Site::new(vars, secret);
    let health =
        answer(&site, &Hostile { method: "GET", path: "/healthz", ..Hostile::default() }, nothing);
    assert_eq!(Site::new(vars, secret).errors().len(), site.errors().len());
    for error in site.errors() {
        assert!(!error.to_string().is_empty());
    }
    if !site.errors().is_empty() {
        assert_eq!(health.status, 503);
        let upload = answer(
            &site,
            &Hostile { method: "POST", path: "/uploads/a", ..Hostile::default() },
            nothing,
        );
        assert_eq!(upload.status, 503);
    }
});
