//! Reservations: what grants claim of a quota before they are signed.

use signer::UnixTime;

use super::caller_quota::{CallerQuota, RESERVE};
use crate::ambient::Ambient;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::keys::fill::uuid;
use crate::lifetime::Lifetime;
use crate::secret::Secrets;
use crate::state::quota::{Keep, QuotaCommand};
use crate::upload::confirm::ConfirmMode;
use crate::upload::grant::UploadGrant;

/// How long a reservation outlives its grant, in seconds: a request that arrives at the last moment takes time, and clocks differ.
pub(crate) const SLACK: u64 = 300;

/// What a grant counts against the quota of its caller. The grant cannot be signed before it is reserved.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) quota: CallerQuota,
    confirm: ConfirmMode,
    /// How long the reservation is kept, if not as for a file in one piece.
    keep: Option<Keep>,
    /// The identifier of the reservation, once there is one.
    pub(crate) id: Option<String>,
}

impl Counted {
    pub(crate) const fn new(quota: CallerQuota, confirm: ConfirmMode) -> Self {
        Self { quota, confirm, keep: None, id: None }
    }

    /// Keeps the reservation of an upload in parts until nobody can complete it any more.
    pub(crate) fn in_parts(self, lifetime: Lifetime, now: UnixTime) -> Self {
        Self { keep: Some(until(lifetime, now)), ..self }
    }

    /// Returns the reservation, so that it can be released.
    pub(crate) fn reservation(&self) -> Option<Reservation> {
        Some(Reservation { quota: self.quota.clone(), id: self.id.clone()? })
    }

    /// Returns how long the reservation of a file is kept that goes to the bucket itself. It counts at once, unless a confirmation can
    /// change that: of a file whose size is not known yet, or that is deleted if it is not what was granted.
    pub(crate) const fn keep_of_file(&self, is_exact: bool) -> Keep {
        match self.confirm {
            ConfirmMode::Off => Keep::Counted,
            ConfirmMode::Compare if is_exact => Keep::Counted,
            ConfirmMode::Compare | ConfirmMode::CompareAndDelete => Keep::Period,
        }
    }

    /// Returns the identifier of the reservation.
    ///
    /// # Errors
    ///
    /// [`Denial::StateUnavailable`] if nothing is reserved.
    pub(crate) fn reserved(&self) -> Result<&str, Denial> {
        self.id.as_deref().ok_or(Denial::StateUnavailable)
    }
}

/// A reservation of a grant.
#[derive(Clone, Debug)]
pub struct Reservation {
    pub(crate) quota: CallerQuota,
    pub(crate) id: String,
}

impl Reservation {
    /// Gives back reservations of one quota, since their grants have come to nothing. What cannot be given back counts.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first.
    pub fn release(all: Vec<Self>, results: &Results) -> Result<(), Blocked<Denial>> {
        let Some(quota) = all.first().map(|reservation| reservation.quota.clone()) else {
            return Ok(());
        };
        quota.release(all.into_iter().map(|reservation| reservation.id).collect(), results)
    }
}

/// A claim of one grant.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    pub(crate) counted: &'a mut Counted,
    /// The most that the grant permits, in bytes.
    pub(crate) bytes: u64,
    pub(crate) keep: Keep,
}

impl Claim<'_> {
    /// Reserves one claim.
    pub(crate) fn reserve(
        self,
        results: &Results,
        ambient: Ambient,
    ) -> Result<(), Blocked<Denial>> {
        reserve(vec![self], false, results, ambient)?
            .into_iter()
            .collect::<Result<(), _>>()
            .map_err(Blocked::from)
    }
}

/// Reserves claims on one quota, all at once: each that is within it, or either all or none.
fn reserve(
    claims: Vec<Claim<'_>>,
    all: bool,
    results: &Results,
    ambient: Ambient,
) -> Result<Vec<Result<(), Denial>>, Blocked<Denial>> {
    let Some(quota) = claims.first().map(|claim| claim.counted.quota.clone()) else {
        return Ok(Vec::new());
    };
    let file = |claim: &Claim<'_>| (uuid((ambient.random)()), claim.bytes, claim.keep);
    let command = QuotaCommand::Reserve { files: claims.iter().map(file).collect(), all };
    let reserved = quota.perform(RESERVE, command, results)?;
    let denial = Denial::QuotaExceeded { left: reserved.left };
    let mut ids = reserved.reserved.iter();
    let outcome = |claim: Claim<'_>| {
        claim.counted.id.clone_from(ids.next().unwrap_or(&None));
        claim.counted.id.as_ref().map(drop).ok_or_else(|| denial.clone())
    };
    Ok(claims.into_iter().map(outcome).collect())
}

/// Reserves what grants of one rule to one caller permit, if the rule has a quota; returns an outcome for each.
///
/// With `all`, either all are reserved or none is.
///
/// # Errors
///
/// [`Blocked::Pending`] if it must be performed first; a denial that concerns all of them, such as missing credentials,
/// [`Denial::StateNotBound`], [`Denial::StateUnavailable`].
pub fn reserve_each(
    grants: &mut [&mut UploadGrant],
    all: bool,
    (secrets, results): (&Secrets, &Results),
    ambient: Ambient,
) -> Result<Vec<Result<(), Denial>>, Blocked<Denial>> {
    for grant in grants.iter() {
        grant.check_signing(secrets, ambient.now)?;
    }
    let count = grants.len();
    let claims: Vec<_> = grants.iter_mut().filter_map(|grant| grant.claim(ambient.now)).collect();
    if claims.is_empty() {
        return Ok(vec![Ok(()); count]);
    }
    reserve(claims, all, results, ambient)
}

impl UploadGrant {
    /// Reserves what the grant permits, if its rule has a quota.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first; [`Denial::QuotaExceeded`], and as [`reserve_each`].
    pub fn reserve(
        &mut self,
        (secrets, results): (&Secrets, &Results),
        ambient: Ambient,
    ) -> Result<(), Blocked<Denial>> {
        let mut grants = [self];
        let outcomes = reserve_each(&mut grants, false, (secrets, results), ambient)?;
        outcomes.into_iter().collect::<Result<(), _>>().map_err(Blocked::from)
    }

    /// Returns what the grant claims of its quota; `None` if it has none, or has its reservation.
    fn claim(&mut self, now: UnixTime) -> Option<Claim<'_>> {
        let (bytes, is_exact) = (self.content_length, self.min_length == self.content_length);
        let is_received = self.is_received();
        let counted = self.counted.as_deref_mut().filter(|counted| counted.id.is_none())?;
        let keep = match counted.keep {
            Some(keep) => keep,
            None if is_received => until(self.lifetime, now),
            None => counted.keep_of_file(is_exact),
        };
        Some(Claim { counted, bytes, keep })
    }
}

/// Returns how long the reservation of a file is kept that the Worker itself receives: until none can arrive any more.
pub(crate) fn until(lifetime: Lifetime, now: UnixTime) -> Keep {
    Keep::Until(now.as_secs() + u64::from(lifetime.expires.as_secs()) + SLACK)
}
