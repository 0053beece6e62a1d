//! `/.well-known/openid-configuration`: the metadata by which a provider of temporary credentials finds the Worker's public keys.
//!
//! Spec: <https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig>

use super::jwks;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::site::Site;

/// The path, below that of Signpost, and so below the issuer's URL.
pub(crate) const PATH: &str = ".well-known/openid-configuration";

/// Answers with the metadata; returns `None` if no bucket has `web_identity`.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(site: &Site, request: &Request<'_>) -> Option<Answer> {
    let metadata = site.rules()?.issuer_metadata()?;
    Some(jwks::publish(request, Ok(metadata)))
}
