//! A PUT where the bucket takes forms, for clients that cannot send a form, such as apps for phones.
//!
//! A form's policy covers every field. A signed URL cannot forbid a header, and S3 stores some of them with the object. So that such
//! a PUT permits no more than the form, it also signs a value for each of these headers.

use signer::HeaderValue;

use crate::denial::Denial;
use crate::upload::attributes::AttributeName;
use crate::upload::grant::UploadGrant;
use crate::upload::rule::UploadRule;

/// The headers that S3 stores and browsers follow, with values that change nothing. `Cache-Control` takes precedence over `Expires`.
const NEUTRAL: [(&str, &str); 3] = [
    ("cache-control", "no-cache"),
    ("content-disposition", "inline"),
    ("content-encoding", "identity"),
];

/// The last of [`NEUTRAL`], which Google documents only for compressed objects.
const NOT_AT_GOOGLE: &str = "content-encoding";

impl UploadRule {
    /// Makes a PUT of what was granted, since the client asked for one.
    ///
    /// # Errors
    ///
    /// [`Denial::NoPut`] if a signed URL cannot fix the size.
    #[inline(never)] // keeps rare code out of the function that V8 compiles for all uploads
    pub(crate) fn put_on_request(&self, grant: UploadGrant) -> Result<UploadGrant, Denial> {
        if !self.takes_forms() {
            return Ok(grant);
        }
        let grant = grant.by_put()?;
        if grant.is_put_to_worker() {
            // The Worker stores no header that is not signed.
            return Ok(grant);
        }
        let is_google = grant.bucket.signature.is_google();
        let neutral = NEUTRAL.iter().filter(|(name, _)| !is_google || *name != NOT_AT_GOOGLE);
        let attributes = neutral.fold(grant.attributes, |attributes, (name, value)| {
            let name = AttributeName::new(name).expect("a valid name");
            attributes.or(name.with(HeaderValue::new(value).expect("a valid value")))
        });
        Ok(UploadGrant { attributes, ..grant })
    }
}
