//! What a provider stores with an object, besides its metadata and the headers of HTTP.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_RequestSyntax>

use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::ConfigValue;

/// Something that only some providers have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Feature {
    /// `Content-Language` as a field of a form. Amazon documents it only as a header.
    LanguageByForm,
    /// Locks that retain an object until a date.
    ObjectLock,
    /// Encryption with the provider's own keys, `AES256`.
    Sse,
    /// Encryption with a key of a key management service, `aws:kms`.
    SseKms,
    /// The condition `s3:ExistingObjectTag` of policies.
    TagConditions,
    /// Tags of objects.
    Tags,
}

/// The values of `x-amz-storage-class` that a provider accepts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StorageClasses {
    Listed(&'static [&'static str]),
    /// Unknown: whoever runs the server must know.
    Any,
}

/// The features of one provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    pub(crate) list: &'static [Feature],
    pub(crate) classes: StorageClasses,
    /// The canned access control lists that an upload may name.
    pub(crate) acls: &'static [&'static str],
}

impl Features {
    /// The features of a provider that documents none of them.
    pub(crate) const NONE: Self =
        Self { list: &[], classes: StorageClasses::Listed(&[]), acls: &[] };

    pub(crate) const fn of(list: &'static [Feature]) -> Self {
        Self { list, ..Self::NONE }
    }

    pub(crate) const fn classes(self, names: &'static [&'static str]) -> Self {
        Self { classes: StorageClasses::Listed(names), ..self }
    }

    pub(crate) const fn acls(self, acls: &'static [&'static str]) -> Self {
        Self { acls, ..self }
    }

    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.list.contains(&feature)
    }
}

/// Makes the error about a key whose value the provider does not document.
#[inline(never)]
pub(crate) fn unsupported(entry: &ConfigValue<'_>, provider: &str, what: &str) -> ConfigError {
    let problem = format!("{provider} does not document {what}");
    entry.problem(&problem).with_kind(ConfigErrorKind::AttributeUnsupported)
}
