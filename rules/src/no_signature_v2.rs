//! What stands for `signature_v2` in a build without it: there is no such signature.

use crate::table::Place;
use signer::{Credentials, PostPolicy, Presign, PresignedPost, PresignedUrl, UnixTime};

use crate::{ConfigError, Feature};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignatureV2 {}

impl SignatureV2 {
    pub(crate) fn asked_for(place: Place<'_>) -> Result<Self, ConfigError> {
        Err(Feature::Sigv2.missing(place, "signature"))
    }

    pub(crate) fn post(self, _: PostPolicy<'_>, _: &Credentials, _: UnixTime) -> PresignedPost {
        match self {}
    }

    pub(crate) fn url(self, _: &Presign<'_>, _: &Credentials, _: UnixTime) -> PresignedUrl {
        match self {}
    }
}
