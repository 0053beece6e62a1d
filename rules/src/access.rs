//! Who may use a rule: callers and origins.

use alloc::collections::BTreeMap;

use crate::caller::{self, CallerKind};
use crate::origin;
use crate::table::Table;
use crate::{Caller, ConfigError, Denial, Origin, Secret, SecretName, Secrets};

/// The callers that a rule takes, and the pages that may ask.
#[derive(Clone, Debug)]
pub struct Access {
    callers: Vec<CallerKind>,
    origins: Vec<Origin>,
}

impl Access {
    pub(crate) fn parse(
        table: &mut Table<'_>,
        callers: &BTreeMap<String, CallerKind>,
    ) -> Result<Self, ConfigError> {
        let names = callers.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let expected = format!("names from CALLERS (there are: {names})");
        let entries = table.required("callers", &expected)?.non_empty_list(&expected)?;
        let known = |name: &str| callers.get(name).cloned();
        let callers =
            entries.iter().map(|entry| entry.parsed(&expected, known)).collect::<Result<_, _>>()?;
        let origins = match table.optional("origins") {
            Some(entry) => entry.list("a list of origins")?,
            None => Vec::new(),
        };
        let origins = origins.iter().map(|entry| entry.parsed(origin::EXPECTED, Origin::new));
        Ok(Self { callers, origins: origins.collect::<Result<_, _>>()? })
    }

    /// Pages that may ask.
    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The origin to answer to, if the request names one.
    ///
    /// A request without an origin comes from no page of another site: a link, or a program.
    ///
    /// # Errors
    ///
    /// [`Denial::OriginNotAllowed`] if the rule does not have it.
    pub fn origin(&self, asked: Option<&str>) -> Result<Option<&Origin>, Denial> {
        let Some(asked) = asked else { return Ok(None) };
        let origin = self.origins.iter().find(|origin| origin.as_str() == asked);
        origin.map(Some).ok_or(Denial::OriginNotAllowed)
    }

    /// Finds out who presents `token`.
    ///
    /// # Errors
    ///
    /// [`Denial::TokenMissing`] or [`Denial::TokenInvalid`] if it is nobody's, [`Denial::SecretMissing`] or
    /// [`Denial::SecretTooShort`] if the secret to compare it with is not as it must be.
    pub fn authenticate(
        &self,
        token: Option<&Secret>,
        secrets: &Secrets,
    ) -> Result<Caller, Denial> {
        caller::authenticate(&self.callers, token, secrets)
    }

    /// Whether every caller has a subject, so that `{caller}` always has a value.
    pub(crate) fn tells_callers_apart(&self) -> bool {
        self.callers.iter().all(CallerKind::has_subject)
    }

    pub(crate) fn secrets(&self) -> impl Iterator<Item = &SecretName> {
        self.callers.iter().filter_map(CallerKind::secret)
    }
}
