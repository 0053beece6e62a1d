//! Secrets that a deployment would lack.

use rules::Rules;

use crate::configured::required_secrets;
use crate::finding::Finding;
use crate::wrangler::Wrangler;

pub(super) fn lint(rules: &Rules, wrangler: &Wrangler<'_>) -> Vec<Finding> {
    let needed = required_secrets(rules);
    let Some(listed) = wrangler.required_secrets() else {
        if needed.is_empty() {
            return Vec::new();
        }
        let names = needed.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        let head = wrangler.env().map_or("[secrets]".into(), |env| format!("[env.{env}.secrets]"));
        return vec![
            Finding::warning("secrets-not-required", "secrets")
                .says("a deployment without its secrets would succeed, and answer 503")
                .hint(format!("add {head} with required = [{names}]")),
        ];
    };
    let missing = needed.iter().filter(|name| !listed.contains(name));
    let finding = |name: &String| {
        Finding::error("secret-not-required", "secrets.required")
            .says(format!("{name} is used and not listed: `wrangler dev` does not load it, and a deployment without it succeeds"))
            .hint(format!("add {name:?} to [secrets].required"))
    };
    missing.map(finding).collect()
}
