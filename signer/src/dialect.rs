//! The two dialects of Signature Version 4: names used by Amazon and by Google.
//!
//! Spec: <https://docs.cloud.google.com/storage/docs/authentication/signatures>

/// The names in a signature. The computation is the same in both dialects.
///
/// ```
/// use signer::{Dialect, Region, Scope, UnixTime};
///
/// let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// let scope = Scope::new(&Region::new("auto")?, now).in_dialect(Dialect::Google);
/// assert_eq!(scope.to_string(), "20151229/auto/storage/goog4_request");
/// # Ok::<(), signer::InvalidRegion>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Dialect {
    /// Amazon's, which every S3 server accepts: `AWS4-HMAC-SHA256`, `x-amz-*`.
    #[default]
    Amazon,
    /// Google Cloud Storage's, for HMAC keys: `GOOG4-HMAC-SHA256`, `x-goog-*`. It has no session tokens.
    Google,
}

/// The names of the parts of a signature.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) algorithm: &'static str,
    pub(crate) credential: &'static str,
    pub(crate) date: &'static str,
    pub(crate) security_token: &'static str,
    pub(crate) signature: &'static str,
}

impl Dialect {
    /// The algorithm's name in forms, URLs and headers.
    pub(crate) const fn algorithm(self) -> &'static str {
        match self {
            Self::Amazon => "AWS4-HMAC-SHA256",
            Self::Google => "GOOG4-HMAC-SHA256",
        }
    }

    /// The prefix of the secret in the first HMAC key.
    pub(crate) const fn key_prefix(self) -> &'static str {
        match self {
            Self::Amazon => "AWS4",
            Self::Google => "GOOG4",
        }
    }

    pub(crate) const fn service(self) -> &'static str {
        match self {
            Self::Amazon => "s3",
            Self::Google => "storage",
        }
    }

    pub(crate) const fn terminator(self) -> &'static str {
        match self {
            Self::Amazon => "aws4_request",
            Self::Google => "goog4_request",
        }
    }

    /// Names of form fields and headers.
    pub(crate) const fn fields(self) -> &'static Names {
        match self {
            Self::Amazon => &Names {
                algorithm: "x-amz-algorithm",
                credential: "x-amz-credential",
                date: "x-amz-date",
                security_token: "x-amz-security-token",
                signature: "x-amz-signature",
            },
            Self::Google => &Names {
                algorithm: "x-goog-algorithm",
                credential: "x-goog-credential",
                date: "x-goog-date",
                security_token: "x-goog-security-token",
                signature: "x-goog-signature",
            },
        }
    }

    /// Names of query parameters.
    pub(crate) const fn parameters(self) -> &'static Names {
        match self {
            Self::Amazon => &Names {
                algorithm: "X-Amz-Algorithm",
                credential: "X-Amz-Credential",
                date: "X-Amz-Date",
                security_token: "X-Amz-Security-Token",
                signature: "X-Amz-Signature",
            },
            Self::Google => &Names {
                algorithm: "X-Goog-Algorithm",
                credential: "X-Goog-Credential",
                date: "X-Goog-Date",
                security_token: "X-Goog-Security-Token",
                signature: "X-Goog-Signature",
            },
        }
    }

    pub(crate) const fn expires_parameter(self) -> &'static str {
        match self {
            Self::Amazon => "X-Amz-Expires",
            Self::Google => "X-Goog-Expires",
        }
    }

    pub(crate) const fn signed_headers_parameter(self) -> &'static str {
        match self {
            Self::Amazon => "X-Amz-SignedHeaders",
            Self::Google => "X-Goog-SignedHeaders",
        }
    }

    /// The header with the hash of the body.
    pub(crate) const fn content_sha256(self) -> &'static str {
        match self {
            Self::Amazon => "x-amz-content-sha256",
            Self::Google => "x-goog-content-sha256",
        }
    }
}

#[cfg(feature = "verify")]
impl Dialect {
    /// Whether the store interprets a header, so that the signature must cover it.
    pub(crate) fn owns_header(self, name: &str) -> bool {
        name.starts_with(match self {
            Self::Amazon => "x-amz-",
            Self::Google => "x-goog-",
        })
    }
}
