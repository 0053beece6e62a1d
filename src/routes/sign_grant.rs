//! Signs a grant to upload, for all routes.

use rules::{Blocked, Denial, Signed, SignedUpload, UploadGrant};

use crate::exchange::Exchange;
use crate::http::problem::Problem;
use crate::http::url::{Url, form_url};

/// Signs a grant and notes it in the record. A file for a bound bucket goes to the Worker itself.
pub(crate) fn sign_grant(
    grant: UploadGrant,
    exchange: Exchange<'_>,
) -> Result<Signed<SignedUpload>, Blocked<Problem>> {
    let secrets = exchange.secrets_for(grant.bucket())?;
    let base = exchange.request.url.base;
    let grant = if base == Url::NOWHERE { grant } else { grant.at_worker(base)? };
    let mut signed = grant.sign(secrets, exchange.ambient.now)?;
    if signed.confirm.is_some()
        && let Some(rules) = exchange.site.rules()
    {
        // Nobody should upload what cannot be confirmed.
        rules.check_issuer(exchange.site.secrets())?;
    }
    exchange.record.borrow_mut().granted(&signed.key, signed.ends_with);
    if let (SignedUpload::Post(post), Some(bucket)) = (&mut signed.output, &signed.bound_bucket) {
        if base == Url::NOWHERE {
            let why = "is required, since this bucket's forms are sent to Signpost itself".into();
            return Err(Denial::InvalidArgument { name: "url", why }.into());
        }
        post.url = form_url(base, bucket);
    }
    Ok(signed)
}
