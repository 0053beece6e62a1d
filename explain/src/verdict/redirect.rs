//! Verdicts for a wrong region or endpoint.

use super::{Allowed, SHAPE, Verdict};
use crate::cause::Code;
use crate::context::KnownBucket;
use crate::evidence::Evidence;
use crate::link::{Link, credential};
use crate::server_error::ServerError;
use crate::{mask, region};

/// The verdict if the error names the region that the server expects.
pub(super) fn wrong_region(
    server_error: &ServerError,
    evidence: &Evidence,
    buckets: &[KnownBucket],
) -> Option<Verdict> {
    let expected = server_error.region()?;
    let signed = signed_region(evidence)
        .or_else(|| server_error.signed_region().map(String::from))
        .filter(|signed| signed != expected);
    let bucket = KnownBucket::of(buckets, evidence, signed.as_deref());
    let expected = mask::short(expected);
    let fallback = match signed {
        Some(signed) => region::wrong_region(&mask::short(&signed), &expected, bucket),
        None => region::unknown_region(&expected, bucket),
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

pub(super) fn redirected(
    server_error: &ServerError,
    evidence: &Evidence,
    buckets: &[KnownBucket],
) -> Verdict {
    let endpoint =
        mask::short(server_error.field("Endpoint").unwrap_or("another endpoint")).into_owned();
    let signed = signed_region(evidence).unwrap_or_default();
    let bucket = KnownBucket::of(buckets, evidence, Some(&*signed).filter(|text| !text.is_empty()));
    let in_configuration = bucket.and_then(|bucket| set_endpoint(&endpoint, bucket));
    let allowed = Allowed::Only(&[Code::WrongRegion, Code::WrongHost]);
    if !signed.is_empty() && !endpoint.contains(&signed) {
        let message =
            format!("the signature is for the region {signed}, but the bucket is at {endpoint}");
        let hint = "configure the signer with the region in that endpoint's name";
        let hint = in_configuration.unwrap_or_else(|| hint.into());
        return Verdict::only(Code::WrongRegion, allowed, message, hint);
    }
    let hint = "configure the signer with that endpoint, without the bucket's name";
    let hint = in_configuration.unwrap_or_else(|| hint.into());
    Verdict::only(Code::WrongHost, allowed, format!("the bucket is at {endpoint}"), hint)
}

/// What to change in the configuration so that it names this endpoint: the endpoint itself, or the region that it follows from.
fn set_endpoint(endpoint: &str, bucket: &KnownBucket) -> Option<String> {
    let Some(setting) = &bucket.endpoint_setting else {
        let regions = rules::regions_of_host(endpoint);
        return regions.first().map(|region| region::set_region(region, Some(bucket)));
    };
    let host = endpoint.strip_prefix(&format!("{}.", bucket.name)).unwrap_or(endpoint);
    Some(format!("write endpoint = \"https://{host}\" at {setting}, and deploy"))
}
