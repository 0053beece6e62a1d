//! An upload in parts that is in progress: its parts, and the requests that list, complete and abort it.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use core::fmt;

use sha2::{Digest as _, Sha256};
use signer::{
    Authorize, HeaderName, ObjectKey, Operation, PartNumber, Payload, Presign, PresignedUrl,
    UnixTime, UploadId,
};

use super::bucket_request::bucket_request;
use super::part::completion;
use super::parts::Parts;
use super::s3_xml;
use super::upload_state::UploadState;
use crate::ambient::Ambient;
use crate::denial::Denial;
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::{Fetched, Results};
use crate::lifetime::EndsWith;
use crate::signing::GrantSigner;
use crate::upload::multipart::Part;
use crate::upload::purpose::{Capability, Purpose};
use crate::upload::quota::Reservation;
use crate::upload::stored_object::StoredObject;

/// An upload in parts that is in progress and belongs to the caller.
pub struct MultipartUpload {
    pub(crate) signer: GrantSigner,
    /// `uploads/film`
    pub(crate) rule: String,
    pub(crate) state: UploadState,
    pub(crate) key: ObjectKey,
    pub(crate) upload_id: UploadId,
    pub(crate) parts: Parts,
    /// What the upload has reserved, if its rule has a quota.
    pub(crate) reservation: Option<Reservation>,
}

impl MultipartUpload {
    /// Returns the key that the object will have.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// Returns the object's URL, unsigned.
    #[must_use]
    pub fn location(&self) -> String {
        self.signer.bucket().object_url(&self.key)
    }

    /// Returns the bucket's name at its provider.
    #[must_use]
    pub fn bucket_name(&self) -> &str {
        self.signer.bucket().name()
    }

