//! What happens when the Worker learns that an upload has ended: a confirmation, a completed upload in parts, a form that it
//! received itself.

use rules::{Ambient, Blocked, Denial, Event, Results, StoredObject};

use crate::site::Site;

/// What an ended upload results in.
#[derive(Debug, Default)]
pub(crate) struct Uploaded {
    /// `None` if the configuration has no issuer.
    pub(crate) receipt: Option<String>,
    /// `None` if the rule sends no events.
    pub(crate) event: Option<Box<Event>>,
}

/// Returns the receipt and the event of a stored object.
///
/// It is called again after each effect that it asks for.
///
/// # Errors
///
/// [`Blocked::Pending`] if the receipt must be signed first, or the bucket be asked; [`Denial::IssuerUnavailable`] and the like.
#[inline(never)] // keeps rare code out of the functions that V8 compiles for all routes
pub(crate) fn uploaded(
    object: &StoredObject,
    site: &Site,
    results: &Results,
    ambient: Ambient,
) -> Result<Uploaded, Blocked<Denial>> {
    let Some(rules) = site.rules() else { return Ok(Uploaded::default()) };
    let receipt = rules.receipt(object, site.secrets(), results, ambient.now)?;
    event(object, receipt, site, results, ambient)
}

/// Returns the event of a stored object with this receipt, or with none if it cannot be made.
///
/// # Errors
///
/// [`Blocked::Pending`] if the bucket must be asked first.
#[inline(never)]
pub(crate) fn event(
    object: &StoredObject,
    receipt: Option<String>,
    site: &Site,
    results: &Results,
    ambient: Ambient,
) -> Result<Uploaded, Blocked<Denial>> {
    let Some(rules) = site.rules() else { return Ok(Uploaded::default()) };
    let event = rules.event(object, receipt.as_deref(), site.secrets(), results, ambient.now)?;
    Ok(Uploaded { receipt, event: event.map(Box::new) })
}
