//! Requests to a security token service (STS), which gives out temporary credentials.
//!
//! Spec: <https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>

use alloc::string::String;

use crate::authorize::{Authorize, AuthorizedRequest};
use crate::bucket::{Bucket, InvalidBucket};
use crate::credentials::Credentials;
use crate::header::{HeaderName, HeaderValue};
use crate::operation::Method;
use crate::payload::Payload;
use crate::scope::Region;
use crate::signer::Signer;
use crate::unix_time::UnixTime;

/// A security token service: its URL and its region.
///
/// # Example: assume a role
///
/// ```
/// use signer::{Credentials, Region, TokenService, UnixTime};
///
/// let sts = TokenService::new("https://sts.eu-west-1.amazonaws.com", Region::new("eu-west-1")?)?;
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let body = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=ada&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo";
/// let request = sts.sign(body, &credentials, UnixTime::from_secs(1_451_347_200)); // 2015-12-29T00:00:00Z
///
/// assert_eq!((request.method.as_str(), &*request.url), ("POST", "https://sts.eu-west-1.amazonaws.com/"));
/// let names: Vec<_> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
/// assert_eq!(names, ["authorization", "content-type", "x-amz-content-sha256", "x-amz-date"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenService(Bucket);

impl TokenService {
    /// Combines an endpoint and a region. The endpoint may have a port and a base path.
    ///
    /// # Errors
    ///
    /// [`InvalidBucket::Endpoint`] if `endpoint` is not such a URL.
    pub fn new(endpoint: &str, region: Region) -> Result<Self, InvalidBucket> {
        Bucket::of_service(endpoint, region).map(Self)
    }

    /// Returns the URL to which requests are sent.
    ///
    /// Some requests need no signature: that of `AssumeRoleWithWebIdentity` contains a token instead.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.form_url()
    }

    /// Signs a POST whose body is a form: `Action=AssumeRole&Version=2011-06-15&...`. The service accepts it for 15 minutes.
    #[must_use]
    pub fn sign(&self, body: &str, credentials: &Credentials, now: UnixTime) -> AuthorizedRequest {
        let content_type = HeaderValue::made_by_signing("application/x-www-form-urlencoded".into());
        Authorize::of_bucket(Method::Post, &self.0, Payload::of(body.as_bytes()))
            .header(HeaderName::CONTENT_TYPE, content_type)
            .sign(&Signer::for_token_service(credentials, self.0.region(), now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What botocore 1.44.5 signs with `SigV4Auth(credentials, "sts", "eu-west-1")`.
    #[test]
    fn signs_as_botocore_does() {
        let body = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=ada&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo";
        for (endpoint, url, token, signature) in [
            (
                "https://sts.eu-west-1.amazonaws.com",
                "https://sts.eu-west-1.amazonaws.com/",
                None,
                "fc3c6e56e821025ea94f890c354f16df53dcdf530601ab805f3ea1d11ee64ecf",
            ),
            (
                "http://localhost:9000/base",
                "http://localhost:9000/base/",
                None,
                "fd76e7ee9ae253298adf4d5befa156206202dc70cd1d8463cc1ae2704d9add6a",
            ),
            (
                "https://sts.eu-west-1.amazonaws.com:443/",
                "https://sts.eu-west-1.amazonaws.com/",
                Some("token/+="),
                "53305401d055287563097b6c4693c205b90b4b0f47e8b1b5a89a6137bd80a74a",
            ),
        ] {
            let sts = TokenService::new(endpoint, Region::new("eu-west-1").unwrap()).unwrap();
            let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
            let mut credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", secret);
            if let Some(token) = token {
                credentials = credentials.with_session_token(token);
            }
            let request = sts.sign(body, &credentials, UnixTime::from_secs(1_451_347_200)); // 2015-12-29T00:00:00Z
            let (_, authorization) = request.headers.first().unwrap();
            assert_eq!((&*request.url, &*sts.url()), (url, url));
            assert!(authorization.as_str().ends_with(signature), "{}", authorization.as_str());
        }
    }
}
