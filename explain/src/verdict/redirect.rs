//! Verdicts for a wrong region or endpoint.

use super::{Allowed, SHAPE, Verdict};
use crate::cause::Code;
use crate::evidence::Evidence;
use crate::link::{Link, credential};
use crate::server_error::ServerError;
use crate::{mask, region};

/// The verdict if the error names the region that the server expects.
pub(super) fn wrong_region(server_error: &ServerError, evidence: &Evidence) -> Option<Verdict> {
    let expected = server_error.region()?;
    let signed = signed_region(evidence)
        .or_else(|| server_error.signed_region().map(String::from))
        .filter(|signed| signed != expected);
    let fallback = match signed {
        Some(signed) => region::wrong_region(&mask::short(&signed), &mask::short(expected)),
        None => region::unknown_region(&mask::short(expected)),
    };
    Some(Verdict { allowed: SHAPE, fallback: Some(fallback) })
}

fn signed_region(evidence: &Evidence) -> Option<String> {
    let form = || {
        credential(evidence.form.as_ref().and_then(|form| form.field(&form.name_of("credential")))?)
    };
    let [_, _, region, ..] = evidence.link.as_ref().and_then(Link::credential).or_else(form)?;
    Some(region)
}

pub(super) fn redirected(server_error: &ServerError, evidence: &Evidence) -> Verdict {
    let endpoint =
        mask::short(server_error.field("Endpoint").unwrap_or("another endpoint")).into_owned();
    let signed = signed_region(evidence).unwrap_or_default();
    let allowed = Allowed::Only(&[Code::WrongRegion, Code::WrongHost]);
    if !signed.is_empty() && !endpoint.contains(&signed) {
        let message =
            format!("the signature is for the region {signed}, but the bucket is at {endpoint}");
        let hint = "configure the signer with the region in that endpoint's name";
        return Verdict::only(Code::WrongRegion, allowed, message, hint);
    }
    Verdict::only(
        Code::WrongHost,
        allowed,
        format!("the bucket is at {endpoint}"),
        "configure the signer with that endpoint, without the bucket's name",
    )
}
