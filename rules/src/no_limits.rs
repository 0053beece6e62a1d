//! What stands for `limit` in a build without it: nothing is counted.

use crate::proofs::Proofs;
use crate::table::Entry;
use crate::{Caller, ConfigError, Feature, Stop};

#[derive(Clone, Debug)]
pub(crate) enum Limit {}

impl Limit {
    pub(crate) fn parse(entry: &Entry<'_>) -> Result<Self, ConfigError> {
        Err(Feature::Limits.missing_at(entry.place))
    }

    pub(crate) const fn count(
        &self,
        _: &str,
        _: Option<&Caller>,
        _: &Proofs<'_>,
    ) -> Result<(), Stop> {
        match *self {}
    }
}
