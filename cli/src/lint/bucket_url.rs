//! Checks of buckets: wrong URLs or regions, plain HTTP, and outdated signatures.

use rules::BucketEntry;
use signer::HttpUrl;

use super::exposure::is_plain_http;
use crate::configured::Configured;
use crate::finding::Finding;

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let each = |bucket| {
        let place = configured.place_of_bucket(bucket);
        let findings = [
            region(bucket, &place, configured),
            bucket_in_endpoint(bucket, &place),
            plain_http(bucket, &place),
            outdated(bucket, &place),
        ];
        findings.into_iter().flatten()
    };
    configured.rules.buckets().flat_map(each).collect()
}

/// A region that is not that of the endpoint, so that the server rejects every signature.
fn region(bucket: &BucketEntry, place: &str, configured: &Configured) -> Option<Finding> {
    let host = HttpUrl::parse(bucket.endpoint())?.host();
    let region = bucket.bucket().region().as_str();
    let accepted = rules::regions_of_host(host);
    let expected = accepted.first().filter(|_| !accepted.contains(&region))?;
    let key = if configured.is_set(place, "region") { "region" } else { "endpoint" };
    Some(
        Finding::error("wrong-region", format!("{place}.{key}"))
            .says(format!(
                "the region is {region:?}, but the endpoint {host} has the region {expected:?}"
            ))
            .hint(format!("write region = {expected:?}, or the endpoint of the bucket's region")),
    )
}

fn outdated(bucket: &BucketEntry, place: &str) -> Option<Finding> {
    bucket.is_signed_with_version_2().then(|| {
        Finding::warning("outdated-signature", format!("{place}.signature"))
            .says("Signature Version 2 is outdated: it uses HMAC-SHA1, and signs neither the region nor the size of a PUT")
            .hint("leave the line out, unless the store does not support Version 4")
    })
}

fn bucket_in_endpoint(bucket: &BucketEntry, place: &str) -> Option<Finding> {
    let (endpoint, name) = (HttpUrl::parse(bucket.endpoint())?, bucket.bucket().name());
    let in_path = endpoint.path().trim_matches('/') == name;
    let inside = in_path || endpoint.host().starts_with(&format!("{name}."));
    inside.then(|| {
        Finding::error("wrong-endpoint", format!("{place}.endpoint"))
            .says(format!("every URL would contain the bucket {name:?} twice"))
            .hint("write the endpoint without the bucket; `name` and `url_style` add it")
    })
}

fn plain_http(bucket: &BucketEntry, place: &str) -> Option<Finding> {
    is_plain_http(bucket.endpoint()).then(|| {
        Finding::warning("plain-http", format!("{place}.endpoint"))
            .says("files and signatures would be sent unencrypted, so anyone on the network can read them")
            .hint("use the https:// URL of the endpoint")
    })
}
