//! The operations that temporary credentials of R2 can permit.
//!
//! Spec: <https://developers.cloudflare.com/r2/api/s3/temporary-credentials/#actions>

use serde::Serialize;
use signer::{Method, Operation};

/// An operation, by R2's name. Cloudflare's page also has `GetBucketLocation`, `CopyObject` and `UploadPartCopy`: no rule needs the
/// first, nor `ListMultipartUploads`, and whether a token restricts the source of a copy is not documented.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub(crate) enum Action {
    HeadObject,
    GetObject,
    ListObjectsV1,
    ListObjectsV2,
    ListParts,
    PutObject,
    DeleteObject,
    DeleteObjects,
    CreateMultipartUpload,
    UploadPart,
    AbortMultipartUpload,
    CompleteMultipartUpload,
}

impl Action {
    /// Returns the action of an operation on one object; `None` if R2 has none.
    pub(crate) const fn of(operation: Operation<'_>) -> Option<Self> {
        Some(match operation {
            Operation::Object(Method::Get) => Self::GetObject,
            Operation::Object(Method::Head) => Self::HeadObject,
            Operation::Object(Method::Put) => Self::PutObject,
            Operation::Object(Method::Delete) => Self::DeleteObject,
            Operation::Object(Method::Post) => return None,
            Operation::CreateMultipartUpload => Self::CreateMultipartUpload,
            Operation::UploadPart { .. } => Self::UploadPart,
            Operation::CompleteMultipartUpload { .. } => Self::CompleteMultipartUpload,
            Operation::AbortMultipartUpload { .. } => Self::AbortMultipartUpload,
            Operation::ListParts { .. } => Self::ListParts,
        })
    }

    /// Returns whether the narrowest scope that reads objects contains the action.
    const fn only_reads(self) -> bool {
        match self {
            Self::HeadObject
            | Self::GetObject
            | Self::ListObjectsV1
            | Self::ListObjectsV2
            | Self::ListParts => true,
            Self::PutObject
            | Self::DeleteObject
            | Self::DeleteObjects
            | Self::CreateMultipartUpload
            | Self::UploadPart
            | Self::AbortMultipartUpload
            | Self::CompleteMultipartUpload => false,
        }
    }
}

/// A preset of operations, which the list of actions narrows.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Scope {
    ObjectReadOnly,
    ObjectReadWrite,
}

impl Scope {
    /// Returns the narrower scope that contains all of the actions.
    pub(super) fn of(actions: &[Action]) -> Self {
        if actions.iter().all(|action| action.only_reads()) {
            Self::ObjectReadOnly
        } else {
            Self::ObjectReadWrite
        }
    }
}
