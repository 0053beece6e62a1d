//! The issuer's metadata, by which a provider of temporary credentials finds its keys.
//!
//! Spec: <https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata>

use serde::Serialize;

use super::ID_TOKEN_ALGORITHMS;
use crate::bucket::entry::BucketEntry;
use crate::rules::Rules;

/// What Amazon requires of the metadata. There is no address at which a user could sign in.
#[derive(Debug, Serialize)]
pub struct IssuerMetadata<'a> {
    issuer: &'a str,
    jwks_uri: String,
    response_types_supported: [&'static str; 1],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 2],
}

impl Rules {
    /// Returns the metadata of the issuer; `None` if no bucket in use has `web_identity`.
    #[must_use]
    pub fn issuer_metadata(&self) -> Option<IssuerMetadata<'_>> {
        let issuer = self.issuer.as_ref().filter(|_| self.signs_id_tokens())?;
        Some(IssuerMetadata {
            issuer: issuer.url(),
            jwks_uri: format!("{}/.well-known/jwks.json", issuer.url()),
            response_types_supported: ["id_token"],
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: ID_TOKEN_ALGORITHMS.map(|each| each.name()),
        })
    }

    /// Returns whether a bucket in use gets its credentials by a token of the issuer.
    pub(crate) fn signs_id_tokens(&self) -> bool {
        self.buckets_in_use().any(BucketEntry::has_web_identity)
    }
}
