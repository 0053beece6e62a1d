//! What counts: uploads against the quota of their caller, and forms that are valid once.

mod arrival;
mod caller_quota;
mod claim;
mod form_field;
mod limits;

pub use self::arrival::Arrival;
pub(crate) use self::arrival::Counting;
pub(crate) use self::caller_quota::CallerQuota;
pub(crate) use self::claim::{Claim, Counted, until};
pub use self::claim::{Reservation, reserve_each};
pub(crate) use self::form_field::sign_form;
pub(crate) use self::limits::{quota, single_use};
