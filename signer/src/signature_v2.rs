//! Signature Version 2, for stores that do not support Version 4.
//!
//! Amazon rejects it in regions opened since 2014 and for buckets created since June 2020.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html>

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hmac::Mac as _;
use percent_encoding::percent_decode_str;
use sha1::Sha1;

use crate::bucket::Bucket;
use crate::condition::Condition;
use crate::credentials::Credentials;
use crate::encode;
use crate::field_name::FieldName;
use crate::mac::keyed;
use crate::post_policy::{PostPolicy, PresignedPost};
use crate::presign::{Presign, PresignedUrl};
use crate::request::Request;
use crate::unix_time::UnixTime;

/// Credentials and an instant, to sign with Signature Version 2: HMAC-SHA1, without a region or day.
///
/// ```
/// use signer::{Bucket, Credentials, FormKey, ObjectKey, PostPolicy, Region, SignerV2, UnixTime, UrlStyle};
///
/// let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("us-east-1")?)?;
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// let key = FormKey::exact(&ObjectKey::new("avatars/ada.png")?)?;
/// let post = PostPolicy::new(&bucket, key, now.plus_secs(600)).sign_v2(&SignerV2::new(&credentials, now));
///
/// let names: Vec<_> = post.fields.iter().map(|(name, _)| name.as_ref()).collect();
/// assert_eq!(names, ["key", "AWSAccessKeyId", "policy", "signature"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SignerV2<'a> {
    credentials: &'a Credentials,
    now: UnixTime,
}

impl<'a> SignerV2<'a> {
    /// A signer for `now`.
    #[must_use]
    pub const fn new(credentials: &'a Credentials, now: UnixTime) -> Self {
        Self { credentials, now }
    }

    fn session_token(&self) -> Option<&str> {
        self.credentials.session_token_in(crate::dialect::Dialect::Amazon)
    }
}

/// The base64 of an HMAC-SHA1.
pub(crate) fn signature(credentials: &Credentials, string_to_sign: &str) -> String {
    let mut mac = keyed::<Sha1>(credentials.secret_access_key().as_bytes());
    mac.update(string_to_sign.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

impl PostPolicy<'_> {
    /// Signs the policy into the fields of a form with Signature Version 2. The form has no field `bucket`.
    #[must_use]
    pub fn sign_v2(self, signer: &SignerV2<'_>) -> PresignedPost {
        let (url, expiration) = (self.bucket().form_url(), self.expiration());
        let mut conditions = self.into_unsigned_conditions();
        let token = signer.session_token().map(String::from);
        conditions.extend(token.map(|value| Condition::Exact {
            field: FieldName::made_by_signing("x-amz-security-token"),
            value,
        }));
        let policy = PostPolicy::encode(expiration, &conditions);
        let signature = signature(signer.credentials, &policy);

        let id = String::from(signer.credentials.access_key_id());
        let signature_fields =
            [("AWSAccessKeyId", id), ("policy", policy), ("signature", signature)];
        let signature_fields = signature_fields.map(|(name, value)| (Cow::Borrowed(name), value));
        let fields = conditions.into_iter().filter_map(Condition::into_field);
        let fields = fields.filter(|(name, _)| name != "bucket").chain(signature_fields).collect();
        PresignedPost { url, fields }
    }
}

impl Presign<'_> {
    /// Signs the request into a URL with Signature Version 2, which covers only the headers `content-md5`,
    /// `content-type` and `x-amz-*`.
    #[must_use]
    pub fn sign_v2(&self, signer: &SignerV2<'_>) -> PresignedUrl {
        let expires = signer.now.plus_secs(self.expires.as_secs().into()).as_secs();
        let path = self.request.path();
        let mut headers = self.request.signed_headers();
        let token = signer.session_token();
        headers.extend(token.map(|token| ("x-amz-security-token", token)));
        let request = RequestV2 {
            method: self.request.method.as_str(),
            headers: &headers,
            expires: &expires.to_string(),
            resource: &resource(self.request.bucket, &path, &subresources(&self.request)),
        };
        let signature = signature(signer.credentials, &request.to_string());

        let mut url = format!("{}{path}?", self.request.bucket.as_origin());
        for (name, value) in &self.request.query {
            let equals = if value.is_empty() { "" } else { "=" };
            url.extend([name.as_str(), equals, value, "&"]);
        }
        let id = encode::query(signer.credentials.access_key_id());
        url.extend(["AWSAccessKeyId=", &id, "&Signature="]);
        encode::push_query(&mut url, &signature);
        if let Some(token) = token {
            url.push_str("&x-amz-security-token=");
            encode::push_query(&mut url, token);
        }
        url.extend(["&Expires=", &expires.to_string()]);
        self.presigned(url)
    }
}

/// The signed parts of a request. Displays as the string to sign.
pub(crate) struct RequestV2<'a> {
    pub(crate) method: &'a str,
    /// Names in lower case.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// In seconds since the epoch.
    pub(crate) expires: &'a str,
    pub(crate) resource: &'a str,
}

impl fmt::Display for RequestV2<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = |name| {
            let mut found = self.headers.iter().filter(|(header, _)| *header == name);
            found.next().map_or("", |(_, value)| *value)
        };
        let (md5, media_type) = (header("content-md5"), header("content-type"));
        write!(f, "{}\n{md5}\n{media_type}\n{}\n", self.method, self.expires)?;
        let mut amz: Vec<_> =
            self.headers.iter().filter(|(name, _)| name.starts_with("x-amz-")).collect();
        amz.sort_unstable();
        amz.iter().try_for_each(|(name, value)| writeln!(f, "{name}:{value}"))?;
        f.write_str(self.resource)
    }
}

/// `/bucket/key?partNumber=1&uploadId=x`, in either URL style.
pub(crate) fn resource(bucket: &Bucket, path: &str, subresources: &[(String, String)]) -> String {
    let mut resource = bucket.resource_prefix();
    resource.push_str(path);
    for (i, (name, value)) in subresources.iter().enumerate() {
        resource.extend([if i == 0 { "?" } else { "&" }, name]);
        if !value.is_empty() {
            resource.extend(["=", value]);
        }
    }
    resource
}

fn subresources(request: &Request<'_>) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let all = request.query.iter().map(|(name, value)| (decode(name), decode(value)));
    all.filter(|(name, _)| is_subresource(name)).collect()
}

/// Whether a query parameter is signed: only parameters that select an operation or change the response are.
pub(crate) fn is_subresource(name: &str) -> bool {
    matches!(
        name,
        "acl"
            | "cors"
            | "delete"
            | "lifecycle"
            | "location"
            | "logging"
            | "notification"
            | "partNumber"
            | "policy"
            | "requestPayment"
            | "restore"
            | "tagging"
            | "torrent"
            | "uploadId"
            | "uploads"
            | "versionId"
            | "versioning"
            | "versions"
            | "website"
            | "response-cache-control"
            | "response-content-disposition"
            | "response-content-encoding"
            | "response-content-language"
            | "response-content-type"
            | "response-expires"
    )
}
