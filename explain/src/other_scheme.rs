//! Signed links that are not of Signature Version 4: their parameters, and when they expire.
//!
//! Their signatures are not verified. A link of one of them is not a damaged link of another.

mod end;

use signer::UnixTime;

use self::end::End;
use crate::cause::{Cause, Code};
use crate::link::Link;

/// A scheme of signed links.
#[derive(Debug)]
pub(crate) struct OtherScheme {
    pub(crate) name: &'static str,
    /// Whether S3 and servers like it accept it.
    pub(crate) is_of_s3: bool,
    /// The parameters that only links of this scheme have, or `name=` and how the value begins.
    marks: &'static [&'static str],
    /// A part of the path that only links of this scheme have; empty if any path may be.
    path: &'static str,
    /// The parameters that a link needs; of several names in one entry, one.
    required: &'static [&'static [&'static str]],
    end: &'static [End],
}

const SCHEMES: &[OtherScheme] = &[
    // https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
    OtherScheme {
        name: "Signature Version 2",
        is_of_s3: true,
        marks: &["AWSAccessKeyId"],
        path: "",
        required: &[&["Expires"], &["Signature"]],
        end: &[End::Epoch("Expires")],
    },
    // https://docs.cloud.google.com/storage/docs/access-control/signed-urls-v2
    OtherScheme {
        name: "Google's Signature Version 2",
        is_of_s3: true,
        marks: &["GoogleAccessId"],
        path: "",
        required: &[&["Expires"], &["Signature"]],
        end: &[End::Epoch("Expires")],
    },
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
    OtherScheme {
        name: "CloudFront",
        is_of_s3: false,
        marks: &["Key-Pair-Id"],
        path: "",
        required: &[&["Expires", "Policy"], &["Signature"]],
        end: &[End::Epoch("Expires"), End::Policy("Policy")],
    },
    // https://docs.cloud.google.com/cdn/docs/using-signed-urls
    OtherScheme {
        name: "Google's Cloud CDN",
        is_of_s3: false,
        marks: &["KeyName", "Expires", "Signature"],
        path: "",
        required: &[],
        end: &[End::Epoch("Expires")],
    },
    // https://learn.microsoft.com/en-us/rest/api/storageservices/create-service-sas
    OtherScheme {
        name: "Azure's shared access signatures",
        is_of_s3: false,
        marks: &["sv", "sig"],
        path: "",
        required: &[&["se", "si"]],
        end: &[End::Instant("se")],
    },
    // https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls
    OtherScheme {
        name: "Alibaba Cloud OSS, version 4",
        is_of_s3: false,
        marks: &["x-oss-signature-version"],
        path: "",
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
        is_of_s3: false,
        marks: &["OSSAccessKeyId"],
        path: "",
        required: &[&["Expires"], &["Signature"]],
        end: &[End::Epoch("Expires")],
    },
    // https://www.tencentcloud.com/document/product/436/7778
    OtherScheme {
        name: "Tencent Cloud COS",
        is_of_s3: false,
        marks: &["q-sign-algorithm"],
        path: "",
        required: &[&["q-ak"], &["q-sign-time"], &["q-signature"]],
        end: &[End::Range("q-sign-time")],
    },
    // https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0011.html
    OtherScheme {
        name: "Huawei Cloud OBS",
        is_of_s3: false,
        marks: &["AccessKeyId", "Expires", "Signature"],
        path: "",
        required: &[],
        end: &[End::Epoch("Expires")],
    },
    // https://www.volcengine.com/docs/6349/1400318
    OtherScheme {
        name: "Volcengine TOS",
        is_of_s3: false,
        marks: &["X-Tos-Algorithm"],
        path: "",
        required: &[
            &["X-Tos-Credential"],
            &["X-Tos-Date"],
            &["X-Tos-Expires"],
            &["X-Tos-SignedHeaders"],
            &["X-Tos-Signature"],
        ],
        end: &[End::After("X-Tos-Date", "X-Tos-Expires")],
    },
    // https://cloud.baidu.com/doc/BOS/s/Zkkrr77ld-en
    OtherScheme {
        name: "Baidu BOS",
        is_of_s3: false,
        marks: &["authorization=bce-auth-v"],
        path: "",
        required: &[],
        end: &[End::Baidu("authorization")],
    },
    // https://developer.qiniu.com/kodo/kb/1321/how-to-acquire-the-outside-storage-file-links
    OtherScheme {
        name: "Qiniu Kodo",
        is_of_s3: false,
        marks: &["e", "token"],
        path: "",
        required: &[],
        end: &[End::Epoch("e")],
    },
    // https://supabase.com/docs/guides/storage/serving/downloads#private-buckets
    OtherScheme {
        name: "Supabase Storage",
        is_of_s3: false,
        marks: &["token"],
        path: "/storage/v1/object/",
        required: &[],
        end: &[End::Jwt("token")],
    },
];

impl OtherScheme {
    /// The scheme of a link; `None` if it has the marks of none of these.
    pub(crate) fn of(link: &Link) -> Option<&'static Self> {
        let has = |mark: &&str| {
            let (name, start) = mark.split_once('=').unwrap_or((mark, ""));
            link.decoded(name).is_some_and(|value| value.starts_with(start))
        };
        SCHEMES
            .iter()
            .find(|scheme| scheme.marks.iter().all(has) && link.path.contains(scheme.path))
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
