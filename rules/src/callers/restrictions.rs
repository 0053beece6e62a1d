//! Restrictions of a rule: from where and when it may be used.

use signer::UnixTime;

use crate::callers::context::{AuthContext, Presented};
use crate::callers::countries::Countries;
use crate::callers::hours::Hours;
use crate::callers::networks::Networks;
use crate::config::error::ConfigError;
use crate::config::reader::TableReader;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;

/// From where and when a rule may be used. What is not set does not restrict it.
#[derive(Clone, Debug)]
pub(crate) struct Restrictions {
    pub(crate) networks: Option<Networks>,
    pub(crate) countries: Option<Countries>,
    pub(crate) hours: Option<Hours>,
}

impl Restrictions {
    /// Reads `networks`, `countries` and `hours`; `None` if none is set.
    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Option<Box<Self>>, ConfigError> {
        let networks = table.optional("networks").map(|entry| Networks::parse(&entry));
        let countries = table.optional("countries").map(|entry| Countries::parse(&entry));
        let hours = table.optional("hours").map(|entry| Hours::parse(&entry));
        if networks.is_none() && countries.is_none() && hours.is_none() {
            return Ok(None);
        }
        Ok(Some(Box::new(Self {
            networks: networks.transpose()?,
            countries: countries.transpose()?,
            hours: hours.transpose()?,
        })))
    }

    /// Checks where a request comes from and when, and returns when the rule's hours end, if it has any.
    ///
    /// A client whose address or country is unknown is in none of the rule's networks or countries.
    ///
    /// # Errors
    ///
    /// [`Denial::NetworkNotAllowed`], [`Denial::CountryNotAllowed`], [`Denial::OutsideHours`],
    /// [`Denial::HoursUnavailable`]; [`Blocked::Pending`] if the time zone must be looked up first.
    #[inline(never)] // most rules have none
    pub(crate) fn check(
        &self,
        context: &AuthContext<'_>,
    ) -> Result<Option<UnixTime>, Blocked<Denial>> {
        self.check_place(&context.presented)?;
        self.hours.as_ref().map(|hours| hours.check(context)).transpose()
    }

    /// Checks where a client is.
    ///
    /// # Errors
    ///
    /// [`Denial::NetworkNotAllowed`], [`Denial::CountryNotAllowed`].
    pub(crate) fn check_place(&self, client: &Presented<'_>) -> Result<(), Denial> {
        let is_within = |networks: &Networks| client.address.is_some_and(|it| networks.contain(it));
        if !self.networks.as_ref().is_none_or(is_within) {
            return Err(Denial::NetworkNotAllowed);
        }
        let is_in = |countries: &Countries| client.country.is_some_and(|it| countries.contain(it));
        if !self.countries.as_ref().is_none_or(is_in) {
            return Err(Denial::CountryNotAllowed);
        }
        Ok(())
    }
}
