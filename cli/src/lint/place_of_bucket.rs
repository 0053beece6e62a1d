//! Buckets whose URL cannot be right, or whose signature is of yesterday.

use rules::Rules;
use serde_json::{Map, Value};
use signer::HttpUrl;

use super::exposure::is_plain;
use crate::configured::{Entry, entries};
use crate::finding::Finding;

/// Hosts that name their region: what stands before it, and after.
const REGIONAL: &[(&str, &str)] = &[
    ("s3.", ".amazonaws.com"),
    ("s3.dualstack.", ".amazonaws.com"),
    ("s3.", ".backblazeb2.com"),
    ("s3.", ".wasabisys.com"),
    ("s3.", ".scw.cloud"),
    ("s3.", ".io.cloud.ovh.net"),
    ("", ".digitaloceanspaces.com"),
    ("", ".your-objectstorage.com"),
];

pub(super) fn lint(rules: &Rules, vars: &Map<String, Value>) -> Vec<Finding> {
    let buckets = entries(vars, "BUCKETS");
    let each =
        |entry| [region(rules, entry), bucket_in_endpoint(entry), plain(entry), outdated(entry)];
    buckets.iter().flat_map(each).flatten().collect()
}

/// A signature names one region; the server behind the endpoint expects its own.
fn region(rules: &Rules, entry: &Entry<'_>) -> Option<Finding> {
    let endpoint = HttpUrl::parse(entry.text("endpoint")?)?;
    let (host, region) = (endpoint.host(), rules.region(entry.name)?.as_str());
    let expected = if host.ends_with(".r2.cloudflarestorage.com") {
        (!matches!(region, "auto" | "us-east-1")).then_some("auto")
    } else {
        let named = REGIONAL.iter().find_map(|(before, after)| {
            let middle = host.strip_prefix(before)?.strip_suffix(after)?;
            (!middle.contains('.') && !middle.is_empty()).then_some(middle)
        });
        named.filter(|named| *named != region)
    }?;
    let key = if entry.text("region").is_some() { "region" } else { "endpoint" };
    Some(
        Finding::error("wrong-region", entry.place_of(key))
            .says(format!(
                "signatures would be for {region:?}, but the endpoint {host} is of {expected:?}"
            ))
            .hint(format!(
                "write region = {expected:?}, or the endpoint of the bucket's own region"
            )),
    )
}

fn outdated(entry: &Entry<'_>) -> Option<Finding> {
    (entry.text("signature")? == "v2").then(|| {
        Finding::warning("outdated-signature", entry.place_of("signature"))
            .says("Signature Version 2 is outdated: HMAC-SHA1, no region, and no size of a PUT")
            .hint("leave the line out, unless the store knows nothing newer")
    })
}

fn bucket_in_endpoint(entry: &Entry<'_>) -> Option<Finding> {
    let (endpoint, name) = (entry.text("endpoint")?, entry.text("name")?);
    let endpoint = HttpUrl::parse(endpoint)?;
    let in_path = endpoint.path().trim_matches('/') == name;
    let inside = endpoint.host().starts_with(&format!("{name}.")) || in_path;
    inside.then(|| {
        Finding::error("wrong-endpoint", entry.place_of("endpoint"))
            .says(format!("the bucket {name:?} would stand in every URL twice"))
            .hint("write the endpoint without the bucket; `name` and `url_style` put it in")
    })
}

fn plain(entry: &Entry<'_>) -> Option<Finding> {
    is_plain(entry.text("endpoint")?).then(|| {
        Finding::warning("plain-http", entry.place_of("endpoint"))
            .says("files and signatures would travel where others can read them")
            .hint("use the endpoint's https:// address")
    })
}
