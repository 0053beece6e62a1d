//! A form that is taken, as far as its beginning tells.

use core::ops::RangeInclusive;

use signer::{Bucket, ObjectKey, Refusal, Verifier};

use crate::receipt::Success;
use crate::{Boundary, Fault, FormHead, Receipt, StoredFields};

/// Most that is read behind the file, in bytes; S3 ignores what stands there.
pub const MAX_TAIL: u64 = 20_480;

/// A form whose policy and signature hold: what is to be stored, if the file is what it must be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Upload {
    /// Where the file goes.
    pub key: ObjectKey,
    /// What is stored with it.
    pub fields: StoredFields,
    /// What the file may measure, in bytes, both ends included.
    pub content_length: RangeInclusive<u64>,
    /// What it will measure, as far as that is known.
    pub file_length: FileLength,
    /// What to answer once it is stored.
    pub receipt: Receipt,
}

/// The length of a file that is still on its way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileLength {
    /// The policy allows no other, in bytes.
    Exact(u64),
    /// This many bytes if the form ends as most do; fewer, by [`MAX_TAIL`] at most, if fields follow.
    AtMost(u64),
}

impl Upload {
    /// Checks the beginning of a form that was sent to `bucket`, of a body of `body_length` bytes.
    ///
    /// # Errors
    ///
    /// A [`Fault`] that says which rule the form breaks.
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

/// What is left for the file, once what must follow it is taken off: the delimiter and two dashes.
fn file_length(
    head: &FormHead,
    boundary: &Boundary,
    body_length: u64,
    allowed: &RangeInclusive<u64>,
) -> Result<FileLength, Fault> {
    let around = head.file_start + boundary.delimiter().len() + 2;
    let around = u64::try_from(around).map_err(|_| Fault::HeadTooLong)?;
    let most =
        body_length.checked_sub(around).ok_or(Fault::Malformed("the form ends in the middle"))?;
    // Refused now rather than after gigabytes.
    let (min, max) = (*allowed.start(), *allowed.end());
    if most.saturating_sub(MAX_TAIL) > max {
        return Err(Refusal::TooLarge { max }.into());
    }
    if most < min {
        return Err(Refusal::TooSmall { min }.into());
    }
    Ok(if min == max { FileLength::Exact(min) } else { FileLength::AtMost(most) })
}
