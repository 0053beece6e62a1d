//! Checks the signed region against the configuration, or against the host's name.

use crate::cause::{Cause, Code};
use crate::context::KnownBucket;
use crate::evidence::Evidence;
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
    let bucket = KnownBucket::of_url(buckets, url);
    let accepted = accepted(url, bucket, region);
    let expected = accepted.first().filter(|_| !accepted.contains(&signed))?;
    Some(wrong_region(signed, expected, bucket))
}

/// Whether the bucket's region is known, so that [`link`] or [`form`] has compared it.
pub(crate) fn is_known(url: &Link, buckets: &[KnownBucket], region: Option<&str>) -> bool {
    !accepted(url, KnownBucket::of_url(buckets, url), region).is_empty()
}

/// The regions that a signature for the URL may name.
fn accepted<'r>(
    url: &'r Link,
    bucket: Option<&'r KnownBucket>,
    region: Option<&'r str>,
) -> Vec<&'r str> {
    match bucket.map(|bucket| bucket.region.as_str()).or(region) {
        Some(known) => vec![known],
        None => rules::regions_of_host(&url.host),
    }
}

pub(crate) fn wrong_region(signed: &str, expected: &str, bucket: Option<&KnownBucket>) -> Cause {
    let message =
        format!("the signature is for the region {signed}, but the bucket is in {expected}");
    Cause::new(Code::WrongRegion, message, set_region(expected, bucket))
}

/// The cause if the server names the bucket's region, and the signed one is unknown.
pub(crate) fn unknown_region(expected: &str, bucket: Option<&KnownBucket>) -> Cause {
    let message =
        format!("the signature is for another region than the bucket's, which is {expected}");
    Cause::new(Code::WrongRegion, message, set_region(expected, bucket))
}

/// What to do so that the signer uses this region.
pub(crate) fn set_region(expected: &str, bucket: Option<&KnownBucket>) -> String {
    match bucket {
        None => format!("configure the signer with the bucket's region, {expected}"),
        Some(bucket) if bucket.region == expected => format!(
            "{} is {expected} already: if the Worker signed this, deploy it again; otherwise configure the other signer with this region",
            bucket.region_setting
        ),
        Some(bucket) => {
            format!("write region = \"{expected}\" at {}, and deploy", bucket.region_setting)
        }
    }
}

impl KnownBucket {
    /// The bucket that a URL names.
    pub(crate) fn of_url<'b>(buckets: &'b [Self], url: &Link) -> Option<&'b Self> {
        buckets.iter().find(|bucket| bucket.is_named_in(url))
    }

    /// The bucket that a request or the server's error is about. An error that names no bucket is about the only configured
    /// bucket with the signed region.
    pub(crate) fn of<'b>(
        buckets: &'b [Self],
        evidence: &Evidence,
        signed: Option<&str>,
    ) -> Option<&'b Self> {
        let url = evidence.link.as_ref().or(evidence.form.as_ref().map(|form| &form.url));
        if let Some(url) = url {
            return Self::of_url(buckets, url);
        }
        let error = evidence.server_error.as_ref()?;
        if let Some(name) = error.field("BucketName").or_else(|| error.field("Bucket")) {
            return buckets.iter().find(|bucket| bucket.name == name);
        }
        let mut possible =
            buckets.iter().filter(|bucket| signed.is_none_or(|signed| bucket.region == signed));
        possible.next().filter(|_| possible.next().is_none())
    }

    /// Whether a URL names this bucket, in its host or in its path.
    fn is_named_in(&self, link: &Link) -> bool {
        let first = link.path.split('/').nth(1);
        // In virtual-hosted style, the path is only the key.
        let has_bucket_in_host =
            link.host.contains(".amazonaws.com") && !link.host.starts_with("s3");
        let in_path = first == Some(self.name.as_str()) && !has_bucket_in_host;
        in_path || link.host == self.host || link.host.starts_with(&format!("{}.", self.name))
    }
}
