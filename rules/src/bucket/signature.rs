//! The signature version and the dialect of a bucket.

use signer::{
    Credentials, Dialect, PostPolicy, Presign, PresignedPost, PresignedUrl, Region, SignerV2,
    UnixTime,
};

use crate::bucket::provider::{Provider, Signatures};
use crate::bucket::signing_keys::SigningKeys;
use crate::config::error::ConfigError;
use crate::config::reader::TableReader;

/// The kind of signature that a bucket accepts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signature {
    V4(Dialect),
    /// Signature Version 2, for stores without version 4. It can limit the file's size only in a form.
    V2,
}

const VERSIONS: &str = r#""v4" or "v2""#;

impl Signature {
    pub(crate) fn parse(
        provider: &Provider,
        table: &mut TableReader<'_>,
    ) -> Result<Self, ConfigError> {
        let v4 = Self::V4(provider.dialect);
        let Some(entry) = table.optional("signature") else { return Ok(v4) };
        match (entry.text(VERSIONS)?, provider.signatures) {
            ("v4", _) => Ok(v4),
            ("v2", Signatures::V2AndV4) => Ok(Self::V2),
            ("v2", Signatures::V4Only) => Err(entry.problem(&format!(
                "{} does not accept Signature Version 2: remove this line",
                provider.name()
            ))),
            _ => Err(entry.expected(VERSIONS)),
        }
    }

    pub(crate) fn post(
        self,
        policy: PostPolicy<'_>,
        keys: &SigningKeys,
        credentials: &Credentials,
        region: &Region,
        now: UnixTime,
    ) -> PresignedPost {
        match self {
            Self::V4(dialect) => {
                keys.with(credentials, (region, dialect), now, |signer| policy.sign(signer))
            }
            Self::V2 => policy.sign_v2(&SignerV2::new(credentials, now)),
        }
    }

    pub(crate) fn url(
        self,
        request: &Presign<'_>,
        keys: &SigningKeys,
        credentials: &Credentials,
        region: &Region,
        now: UnixTime,
    ) -> PresignedUrl {
        match self {
            Self::V4(dialect) => {
                keys.with(credentials, (region, dialect), now, |signer| request.sign(signer))
            }
            Self::V2 => request.sign_v2(&SignerV2::new(credentials, now)),
        }
    }

    /// Returns the prefix of headers and fields with metadata.
    pub(crate) const fn metadata_prefix(self) -> &'static str {
        match self {
            Self::V4(Dialect::Google) => "x-goog-meta-",
            Self::V4(Dialect::Amazon) | Self::V2 => "x-amz-meta-",
        }
    }

    pub(crate) const fn is_v2(self) -> bool {
        matches!(self, Self::V2)
    }

    pub(crate) const fn is_google(self) -> bool {
        matches!(self, Self::V4(Dialect::Google))
    }
}
