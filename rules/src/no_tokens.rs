//! What stands for `tokens` in a build without them: types of which there is no value, so that no code is left of what
//! would be done with one.

use signer::UnixTime;

use crate::proofs::Proofs;
use crate::secret_names::SecretNames;
use crate::segment::Segment;
use crate::stop::Stop;
use crate::table::Table;
use crate::{Caller, ConfigError, Feature, Secret, Secrets};

#[derive(Clone, Debug)]
pub(crate) enum Jwt {}

#[derive(Clone, Debug)]
pub(crate) enum Turnstile {}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Ticket {}

/// Nobody claims anything.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Claims(());

/// Nothing is fetched.
#[derive(Debug, Default)]
pub struct KeyCache;

fn missing(table: &Table<'_>) -> ConfigError {
    Feature::Tokens.missing(table.place, "kind")
}

impl Jwt {
    pub(crate) fn parse(table: &mut Table<'_>) -> Result<Self, ConfigError> {
        Err(missing(table))
    }

    pub(crate) fn parse_access(table: &mut Table<'_>) -> Result<Self, ConfigError> {
        Err(missing(table))
    }

    pub(crate) fn parse_ticket(table: &mut Table<'_>) -> Result<Self, ConfigError> {
        Err(missing(table))
    }

    pub(crate) const fn secrets(&self) -> Option<&SecretNames> {
        match *self {}
    }

    pub(crate) fn check(
        &self,
        _: &str,
        _: &Secret,
        _: &Proofs<'_>,
        _: &Secrets,
    ) -> Result<Caller, Stop> {
        match *self {}
    }
}

impl Turnstile {
    pub(crate) fn parse(table: &mut Table<'_>) -> Result<Self, ConfigError> {
        Err(missing(table))
    }

    pub(crate) const fn secrets(&self) -> &SecretNames {
        match *self {}
    }

    pub(crate) fn check(&self, _: &Proofs<'_>, _: &Secrets) -> Result<(), Stop> {
        match *self {}
    }
}

impl Ticket {
    pub(crate) const fn key(&self) -> Option<&str> {
        match *self {}
    }

    pub(crate) const fn media_type(&self) -> Option<&str> {
        match *self {}
    }

    pub(crate) const fn max_bytes(&self) -> Option<u64> {
        match *self {}
    }

    pub(crate) const fn ends(&self) -> UnixTime {
        match *self {}
    }
}

#[expect(clippy::unused_self, reason = "as if there could be some")]
impl Claims {
    pub(crate) const fn segment(&self, _: &str) -> Option<Segment> {
        None
    }
}
