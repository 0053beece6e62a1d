//! Signs a grant to upload, for all routes.

use rules::{Blocked, Denial, Reservation, Signed, SignedUpload, UploadGrant, reserve_each};

use crate::exchange::Exchange;
use crate::http::problem::Problem;
use crate::http::url::{Url, form_url};

/// Signs a grant and notes it in the record. A file for a bound bucket goes to the Worker itself.
#[inline(never)] // called in many places
pub(crate) fn sign_grant(
    mut grant: UploadGrant,
    exchange: Exchange<'_>,
) -> Result<Signed<SignedUpload>, Blocked<Problem>> {
    let secrets = exchange.secrets_for(grant.bucket())?;
    let base = exchange.request.url.base;
    if base != Url::NOWHERE {
        grant.set_worker(base)?;
    }
    if grant.is_counted() && grant.reservation().is_none() {
        reserve(&mut [&mut grant], false, exchange)?.into_iter().collect::<Result<(), _>>()?;
    }
    let mut signed = grant.sign(secrets, exchange.ambient.now)?;
    if signed.confirm.is_some() {
        check_issuer(exchange)?;
    }
    exchange.record.borrow_mut().granted(&signed.key, signed.ends_with);
    if let (SignedUpload::Post(post), Some(bucket)) = (&mut signed.output, &signed.bound_bucket) {
        check_url(exchange)?;
        post.url = form_url(base, bucket);
    }
    Ok(signed)
}

/// Reserves what grants of one rule permit, last before they are signed, so that a refused request uses nothing; returns an outcome for
/// each. With `all`, either all are reserved or none is.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all uploads
pub(crate) fn reserve(
    grants: &mut [&mut UploadGrant],
    all: bool,
    exchange: Exchange<'_>,
) -> Result<Vec<Result<(), Denial>>, Blocked<Problem>> {
    let Some(first) = grants.first() else { return Ok(Vec::new()) };
    let secrets = exchange.secrets_for(first.bucket())?;
    if first.is_confirmed() {
        check_issuer(exchange)?;
    }
    if first.is_received() {
        check_url(exchange)?;
    }
    for grant in grants.iter_mut().filter(|grant| grant.is_received()) {
        grant.set_worker(exchange.request.url.base)?;
    }
    let reserved = reserve_each(grants, all, (secrets, exchange.request.results), exchange.ambient);
    reserved.map_err(|blocked| blocked.map(Problem::from))
}

/// Gives back reservations, whose grants have come to nothing, and returns the problem.
pub(crate) fn give_back(
    reservations: Vec<Reservation>,
    problem: Problem,
    exchange: Exchange<'_>,
) -> Blocked<Problem> {
    match Reservation::release(reservations, exchange.request.results) {
        Err(Blocked::Pending(effect)) => Blocked::Pending(effect),
        Ok(()) | Err(Blocked::Refused(_)) => problem.into(),
    }
}

/// Nobody should upload what cannot be confirmed.
fn check_issuer(exchange: Exchange<'_>) -> Result<(), Denial> {
    exchange.site.rules().map_or(Ok(()), |rules| rules.check_issuer(exchange.site.secrets()))
}

fn check_url(exchange: Exchange<'_>) -> Result<(), Denial> {
    if exchange.request.url.base == Url::NOWHERE {
        let why = "is required, since this bucket's forms are sent to Signpost itself".into();
        return Err(Denial::InvalidArgument { name: "url", why });
    }
    Ok(())
}
