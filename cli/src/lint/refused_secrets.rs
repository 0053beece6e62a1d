//! Secrets for `wrangler dev` that the Worker refuses. Those of the deployment cannot be read.

use alloc::collections::BTreeMap;

use rules::{Denial, Rules, Secret, Secrets};

use crate::finding::Finding;

/// Checks the values in `.dev.vars`. No finding contains a value or its length.
pub(crate) fn refused_secrets(rules: &Rules, dev_vars: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut secrets = Secrets::default();
    for name in rules.secrets() {
        if let Some(value) = dev_vars.get(name.as_str()) {
            secrets.insert(name.clone(), Secret::new(value));
        }
    }
    rules.refused_secrets(&secrets).iter().filter_map(finding).collect()
}

fn finding(denial: &Denial) -> Option<Finding> {
    match denial {
        Denial::SecretTooShort { name, min } => {
            let name = name.as_str();
            let finding = Finding::warning("short-secret", "secrets")
                .says(format!("the value of {name} in .dev.vars is shorter than {min} bytes: rules that use it would answer 503"))
                .hint(format!("make a longer one with `openssl rand -hex 32`; the deployed {name} must be as long"));
            Some(finding)
        }
        Denial::SecretMalformed { name, expected } => {
            let name = name.as_str();
            let finding = Finding::warning("malformed-secret", "secrets")
                .says(format!("the value of {name} in .dev.vars must be {expected}: rules that use it would answer 503"))
                .hint(format!("set it again, and look at the deployed {name} too; white space around a value does not matter"));
            Some(finding)
        }
        _ => None,
    }
}
