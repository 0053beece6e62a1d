//! The verdict for a browser that does not let the page read a response.

use super::{Allowed, Verdict};
use crate::cause::Code;
use crate::context::KnownBucket;
use crate::evidence::{Evidence, Redirect};
use crate::link::Link;
use crate::{mask, region};

/// A request that was signed for another region is answered without CORS headers, so that is a cause too.
const ALLOWED: Allowed = Allowed::Only(&[Code::Cors, Code::WrongRegion]);

/// The verdict if the browser received no response, or one that the page may not read.
pub(crate) fn cors(evidence: &Evidence, buckets: &[KnownBucket]) -> Verdict {
    if let Some(redirect) = &evidence.redirect {
        return redirected(redirect, evidence, buckets);
    }
    let origin = evidence.sent.as_ref().and_then(|sent| sent.header("origin"));
    let (message, hint) = if origin.as_deref() == Some("null") {
        (
            "the browser did not let the page read a response: the page has no origin (Origin: null), so the bucket's CORS rules cannot name it",
            "open the page by http:// or https:// instead of as a file, without a sandbox that lacks allow-same-origin; a redirect to another host has the same effect, so send the request to the final URL",
        )
    } else {
        (
            "the browser did not let the page read a response: the bucket's CORS rules lack this origin, method or header, or there was no response",
            "apply the output of `signpost cors` to the bucket; the browser's console names the missing header",
        )
    };
    Verdict::only(Code::Cors, ALLOWED, message, hint)
}

/// The verdict for a redirect, which browsers do not follow for a preflight. S3 redirects to the endpoint of the bucket's region.
fn redirected(redirect: &Redirect, evidence: &Evidence, buckets: &[KnownBucket]) -> Verdict {
    let url = evidence.link.as_ref().or(evidence.form.as_ref().map(|form| &form.url));
    let bucket = url.and_then(|url| KnownBucket::of_url(buckets, url));
    let regions =
        |url: &Link| rules::regions_of_host(&url.host).first().map(|&name| name.to_owned());
    let from = url.and_then(regions);
    let target = redirect.to.as_ref().filter(|to| url.is_none_or(|url| url.host != to.host));
    let to = target.and_then(regions).filter(|to| Some(to) != from.as_ref());
    if bucket.is_none() && from.is_none() && to.is_none() {
        return Verdict::only(
            Code::Cors,
            ALLOWED,
            format!(
                "the server redirects the request{}, and browsers do not follow a redirect of a preflight",
                host_of(target)
            ),
            "send the request to the URL that it is redirected to: often https instead of http, or another host",
        );
    }
    let sent_to = from.map(|from| format!(" in {from}")).unwrap_or_default();
    let message = format!(
        "the store redirects the request{}, because the bucket is not{}; browsers do not follow a redirect of a preflight, so CORS rules do not help",
        host_of(target),
        if sent_to.is_empty() { " at this endpoint".into() } else { sent_to },
    );
    let hint = match (to, bucket) {
        (Some(to), bucket) => region::set_region(&mask::short(&to), bucket),
        (None, Some(bucket)) => format!(
            "correct {}: the provider's console shows the bucket's region",
            bucket.endpoint_setting.as_ref().unwrap_or(&bucket.region_setting)
        ),
        (None, None) => {
            "configure the signer with the bucket's region, which the provider's console shows"
                .into()
        }
    };
    Verdict::only(Code::WrongRegion, ALLOWED, message, hint)
}

fn host_of(target: Option<&Link>) -> String {
    target.map(|url| format!(" to {}", mask::short(&url.host))).unwrap_or_default()
}
