//! Checks forms and URLs signed with Signature Version 2.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html>

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::credential_claim::constant_time_eq;
use super::form_fields::Fields;
use super::headers::Headers;
use super::policy_document::PolicyDocument;
use super::query::Query;
use super::{VerifiedPost, VerifiedUrl, Verifier};
use crate::bucket::Bucket;
use crate::payload::Payload;
use crate::signature_v2::{RequestV2, is_subresource, resource, signature};
use crate::unix_time::UnixTime;
use crate::verify::{Place, ReceivedRequest, Refusal};

impl Verifier<'_> {
    /// Checks a form signed with Signature Version 2; parameters as for [`Verifier::post_form`].
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the reason.
    pub fn post_form_v2<'f>(
        &self,
        bucket: &str,
        fields: impl IntoIterator<Item = (&'f str, &'f str)>,
        filename: Option<&str>,
    ) -> Result<VerifiedPost, Refusal> {
        let fields = Fields::collect(fields)?;
        fields.check_presence(&["awsaccesskeyid", "signature"])?;
        let policy = fields.required("policy")?;
        self.check_access_key_id(fields.required("awsaccesskeyid")?)?;
        self.check_session_token(fields.get("x-amz-security-token"))?;
        if !constant_time_eq(&signature(self.credentials, policy), fields.required("signature")?) {
            return Err(Refusal::Signature);
        }
        let document = PolicyDocument::parse(policy)?;
        self.check_fields(fields, &document, bucket, filename, &["awsaccesskeyid", "signature"])
    }

    /// Checks a request that carries a signature of Version 2 in its query.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the reason.
    pub fn presigned_url_v2(
        &self,
        bucket: &Bucket,
        request: &ReceivedRequest<'_>,
    ) -> Result<VerifiedUrl, Refusal> {
        let query = Query::parse(request.query)?;
        self.check_access_key_id(query.required("AWSAccessKeyId")?)?;
        let token = query.get("x-amz-security-token")?;
        self.check_session_token(token)?;
        let expires = query.required("Expires")?;
        let expires_at = seconds(expires).ok_or_else(|| Refusal::Malformed {
            place: Place::Query,
            name: "Expires".into(),
            expected: "seconds since 1970",
        })?;

        let headers = Headers::collect(request.headers);
        let headers: Vec<_> =
            headers.iter().chain(token.map(|token| ("x-amz-security-token", token))).collect();
        let mut subresources: Vec<(String, String)> =
            query.iter().filter(|(name, _)| is_subresource(name)).cloned().collect();
        subresources.sort_unstable();
        let resource = resource(bucket, request.path, &subresources);
        let signed =
            RequestV2 { method: request.method, headers: &headers, expires, resource: &resource };
        if !constant_time_eq(
            &signature(self.credentials, &signed.to_string()),
            query.required("Signature")?,
        ) {
            return Err(Refusal::Signature);
        }
        if self.now >= expires_at {
            return Err(Refusal::Expired { at: expires_at });
        }
        Ok(VerifiedUrl { expires_at, payload: Payload::Unsigned })
    }

    fn check_access_key_id(&self, found: &str) -> Result<(), Refusal> {
        if found == self.credentials.access_key_id() { Ok(()) } else { Err(Refusal::AccessKeyId) }
    }
}

fn seconds(text: &str) -> Option<UnixTime> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits).map(UnixTime::from_secs)
}
