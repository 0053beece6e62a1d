//! Signature Version 2, for stores that know nothing newer.

#![expect(clippy::unused_self, reason = "to have one is to be in a build that can sign so")]

use crate::table::Place;
use signer::{Credentials, PostPolicy, Presign, PresignedPost, PresignedUrl, SignerV2, UnixTime};

use crate::ConfigError;

/// The signature before Version 4. It covers no file's size outside a form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct SignatureV2(());

impl SignatureV2 {
    /// A bucket at `place` asks for it.
    #[expect(clippy::unnecessary_wraps, reason = "a build without it refuses")]
    pub(crate) const fn asked_for(_place: Place<'_>) -> Result<Self, ConfigError> {
        Ok(Self(()))
    }

    pub(crate) fn post(
        self,
        policy: PostPolicy<'_>,
        by: &Credentials,
        now: UnixTime,
    ) -> PresignedPost {
        policy.sign_v2(&SignerV2::new(by, now))
    }

    pub(crate) fn url(
        self,
        request: &Presign<'_>,
        by: &Credentials,
        now: UnixTime,
    ) -> PresignedUrl {
        request.sign_v2(&SignerV2::new(by, now))
    }
}
