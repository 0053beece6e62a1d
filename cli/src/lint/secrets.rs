//! Secrets that the rules use and the configuration does not declare.

use rules::{Rules, Secrets};
use serde_json::Value;

use crate::finding::Finding;
use crate::wrangler::Wrangler;

pub(super) fn lint(rules: &Rules, wrangler: &Wrangler<'_>) -> Vec<Finding> {
    let needed = rules.missing_secrets(&Secrets::default());
    let stored = wrangler.tables("secrets_store_secrets");
    let is_stored = |name: &String| {
        stored.iter().any(|table| table.get("binding") == Some(&Value::from(name.as_str())))
    };
    let needed = needed.into_iter().map(|name| name.as_str().to_owned());
    let needed: Vec<_> = needed.filter(|name| !is_stored(name)).collect();
    let Some(listed) = wrangler.required_secrets() else {
        if needed.is_empty() {
            return Vec::new();
        }
        let names = needed.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        let head = wrangler.env().map_or("[secrets]".into(), |env| format!("[env.{env}.secrets]"));
        return vec![
            Finding::warning("secrets-not-required", "secrets")
                .says("a deployment without its secrets would succeed, but answer with 503")
                .hint(format!("add {head} with required = [{names}]")),
        ];
    };
    let missing = needed.iter().filter(|name| !listed.contains(name));
    let finding = |name: &String| {
        Finding::error("secret-not-required", "secrets.required")
            .says(format!("{name} is used but not {}", wrangler.unlisted()))
            .hint(wrangler.secret_hint(name))
    };
    missing.map(finding).collect()
}
