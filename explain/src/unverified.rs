//! What a diagnosis without a cause leaves open.

use core::fmt;

use serde::Serialize;

use crate::context::Context;
use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;
use crate::explain::Case;
use crate::region;

/// What a diagnosis without a cause leaves open.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unverified {
    /// The signature: its secret is not known, or it cannot be computed.
    Signature,
    /// The bucket's region: neither the host nor the configuration names it.
    Region,
}

impl fmt::Display for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signature => "the signature",
            Self::Region => "the bucket's region",
        })
    }
}

impl Case<'_> {
    /// What was not compared, although no problem was found.
    pub(crate) fn unverified(&self, diagnosis: &Diagnosis) -> Vec<Unverified> {
        let Evidence { link, form, .. } = self.evidence;
        let Some(url) = link.as_ref().or(form.as_ref().map(|form| &form.url)) else {
            return Vec::new();
        };
        let Context { buckets, region, .. } = self.context;
        let is_region_known = region::is_known(url, buckets, region.as_deref());
        [
            (!diagnosis.is_signature_verified, Unverified::Signature),
            (!is_region_known && url.other_scheme().is_none(), Unverified::Region),
        ]
        .into_iter()
        .filter_map(|(is_unverified, what)| is_unverified.then_some(what))
        .collect()
    }
}
