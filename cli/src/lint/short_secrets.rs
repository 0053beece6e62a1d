//! Secrets for `wrangler dev` that are too short. Those of the deployment cannot be read.

use alloc::collections::BTreeMap;

use rules::{Rules, Secret, Secrets, ShortSecret};

use crate::finding::Finding;

/// Checks the values in `.dev.vars`. No finding contains a value or its length.
pub(crate) fn short_secrets(rules: &Rules, dev_vars: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut secrets = Secrets::default();
    for name in rules.secrets() {
        if let Some(value) = dev_vars.get(name.as_str()) {
            secrets.insert(name.clone(), Secret::new(value));
        }
    }
    let finding = |ShortSecret { name, min }: &ShortSecret<'_>| {
        let name = name.as_str();
        Finding::warning("short-secret", "secrets")
            .says(format!("the value of {name} in .dev.vars is shorter than {min} bytes: rules that use it would answer 503"))
            .hint(format!("make a longer one with `openssl rand -hex 32`; the deployed {name} must be as long"))
    };
    rules.short_secrets(&secrets).iter().map(finding).collect()
}
