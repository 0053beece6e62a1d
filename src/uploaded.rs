//! What happens when the Worker learns that an upload has ended: a confirmation, a completed upload in parts, a form that it
//! received itself.

use rules::{Ambient, Blocked, Denial, Results, StoredObject};

use crate::site::Site;

/// Returns the receipt of a stored object; `None` if the configuration has no issuer.
///
/// It is called again after each effect that it asks for.
///
/// # Errors
///
/// [`Blocked::Pending`] if the receipt must be signed first; [`Denial::IssuerUnavailable`] and the like.
#[inline(never)] // keeps rare code out of the functions that V8 compiles for all routes
pub(crate) fn uploaded(
    object: &StoredObject,
    site: &Site,
    results: &Results,
    ambient: Ambient,
) -> Result<Option<String>, Blocked<Denial>> {
    let Some(rules) = site.rules() else { return Ok(None) };
    rules.receipt(object, site.secrets(), results, ambient.now)
}
