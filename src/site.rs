//! What one Worker is configured to be.

use rules::{ConfigError, Rules, Secret, SecretName, Secrets};
use serde_json::{Map, Value};

/// The rules and the secrets of a Worker, read once from its environment.
#[derive(Debug)]
pub struct Site {
    rules: Result<Rules, Vec<ConfigError>>,
    secrets: Secrets,
}

impl Site {
    /// Reads the variables, then looks up the secrets that they name.
    #[must_use]
    pub fn new(vars: &Map<String, Value>, secret: impl Fn(&str) -> Option<String>) -> Self {
        let rules = Rules::parse(vars);
        let mut secrets = Secrets::default();
        if let Ok(rules) = &rules {
            for name in rules.required_secrets().into_iter().chain(rules.optional_secrets()) {
                if let Some(value) = secret(name.as_str()) {
                    secrets.insert(name.clone(), Secret::new(value));
                }
            }
        }
        Self { rules, secrets }
    }

    /// The rules, or `None` if the configuration is not right.
    pub(crate) fn rules(&self) -> Option<&Rules> {
        self.rules.as_ref().ok()
    }

    pub(crate) const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// What is wrong with the configuration, for the owner's log.
    #[must_use]
    pub fn errors(&self) -> &[ConfigError] {
        self.rules.as_ref().err().map_or(&[], Vec::as_slice)
    }

    /// The required secrets that the environment lacks.
    #[must_use]
    pub fn missing_secrets(&self) -> Vec<&SecretName> {
        let required = self.rules().map(Rules::required_secrets).unwrap_or_default();
        required.into_iter().filter(|name| !self.secrets.contains(name)).collect()
    }
}