    /// Returns how many parts there are.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.parts.count()
    }

    /// Checks the key that a client sends with the id.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`], S3's own error, if it is not the upload's key.
    pub fn check_key(&self, key: &str) -> Result<(), Denial> {
        if key == self.key() { Ok(()) } else { Err(Denial::NoSuchUpload) }
    }

    /// Returns its id, which is valid only for its rule and caller.
    #[must_use]
    pub fn id(&self, ambient: Ambient) -> String {
        self.seal(self.state.id(), self.state.end(), ambient)
    }

    /// Returns a capability: whoever has it may do this until it expires.
    #[must_use]
    pub fn capability(&self, capability: Capability, ambient: Ambient) -> String {
        let until = match capability {
            Capability::Begin => self.expiration(),
            Capability::Manage => self.state.end(),
        };
        self.seal(Purpose::Capability(capability), until, ambient)
    }

    /// Signs one part, with its exact length.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidPart`] if the file has no such part.
    pub fn sign_part(&self, number: u16) -> Result<PresignedUrl, Denial> {
        let (part_number, bytes) = self.part(number)?;
        let part = Operation::UploadPart { upload_id: &self.upload_id, part_number };
        let part = Presign::new(part, self.signer.bucket(), &self.key, self.signer.expires())
            .header(HeaderName::CONTENT_LENGTH, bytes.into());
        Ok(self.signer.sign_part(&part))
    }

    /// Returns the length of a part, in bytes.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidPart`] if the file has no such part.
    pub fn part_bytes(&self, number: u16) -> Result<u64, Denial> {
        self.part(number).map(|(_, bytes)| bytes)
    }

    /// Returns when a part that is signed now expires: no later than the upload.
    #[must_use]
    pub fn expiration(&self) -> UnixTime {
        self.signer.expiration()
    }

    /// Returns what makes a part that is signed now expire before the rule's `expires` has passed, if anything does.
    #[must_use]
    pub const fn ends_with(&self) -> Option<EndsWith> {
        self.signer.ends_with()
    }

    /// Makes the request that lists the stored parts with a number above `after`.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it never panics")]
    pub fn list(&self, after: u16) -> Effect {
        let list = Operation::ListParts { upload_id: &self.upload_id };
        let request = self.authorize(list, "").query("part-number-marker", &after.to_string());
        let request = request.expect("S3's own parameter, and not part of a signature");
        self.send(list, &request, String::new())
    }

    /// Makes the request that completes the upload. `parts` must list every part of the file once.
    ///
    /// Each part was signed with its length, so the whole file has the size that was granted. S3 rejects an `ETag` that
    /// is not the part's.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidPart`] if one is missing, repeated, or not in the file.
    pub fn complete(&self, parts: &[Part]) -> Result<Effect, Denial> {
        let body = completion(&self.in_order(parts)?);
        let complete = Operation::CompleteMultipartUpload { upload_id: &self.upload_id };
        Ok(self.send(complete, &self.authorize(complete, &body), body))
    }

    /// Keeps what the upload has reserved, since it is about to be completed.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if that must be done first; [`Denial::StateNotBound`], [`Denial::StateUnavailable`].
    pub fn hold_reservation(&self, results: &Results) -> Result<(), Blocked<Denial>> {
        self.reservation
            .as_ref()
            .map_or(Ok(()), |reservation| reservation.quota.hold(&reservation.id, results))
    }

    /// Undoes [`MultipartUpload::hold_reservation`], since the bucket has refused to complete the upload.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if that must be done first.
    pub fn put_back_reservation(&self, results: &Results) -> Result<(), Blocked<Denial>> {
        self.reservation
            .as_ref()
            .map_or(Ok(()), |reservation| reservation.quota.put_back(&reservation.id, results))
    }

    /// Counts the file of the completed upload.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if that must be done first.
    pub fn settle_reservation(&self, results: &Results) -> Result<(), Blocked<Denial>> {
        self.reservation.as_ref().map_or(Ok(()), |reservation| {
            reservation.quota.settle(&reservation.id, self.state.size, results)
        })
    }

    /// Gives back what the upload has reserved, since it has been aborted.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if that must be done first.
    pub fn release_reservation(&self, results: &Results) -> Result<(), Blocked<Denial>> {
        Reservation::release(self.reservation.iter().cloned().collect(), results)
    }

    /// Returns the object that a completed upload has stored, with the `ETag` in the bucket's answer.
    ///
    /// Each part was signed with its length, so the size is the file's.
    #[must_use]
    pub fn stored(&self, answer: &Fetched, now: UnixTime) -> StoredObject {
        StoredObject {
            id: upload_uuid(self.upload_id.as_str()),
            rule: self.rule.clone(),
            caller: self.state.caller.clone(),
            subject: self.state.subject.clone(),
            bucket: self.signer.bucket_name().to_owned(),
            key: self.key().to_owned(),
            size: self.state.size,
            media_type: self.state.media_type.clone(),
            etag: s3_xml::text(&answer.body, "ETag").unwrap_or_default(),
            checksum: None,
            stored_at: now,
            modified_at: None,
        }
    }

    /// Sorts the parts by number, and checks that every part of the file is listed once.
    fn in_order<'a>(&self, parts: &'a [Part]) -> Result<Vec<&'a Part>, Denial> {
        let count = usize::try_from(self.count()).unwrap_or(usize::MAX);
        let mut places = vec![None; count];
        for part in parts {
            let number = part.part_number;
            self.part(number)?;
            let invalid = |why| Denial::InvalidPart { number, why };
            let tag = &part.etag;
            if tag.is_empty() || tag.len() > 256 || tag.contains(char::is_control) {
                return Err(invalid("must have the ETag that S3 returned"));
            }
            match places.get_mut(usize::from(number) - 1) {
                Some(place @ None) => *place = Some(part),
                _ => return Err(invalid("must be listed once")),
            }
        }
        let missing = |number| Denial::InvalidPart { number, why: "is missing" };
        (1..).zip(places).map(|(number, place)| place.ok_or_else(|| missing(number))).collect()
    }

    /// Makes the request that aborts the upload and removes its parts.
    #[must_use]
    pub fn abort(&self) -> Effect {
        let abort = Operation::AbortMultipartUpload { upload_id: &self.upload_id };
        self.send(abort, &self.authorize(abort, ""), String::new())
    }

    fn seal(&self, purpose: Purpose<'_>, until: UnixTime, ambient: Ambient) -> String {
        purpose.seal(&self.state, &self.rule, self.signer.sealing_credentials(), until, ambient)
    }

    fn authorize(&self, operation: Operation<'_>, body: &str) -> Authorize<'_> {
        Authorize::new(operation, self.signer.bucket(), &self.key, Payload::of(body.as_bytes()))
    }

    fn part(&self, number: u16) -> Result<(PartNumber, u64), Denial> {
        let part = PartNumber::new(number);
        part.and_then(|part| Some((part, self.parts.bytes_of(part)?)))
            .ok_or(Denial::InvalidPart { number, why: "is not in this file" })
    }

    fn send(&self, operation: Operation<'_>, request: &Authorize<'_>, body: String) -> Effect {
        bucket_request(self.signer.sign_request(operation, &self.key, request), body, "")
    }
}

/// Makes a UUID of S3's id, which no client may see: the same each time, since S3 lets a client complete an upload again.
fn upload_uuid(upload_id: &str) -> String {
    let digest = Sha256::digest(upload_id.as_bytes());
    let bytes = digest.first_chunk().copied().unwrap_or_default();
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// Shows neither the key nor S3's id.
impl fmt::Debug for MultipartUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultipartUpload").field("state", &self.state).finish_non_exhaustive()
    }
}
