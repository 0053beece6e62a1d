//! `/files/{bucket}/{key}?X-Amz-...`: a presigned URL of the Worker's own host.

use error_code::ErrorCode;
use percent_encoding::percent_decode_str;
use rules::{
    ACTIVE_CONTENT, ActiveContent, Denial, DownloadRule, RULE, RequestHeaders, ServedBucket,
    Unverified,
};
use signer::{HttpUrl, ObjectKey, ReceivedRequest};

use super::presentation::{
    CacheControl, Presentation, is_header_value, overridden_header, secs_left,
};
use crate::exchange::Exchange;

/// A link whose signature is valid now.
pub(crate) struct Link {
    pub(crate) key: ObjectKey,
    pub(crate) presentation: Presentation,
    /// How long a cache may keep the object, in seconds.
    pub(crate) cache_secs: Option<u32>,
}

/// Why a link is refused: the code, and a sentence.
pub(crate) type Refusal = (ErrorCode, String);

impl Link {
    /// Checks a link to `path` in the bucket. `path` is still percent-encoded.
    ///
    /// # Errors
    ///
    /// S3's code for the reason.
    pub(crate) fn verify(
        bucket: ServedBucket<'_>,
        path: &str,
        headers: &RequestHeaders,
        exchange: Exchange<'_>,
    ) -> Result<Self, Refusal> {
        let Exchange { site, request, ambient, .. } = exchange;
        let parameters = parameters(request.url.query)?;
        if !parameters.iter().all(|(name, _)| is_known(name)) {
            return Err(of_unverified(&Unverified::NotTheObject));
        }
        let base = HttpUrl::parse(request.url.base).ok_or_else(not_signed)?;
        // A proxy may have replaced `Host`, and a request of another Worker has none.
        let others = headers.iter().filter(|(name, _)| *name != "host");
        let headers: Vec<_> = others.chain([("host", base.authority())]).collect();
        let full_path = [base.path().trim_end_matches('/'), request.url.path].concat();
        let received = ReceivedRequest {
            method: request.method,
            path: &full_path,
            query: request.url.query,
            headers: &headers,
        };
        let verified = bucket.verify(&received, site.secrets(), ambient.now);
        let verified = verified.map_err(|unverified| of_unverified(&unverified))?;
        let rule = named_rule(bucket, &parameters, exchange)?;
        let secs = secs_left(verified.expires_at, ambient.now);
        let with_checksums = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let with_checksums = with_checksums
            .chain(headers.iter().copied())
            .any(|(name, value)| asks_for_checksums(name, value));
        Ok(Self {
            key: key(path)?,
            cache_secs: rule.and_then(DownloadRule::cache_secs),
            presentation: Presentation {
                overrides: overrides(&parameters)?,
                active_content: active_content(&parameters),
                cache_control: CacheControl::UntilExpiry { secs },
                with_checksums,
            },
        })
    }
}

/// Returns the rule that the link names, if it can be used where the client is. A link that its owner signed by other means need not
/// name one.
fn named_rule<'a>(
    bucket: ServedBucket<'a>,
    parameters: &[(String, String)],
    exchange: Exchange<'_>,
) -> Result<Option<&'a DownloadRule>, Refusal> {
    let denied = |denial: Denial| (ErrorCode::AccessDenied, denial.to_string());
    let mut found = None;
    // Each of several names restricts the link.
    for (_, name) in parameters.iter().filter(|(name, _)| name == RULE) {
        let rule = bucket.rule(name).map_err(denied)?;
        rule.access().check_place(&exchange.request.client()).map_err(denied)?;
        found = Some(rule);
    }
    Ok(found)
}

/// Decodes the query as the signature is checked: a plus sign is no space.
fn parameters(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(String::from);
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        decode(name).zip(decode(value))
    });
    let pairs: Option<Vec<_>> = pairs.collect();
    pairs.ok_or_else(|| {
        let detail = "the query must be UTF-8, percent-encoded";
        (ErrorCode::AuthorizationQueryParametersError, detail.into())
    })
}

/// Returns whether a parameter belongs to a link to the whole object.
fn is_known(name: &str) -> bool {
    name.get(..6).is_some_and(|prefix| prefix.eq_ignore_ascii_case("X-Amz-"))
        || overridden_header(name).is_some()
        || name == "x-id"
        || name == ACTIVE_CONTENT.0
        || name == RULE
}

fn key(path: &str) -> Result<ObjectKey, Refusal> {
    let decoded = percent_decode_str(path).decode_utf8().ok();
    let key = decoded.and_then(|key| ObjectKey::new(key).ok());
    key.ok_or_else(|| (ErrorCode::NoSuchKey, "no object can have this key".into()))
}

fn overrides(parameters: &[(String, String)]) -> Result<Vec<(&'static str, String)>, Refusal> {
    let parameters = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let overrides = Presentation::headers_of(parameters);
    if overrides.iter().all(|(_, value)| is_header_value(value)) {
        return Ok(overrides);
    }
    Err((
        ErrorCode::InvalidArgument,
        "a response- parameter has a value that no header can have".into(),
    ))
}

fn active_content(parameters: &[(String, String)]) -> ActiveContent {
    let (name, shown) = ACTIVE_CONTENT;
    let is_shown = parameters.iter().any(|(found, value)| found == name && value == shown);
    if is_shown { ActiveContent::Shown } else { ActiveContent::Saved }
}

/// Returns whether a header, or the parameter that stands for it, asks for the object's checksums.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#AmazonS3-GetObject-request-header-ChecksumMode>
pub(crate) fn asks_for_checksums(name: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case("x-amz-checksum-mode") && value.eq_ignore_ascii_case("enabled")
}

fn not_signed() -> Refusal {
    of_unverified(&Unverified::NoSuchBucket)
}

fn of_unverified(unverified: &Unverified) -> Refusal {
    let code = unverified.code().parse().unwrap_or(ErrorCode::AccessDenied);
    (code, unverified.to_string())
}
