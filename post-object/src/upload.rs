//! A form whose head is valid: what to store, and what to check in the file.

use core::ops::RangeInclusive;

use signer::{Bucket, ObjectKey, Refusal, Verifier};

use crate::boundary::Boundary;
use crate::fault::Fault;
use crate::form_head::FormHead;
use crate::receipt::{Receipt, Success};
use crate::stored_fields::StoredFields;

/// Most bytes that are read after the file, where S3 ignores all fields.
pub const MAX_TAIL: u64 = 20_480;

/// A form with a valid policy and signature. The file is stored if it has the right size and checksums.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Upload {
    /// The key of the file.
    pub key: ObjectKey,
    /// The headers and metadata to store.
    pub fields: StoredFields,
    /// Allowed size of the file, in bytes, both ends included.
    pub content_length: RangeInclusive<u64>,
    /// Expected size of the file.
    pub file_length: FileLength,
    /// The data for the response once the file is stored.
    pub receipt: Receipt,
}

/// The size of a file that is not read yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileLength {
    /// Exactly this many bytes, because the policy allows no other size.
    Exact(u64),
    /// This many bytes if nothing follows the file; up to [`MAX_TAIL`] fewer if fields follow.
    AtMost(u64),
}

impl Upload {
    /// Checks the head of a form that was sent to `bucket` in a body of `body_length` bytes.
    ///
    /// # Errors
    ///
    /// A [`Fault`] that names the rule the form breaks.
    pub fn check(
        head: &FormHead,
        boundary: &Boundary,
        body_length: u64,
        bucket: &Bucket,
        verifier: &Verifier<'_>,
    ) -> Result<Self, Fault> {
        let fields = head.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let form = verifier.post_form(bucket.name(), fields, Some(&head.filename))?;
        let fields = StoredFields::read(&form)?;
        let file_length = file_length(head, boundary, body_length, &form.content_length)?;
        let receipt = Receipt {
            bucket: bucket.name().into(),
            key: form.key.as_str().into(),
            location: bucket.object_url(&form.key),
            success: Success::read(&form),
        };
        Ok(Self {
            key: form.key,
            fields,
            content_length: form.content_length,
            file_length,
            receipt,
        })
    }
}

/// Subtracts the head and the last delimiter, which ends in two dashes, from the length of the body.
fn file_length(
    head: &FormHead,
    boundary: &Boundary,
    body_length: u64,
    allowed: &RangeInclusive<u64>,
) -> Result<FileLength, Fault> {
    let around = head.file_start + boundary.delimiter().len() + 2;
    let around = u64::try_from(around).map_err(|_| Fault::HeadTooLong)?;
    let most = body_length.checked_sub(around).ok_or(Fault::Malformed("the form is incomplete"))?;
    // Rejected before the file is read.
    let (min, max) = (*allowed.start(), *allowed.end());
    if most.saturating_sub(MAX_TAIL) > max {
        return Err(Refusal::TooLarge { max }.into());
    }
    if most < min {
        return Err(Refusal::TooSmall { min }.into());
    }
    Ok(if min == max { FileLength::Exact(min) } else { FileLength::AtMost(most) })
}
