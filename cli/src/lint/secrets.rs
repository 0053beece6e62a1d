//! Secrets that the rules use and `[secrets].required` does not list.

use rules::{Rules, Secrets};

use crate::finding::Finding;
use crate::wrangler::Wrangler;

pub(super) fn lint(rules: &Rules, wrangler: &Wrangler<'_>) -> Vec<Finding> {
    let needed = rules.missing_secrets(&Secrets::default());
    let needed: Vec<_> = needed.into_iter().map(|name| name.as_str().to_owned()).collect();
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
            .says(format!("{name} is used but not listed: `wrangler dev` would not load it, and a deployment without it would succeed"))
            .hint(format!("add {name:?} to [secrets].required"))
    };
    missing.map(finding).collect()
}
