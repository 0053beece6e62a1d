//! The issuer's metadata, by which a provider of temporary credentials finds its keys.
//!
//! Spec: <https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata>

use serde_json::{Map, Value};

use super::ID_TOKEN_ALGORITHMS;
use crate::bucket::entry::BucketEntry;
use crate::callers::tokens::algorithm::Algorithm;
use crate::rules::Rules;

impl Rules {
    /// Returns the metadata of the issuer, with what Amazon requires of it; `None` if no bucket in use has `web_identity`.
    /// There is no address at which a user could sign in.
    #[must_use]
    pub fn issuer_metadata(&self) -> Option<Value> {
        let issuer = self.issuer.as_ref().filter(|_| self.signs_id_tokens())?;
        let mut metadata = Map::new();
        let jwks_uri = format!("{}/.well-known/jwks.json", issuer.url());
        for (name, value) in [("issuer", issuer.url().to_owned()), ("jwks_uri", jwks_uri)] {
            metadata.insert(name.to_owned(), value.into());
        }
        let algorithms = ID_TOKEN_ALGORITHMS.map(Algorithm::name);
        for (name, values) in [
            ("response_types_supported", &["id_token"][..]),
            ("subject_types_supported", &["public"]),
            ("id_token_signing_alg_values_supported", &algorithms),
        ] {
            metadata.insert(name.to_owned(), values.into());
        }
        Some(metadata.into())
    }

    /// Returns whether a bucket in use gets its credentials by a token of the issuer.
    pub(crate) fn signs_id_tokens(&self) -> bool {
        self.buckets_in_use().any(BucketEntry::has_web_identity)
    }
}
