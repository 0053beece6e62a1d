//! Uploads in parts that are under way: sent by the browser, completed or dropped by the Worker.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use alloc::sync::Arc;

use signer::{
    Authorize, AuthorizedRequest, Credentials, HeaderName, ObjectKey, Operation, PartNumber,
    Payload, Presign, PresignedUrl, UnixTime, UploadId,
};

use super::bucket_request::bucket_request;
use super::part::completion;
use super::parts::Parts;
use super::upload_state::{Kind, UploadState};
use crate::bucket::entry::BucketEntry;
use crate::lifetime::Lifetime;
use crate::{Denial, Effect, Part};

/// An upload in parts that is under way, and the caller's own.
#[derive(Debug)]
pub struct MultipartUpload {
    pub(crate) bucket: Arc<BucketEntry>,
    pub(crate) credentials: Credentials,
    pub(crate) lifetime: Lifetime,
    pub(crate) state: UploadState,
    pub(crate) key: ObjectKey,
    pub(crate) upload_id: UploadId,
    pub(crate) parts: Parts,
}

impl MultipartUpload {
    /// The key that the object will have.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// Where the object will be, unsigned.
    #[must_use]
    pub fn location(&self) -> String {
        self.bucket.bucket.object_url(&self.key)
    }

    /// The bucket's own name.
    #[must_use]
    pub fn bucket_name(&self) -> &str {
        self.bucket.bucket.name()
    }

    /// How many parts there are.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.parts.count()
    }

    /// Refuses another key than the upload's own, for clients that name both.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`], as S3 has it.
    pub fn expect_key(&self, key: &str) -> Result<(), Denial> {
        if key == self.key() { Ok(()) } else { Err(Denial::NoSuchUpload) }
    }

    /// Its id: sealed, and good for its rule and caller alone.
    #[must_use]
    pub fn id(&self) -> String {
        self.state.close(Kind::Id, &self.credentials)
    }

    /// What lets whoever has it list, complete and drop the upload until its time is over.
    #[must_use]
    pub fn capability(&self) -> String {
        self.state.close(Kind::Capability, &self.credentials)
    }

    /// Signs one part, at its exact length.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidPart`] if the file has no such part.
    pub fn sign_part(&self, number: u16, now: UnixTime) -> Result<PresignedUrl, Denial> {
        let (part_number, bytes) = self.part(number)?;
        let part = Operation::UploadPart { upload_id: &self.upload_id, part_number };
        let part = Presign::new(part, &self.bucket.bucket, &self.key, self.lifetime.expires)
            .header(HeaderName::CONTENT_LENGTH, bytes.into());
        Ok(self.bucket.sign_with(&self.credentials, now, |signer| part.sign(signer)))
    }

    /// The length of a part, in bytes.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidPart`] if the file has no such part.
    pub fn part_bytes(&self, number: u16) -> Result<u64, Denial> {
        self.part(number).map(|(_, bytes)| bytes)
    }

    /// When a part that is signed at `now` can no longer be sent.
    #[must_use]
    pub fn expiration(&self, now: UnixTime) -> UnixTime {
        now.plus_secs(self.lifetime.expires.as_secs().into())
    }

    /// The request that lists the parts stored so far, those after `after`.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not")]
    pub fn list(&self, after: u16, now: UnixTime) -> Effect {
        let list = Operation::ListParts { upload_id: &self.upload_id };
        let list = self.authorize(list, "").query("part-number-marker", &after.to_string());
        let list = list.expect("S3's own parameter, and no part of a signature");
        bucket_request(self.signed(&list, now), String::new(), "")
    }

    /// The request that joins the parts: all of them, each once, as they were granted.
    ///
    /// Each was signed at its length, so that together they are of the size that was asked for. S3 refuses a tag that
    /// is not the part's.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidPart`] if one is missing, there twice, or none of the file's.
    pub fn complete(&self, parts: &[Part], now: UnixTime) -> Result<Effect, Denial> {
        let body = completion(&self.in_order(parts)?);
        let complete = Operation::CompleteMultipartUpload { upload_id: &self.upload_id };
        Ok(bucket_request(self.signed(&self.authorize(complete, &body), now), body, ""))
    }

    /// Every part of the file at its place.
    fn in_order<'a>(&self, parts: &'a [Part]) -> Result<Vec<&'a Part>, Denial> {
        let count = usize::try_from(self.count()).unwrap_or(usize::MAX);
        let mut places = vec![None; count];
        for part in parts {
            let number = part.part_number;
            self.part(number)?;
            let invalid = |why| Denial::InvalidPart { number, why };
            let tag = &part.etag;
            if tag.is_empty() || tag.len() > 256 || tag.contains(char::is_control) {
                return Err(invalid("must have the ETag that S3 answered"));
            }
            match places.get_mut(usize::from(number) - 1) {
                Some(place @ None) => *place = Some(part),
                _ => return Err(invalid("must be there, once")),
            }
        }
        let missing = |number| Denial::InvalidPart { number, why: "is missing" };
        (1..).zip(places).map(|(number, place)| place.ok_or_else(|| missing(number))).collect()
    }

    /// The request that drops it with its parts.
    #[must_use]
    pub fn abort(&self, now: UnixTime) -> Effect {
        let abort = Operation::AbortMultipartUpload { upload_id: &self.upload_id };
        bucket_request(self.signed(&self.authorize(abort, ""), now), String::new(), "")
    }

    fn authorize(&self, operation: Operation<'_>, body: &str) -> Authorize<'_> {
        Authorize::new(operation, &self.bucket.bucket, &self.key, Payload::of(body.as_bytes()))
    }

    fn part(&self, number: u16) -> Result<(PartNumber, u64), Denial> {
        let part = PartNumber::new(number);
        part.and_then(|part| Some((part, self.parts.bytes_of(part)?)))
            .ok_or(Denial::InvalidPart { number, why: "is none of this file's" })
    }

    fn signed(&self, request: &Authorize<'_>, now: UnixTime) -> AuthorizedRequest {
        self.bucket.sign_with(&self.credentials, now, |signer| request.sign(signer))
    }
}
