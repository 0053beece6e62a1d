//! Checks the signed region against the configuration, or against the host's name.

use crate::cause::{Cause, Code};
use crate::context::KnownBucket;
use crate::form::Form;
use crate::link::{Link, credential};

/// The cause if the region in the link's credential is not the bucket's.
pub(crate) fn link(link: &Link, buckets: &[KnownBucket], region: Option<&str>) -> Option<Cause> {
    let [_, _, signed, ..] = link.credential()?;
    check(&signed, link, buckets, region)
}

/// The cause if the region in the form's credential is not the bucket's.
pub(crate) fn form(form: &Form, buckets: &[KnownBucket], region: Option<&str>) -> Option<Cause> {
    let [_, _, signed, ..] = credential(form.field(&form.name_of("credential"))?)?;
    check(&signed, &form.url, buckets, region)
}

fn check(signed: &str, url: &Link, buckets: &[KnownBucket], region: Option<&str>) -> Option<Cause> {
    let bucket = buckets.iter().find(|bucket| bucket.is_named_in(url));
    let accepted = match bucket.map(|bucket| bucket.region.as_str()).or(region) {
        Some(known) => vec![known],
        None => rules::regions_of_host(&url.host),
    };
    let expected = accepted.first().filter(|_| !accepted.contains(&signed))?;
    Some(wrong_region(signed, expected))
}

pub(crate) fn wrong_region(signed: &str, expected: &str) -> Cause {
    let message =
        format!("the signature is for the region {signed}, but the bucket is in {expected}");
    Cause::new(
        Code::WrongRegion,
        message,
        format!("configure the signer with the bucket's region, {expected}"),
    )
}

/// The cause if the server names the bucket's region, and the signed one is unknown.
pub(crate) fn unknown_region(expected: &str) -> Cause {
    let message =
        format!("the signature is for another region than the bucket's, which is {expected}");
    let hint = format!("configure the signer with the bucket's region, {expected}");
    Cause::new(Code::WrongRegion, message, hint)
}

impl KnownBucket {
    /// Whether a URL names this bucket, in its host or in its path.
    fn is_named_in(&self, link: &Link) -> bool {
        let first = link.path.split('/').nth(1);
        let in_path = first == Some(self.name.as_str());
        in_path || link.host == self.host || link.host.starts_with(&format!("{}.", self.name))
    }
}
