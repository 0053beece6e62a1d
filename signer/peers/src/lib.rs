//! What the benches and the tests of this crate sign, with us and with each peer.

pub mod vectors;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;

pub const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub const REGION: &str = "eu-west-1";
pub const ENDPOINT: &str = "https://s3.eu-west-1.amazonaws.com";
pub const BUCKET: &str = "acme-media";
pub const KEY: &str = "avatars/2026/11/ada lovelace.png";
/// 2026-11-23T19:00:00Z
pub const NOW: u64 = 1_795_460_400;
pub const EXPIRES: u32 = 3_600;

/// What `aws-sigv4` signs, set up as S3 wants it.
pub struct AwsSigV4<'a> {
    pub method: &'a str,
    /// Percent-encoded, without the signature.
    pub url: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub region: &'a str,
    pub session_token: Option<&'a str>,
    pub now: u64,
    pub expires: u32,
}

impl AwsSigV4<'_> {
    /// The presigned URL.
    pub fn presign(&self) -> String {
        let token = self.session_token.map(str::to_owned);
        let credentials =
            AwsCredentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, token, None, "peers");
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(self.expires.into()));
        settings.excluded_headers = None;
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name("s3")
            .time(time(self.now))
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let headers = self.headers.iter().copied();
        let request =
            SignableRequest::new(self.method, self.url, headers, SignableBody::UnsignedPayload);
        let (instructions, _) = sign(request.unwrap(), &params).unwrap().into_parts();
        let mut request = http::Request::builder().uri(self.url).body(()).unwrap();
        instructions.apply_to_request_http1x(&mut request);
        request.uri().to_string()
    }
}

fn time(secs: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(secs)
}
