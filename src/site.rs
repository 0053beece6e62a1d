//! The configuration of one Worker: its rules and secrets.

use core::cell::RefCell;

use rules::{
    BindingName, ConfigError, CredentialsRequest, Denial, EffectResult, KeyCache, Rules, Secret,
    SecretName, Secrets,
};
use serde_json::{Map, Value};
use signer::UnixTime;

/// The rules and the secrets of a Worker, read once from its environment.
#[derive(Debug)]
pub struct Site {
    rules: Result<Rules, Vec<ConfigError>>,
    secrets: Secrets,
    key_cache: RefCell<KeyCache>,
    missing_bindings: Vec<BindingName>,
    lacks_state: bool,
    headers: Vec<&'static str>,
    reads_country: bool,
}

impl Site {
    /// Reads the variables, then looks up the secrets that they name.
    #[must_use]
    pub fn new(vars: &Map<String, Value>, secret: impl Fn(&str) -> Option<String>) -> Self {
        let rules = Rules::parse(vars);
        let mut secrets = Secrets::default();
        if let Ok(rules) = &rules {
            for name in rules.secrets() {
                if let Some(value) = secret(name.as_str()) {
                    secrets.insert(name.clone(), Secret::new(value));
                }
            }
        }
        let headers = rules.as_ref().map(Rules::headers).unwrap_or_default();
        let reads_country = rules.as_ref().is_ok_and(Rules::reads_country);
        let (key_cache, missing_bindings) = (RefCell::default(), Vec::new());
        Self {
            rules,
            secrets,
            key_cache,
            missing_bindings,
            lacks_state: false,
            headers,
            reads_country,
        }
    }

    /// Returns the headers that some rule uses, besides those read for every request. Each read costs time.
    #[must_use]
    pub fn headers(&self) -> &[&'static str] {
        &self.headers
    }

    /// Returns whether some rule looks at the client's country.
    #[must_use]
    pub const fn reads_country(&self) -> bool {
        self.reads_country
    }

    /// Records which R2 bindings the environment lacks.
    #[must_use]
    pub fn with_bindings(self, has: impl Fn(&str) -> bool) -> Self {
        let names = self.rules().map(Rules::bindings).unwrap_or_default();
        let missing = names.into_iter().filter(|name| !has(name.as_str())).cloned().collect();
        Self { missing_bindings: missing, ..self }
    }

    /// Returns the R2 bindings that the configuration names and the environment lacks.
    #[must_use]
    pub fn missing_bindings(&self) -> &[BindingName] {
        &self.missing_bindings
    }

    /// Records whether the class of the objects that keep state is bound.
    #[must_use]
    pub fn with_state(self, is_bound: bool) -> Self {
        let lacks_state = !is_bound && self.rules().is_some_and(Rules::need_state);
        Self { lacks_state, ..self }
    }

    /// Returns whether a rule needs state, and the environment has no class of objects for it.
    #[must_use]
    pub const fn lacks_state(&self) -> bool {
        self.lacks_state
    }

    pub(crate) fn lacks(&self, binding: &BindingName) -> bool {
        self.missing_bindings.contains(binding)
    }

    /// Returns whether a rule lets a cache keep objects that are read through this binding.
    #[must_use]
    pub fn caches(&self, binding: &str) -> bool {
        self.rules().is_some_and(|rules| rules.caches(binding))
    }

    /// Returns the rules, or `None` if the configuration has errors.
    pub(crate) fn rules(&self) -> Option<&Rules> {
        self.rules.as_ref().ok()
    }

    pub(crate) const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Stores the result of a request for credentials.
    ///
    /// # Errors
    ///
    /// A line for the log if there are no new credentials.
    pub fn accept_credentials(
        &self,
        request: &CredentialsRequest,
        result: &EffectResult,
        now: UnixTime,
    ) -> Result<(), String> {
        let accepted = self.rules().map(|rules| rules.accept_credentials(request, result, now));
        accepted.unwrap_or(Ok(())).map_err(|failure| {
            format!("signpost: no new credentials for the bucket {}: {failure}", request.bucket)
        })
    }

    pub(crate) const fn key_cache(&self) -> &RefCell<KeyCache> {
        &self.key_cache
    }

    /// Returns the errors of the configuration, for the log.
    #[must_use]
    pub fn errors(&self) -> &[ConfigError] {
        self.rules.as_ref().err().map_or(&[], Vec::as_slice)
    }

    /// Returns the names of all secrets that are used, optional ones included.
    pub fn secret_names(&self) -> impl Iterator<Item = &str> {
        let names = self.rules().map(Rules::secrets).unwrap_or_default();
        names.into_iter().map(SecretName::as_str)
    }

    /// Returns the required secrets that the environment lacks.
    #[must_use]
    pub fn missing_secrets(&self) -> Vec<&SecretName> {
        self.rules().map(|rules| rules.missing_secrets(&self.secrets)).unwrap_or_default()
    }

    /// Returns why secrets that are set are refused: too short, or malformed.
    #[must_use]
    pub fn refused_secrets(&self) -> Vec<Denial> {
        self.rules().map(|rules| rules.refused_secrets(&self.secrets)).unwrap_or_default()
    }
}
