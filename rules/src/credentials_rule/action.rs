//! What handed-out credentials can do with the objects under their prefix.

use crate::bucket::r2_temporary::action::Action as R2;

/// A value of `actions`, with S3's actions that it stands for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Action {
    /// Read objects and their headers.
    Read,
    /// Store objects, whole or in parts.
    Write,
    /// List the keys under the prefix.
    List,
    /// Delete objects.
    Delete,
}

impl Action {
    /// All actions, in the order of the documentation.
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Write, Self::List, Self::Delete];

    /// Returns the name in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::List => "list",
            Self::Delete => "delete",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// Returns S3's actions on objects.
    ///
    /// Spec: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
    pub(crate) const fn on_objects(self) -> &'static [&'static str] {
        match self {
            Self::Read => &["s3:GetObject"],
            Self::Write => {
                &["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
            }
            Self::List => &[],
            Self::Delete => &["s3:DeleteObject"],
        }
    }

    /// Returns R2's operations.
    pub(crate) const fn at_r2(self) -> &'static [R2] {
        match self {
            Self::Read => &[R2::GetObject, R2::HeadObject],
            Self::Write => &[
                R2::PutObject,
                R2::CreateMultipartUpload,
                R2::UploadPart,
                R2::ListParts,
                R2::CompleteMultipartUpload,
                R2::AbortMultipartUpload,
            ],
            Self::List => &[R2::ListObjectsV1, R2::ListObjectsV2],
            Self::Delete => &[R2::DeleteObject, R2::DeleteObjects],
        }
    }
}
