//! Signed links that are not of Signature Version 4: their parameters, and when they expire.
//!
//! Their signatures are not verified. A link of one of them is not a damaged link of another.

use base64::alphabet::Alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::Engine as _;
use serde_json::Value;
use signer::UnixTime;

use crate::cause::{Cause, Code};
use crate::instant;
use crate::link::Link;

/// A scheme of signed links.
#[derive(Debug)]
pub(crate) struct OtherScheme {
    pub(crate) name: &'static str,
    /// The parameters that only links of this scheme have.
    marks: &'static [&'static str],
    /// The parameters that a link needs; of several names in one entry, one.
    required: &'static [&'static [&'static str]],
    end: &'static [End],
}

/// Where a link states when it expires.
#[derive(Debug)]
enum End {
    /// Seconds since 1970.
    Epoch(&'static str),
    /// An instant, such as `2015-12-29T00:00:00Z`.
    Instant(&'static str),
    /// A date such as `20151229T000000Z`, and seconds after it.
    After(&'static str, &'static str),
    /// Two times in seconds since 1970: `begin;end`.
    Range(&'static str),
    /// `CloudFront`'s policy in base64.
    Policy(&'static str),
}

const SCHEMES: &[OtherScheme] = &[
    // https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
    OtherScheme {
        name: "Signature Version 2",
        marks: &["AWSAccessKeyId"],
        required: &[&["Expires"], &["Signature"]],
        end: &[End::Epoch("Expires")],
    },
    // https://docs.cloud.google.com/storage/docs/access-control/signed-urls-v2
    OtherScheme {
        name: "Google's Signature Version 2",
        marks: &["GoogleAccessId"],
        required: &[&["Expires"], &["Signature"]],
        end: &[End::Epoch("Expires")],
    },
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
    OtherScheme {
        name: "CloudFront",
        marks: &["Key-Pair-Id"],
        required: &[&["Expires", "Policy"], &["Signature"]],
        end: &[End::Epoch("Expires"), End::Policy("Policy")],
    },
    // https://docs.cloud.google.com/cdn/docs/using-signed-urls
    OtherScheme {
        name: "Google's Cloud CDN",
        marks: &["KeyName", "Expires", "Signature"],
        required: &[],
        end: &[End::Epoch("Expires")],
    },
    // https://learn.microsoft.com/en-us/rest/api/storageservices/create-service-sas
    OtherScheme {
        name: "Azure's shared access signatures",
        marks: &["sv", "sig"],
        required: &[&["se", "si"]],
        end: &[End::Instant("se")],
    },
    // https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls
    OtherScheme {
        name: "Alibaba Cloud OSS, version 4",
        marks: &["x-oss-signature-version"],
        required: &[
            &["x-oss-credential"],
            &["x-oss-date"],
            &["x-oss-expires"],
            &["x-oss-signature"],
        ],
        end: &[End::After("x-oss-date", "x-oss-expires")],
    },
    OtherScheme {
        name: "Alibaba Cloud OSS, version 1",
        marks: &["OSSAccessKeyId"],
        required: &[&["Expires"], &["Signature"]],
        end: &[End::Epoch("Expires")],
    },
    // https://www.tencentcloud.com/document/product/436/7778
    OtherScheme {
        name: "Tencent Cloud COS",
        marks: &["q-sign-algorithm"],
        required: &[&["q-ak"], &["q-sign-time"], &["q-signature"]],
        end: &[End::Range("q-sign-time")],
    },
    // https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0011.html
    OtherScheme {
        name: "Huawei Cloud OBS",
        marks: &["AccessKeyId", "Expires", "Signature"],
        required: &[],
        end: &[End::Epoch("Expires")],
    },
];

impl OtherScheme {
    /// The scheme of a link; `None` if it has the marks of none of these.
    pub(crate) fn of(link: &Link) -> Option<&'static Self> {
        let has = |name: &&str| link.decoded(name).is_some();
        SCHEMES.iter().find(|scheme| scheme.marks.iter().all(has))
    }

    /// When a link expires, if it says so.
    pub(crate) fn end(&self, link: &Link) -> Option<UnixTime> {
        self.end.iter().find_map(|end| end.of(link))
    }

    /// The cause if parameters are missing.
    pub(crate) fn missing(&self, link: &Link) -> Option<Cause> {
        let is_missing = |names: &&&[&str]| names.iter().all(|name| link.decoded(name).is_none());
        let missing = self.required.iter().filter(is_missing).map(|names| names.join(" or "));
        let missing: Vec<_> = missing.collect();
        (!missing.is_empty()).then(|| {
            let message = format!("the link of {} lacks {}", self.name, missing.join(", "));
            let hint = "copy the whole link; in a shell, put it in quotes, since the shell ends it at the first &";
            Cause::new(Code::MissingParameter, message, hint)
        })
    }

    pub(crate) fn remark(&self) -> String {
        format!("the link is signed for {}: its signature is not verified here", self.name)
    }
}

impl End {
    fn of(&self, link: &Link) -> Option<UnixTime> {
        let seconds = |text: &str| text.parse().ok().map(UnixTime::from_secs);
        match self {
            Self::Epoch(name) => seconds(&link.decoded(name)?),
            Self::Instant(name) => short_instant(&link.decoded(name)?),
            Self::After(date, length) => {
                let start = UnixTime::parse_amz_date(&link.decoded(date)?)?;
                Some(start.plus_secs(link.decoded(length)?.parse().ok()?))
            }
            Self::Range(name) => seconds(link.decoded(name)?.split_once(';')?.1),
            Self::Policy(name) => policy_end(&link.decoded(name)?),
        }
    }
}

/// An instant that may lack its seconds or its time.
fn short_instant(text: &str) -> Option<UnixTime> {
    let whole = match text.strip_suffix('Z') {
        Some(start) if start.len() == "2015-12-29T00:00".len() => format!("{start}:00Z"),
        None if text.len() == "2015-12-29".len() => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    instant::parse(&whole)
}

/// `DateLessThan` of a policy, which is in base64 with other letters for `+`, `=` and `/`.
fn policy_end(text: &str) -> Option<UnixTime> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~";
    let alphabet = Alphabet::new(alphabet).ok()?;
    let engine = GeneralPurpose::new(
        &alphabet,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
    );
    let json = engine.decode(text.trim_end_matches('_')).ok()?;
    let policy: Value = serde_json::from_slice(&json).ok()?;
    let end = policy.pointer("/Statement/0/Condition/DateLessThan/AWS:EpochTime")?;
    end.as_u64().map(UnixTime::from_secs)
}
