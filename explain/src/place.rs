//! Whether the place is right: region and host, as the configuration or the host's own name has them.

use crate::link::credential;
use crate::{Cause, Code, Form, Home, Link};

/// A region in the credential that is not the bucket's.
pub(crate) fn link(link: &Link, homes: &[Home], region: Option<&str>) -> Vec<Cause> {
    let Some([_, _, signed, ..]) = link.credential() else { return Vec::new() };
    let home = homes.iter().find(|home| home.is_named_in(link));
    let expected = home.map(|home| home.region.as_str()).or(region).map(String::from);
    let expected = expected.or_else(|| of_host(&link.host));
    let wrong = expected
        .filter(|expected| *expected != signed)
        .map(|expected| wrong_region(&signed, &expected));
    wrong.into_iter().collect()
}

pub(crate) fn form(form: &Form, homes: &[Home], region: Option<&str>) -> Option<Cause> {
    let [_, _, signed, ..] = credential(form.field(&form.name_of("credential"))?)?;
    let home = homes.iter().find(|home| home.is_named_in(&form.url));
    let expected = home.map(|home| home.region.as_str()).or(region).map(String::from);
    let expected = expected.or_else(|| of_host(&form.url.host))?;
    (expected != signed).then(|| wrong_region(&signed, &expected))
}

pub(crate) fn wrong_region(signed: &str, expected: &str) -> Cause {
    let what = format!("it is signed for the region {signed}, and the bucket is in {expected}");
    Cause::new(Code::WrongRegion, what, format!("give the signer the bucket's region, {expected}"))
}

/// The region in a host's name, where it stands there for certain.
fn of_host(host: &str) -> Option<String> {
    if host.ends_with(".r2.cloudflarestorage.com") {
        return None; // R2 takes `auto` and `us-east-1`
    }
    let before = host.strip_suffix(".amazonaws.com")?;
    let region = before.rsplit("s3.").next().filter(|_| before.contains("s3."))?;
    let region = region.strip_prefix("dualstack.").unwrap_or(region);
    (region.contains('-') && !region.contains('.') && !region.starts_with("s3"))
        .then(|| region.into())
}

impl Home {
    /// Whether a URL names this bucket, in its host or in its path.
    fn is_named_in(&self, link: &Link) -> bool {
        let first = link.path.split('/').nth(1);
        let in_path = first == Some(self.name.as_str());
        in_path || link.host == self.host || link.host.starts_with(&format!("{}.", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_region_only_where_it_stands_for_certain() {
        for (host, region) in [
            ("media.s3.eu-west-1.amazonaws.com", Some("eu-west-1")),
            ("s3.us-east-2.amazonaws.com", Some("us-east-2")),
            ("media.s3.dualstack.eu-west-1.amazonaws.com", Some("eu-west-1")),
            ("media.s3.amazonaws.com", None),
            ("my-s3.media.example.com", None),
            ("0a1b.r2.cloudflarestorage.com", None),
        ] {
            assert_eq!(of_host(host).as_deref(), region, "{host}");
        }
    }
}
