//! An upload that its client asks to confirm: the request to the bucket, and the comparison of its answer with the grant.

use core::fmt;

use signer::{
    Expires, HeaderName, HeaderValue, Method, ObjectKey, Presign, PresignedUrl, UnixTime,
};

use super::grant_state::Granted;
use super::object_head::ObjectHead;
use crate::bucket::entry::BucketEntry;
use crate::bucket::provider::Deletes;
use crate::denial::Denial;
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::{EffectResult, Results};
use crate::signing::GrantSigner;
use crate::upload::rule::UploadRule;
use crate::upload::stored_object::StoredObject;

/// How far the time of an object can be wrong, in seconds: both clocks report whole seconds.
const SKEW: u64 = 2;

/// The number of the request for an object's headers among the requests to a bucket; those to delete it and to complete an upload
/// in parts have others.
const HEAD: u16 = u16::MAX;

/// How long a request of the Worker to the bucket is valid, in seconds.
pub(super) const REQUEST: Expires = Expires::from_secs(60).expect("at most 7 days");

/// An upload to confirm.
pub struct Confirmation<'a> {
    pub(super) rule: &'a UploadRule,
    pub(super) granted: Granted,
    pub(super) key: ObjectKey,
    pub(super) signer: GrantSigner,
    pub(super) now: UnixTime,
}

impl Confirmation<'_> {
    /// Returns the key of the object.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// Asks the bucket, and returns the object if it is what was granted.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if the bucket must be asked first; [`Denial::NoSuchKey`] if it has no such object,
    /// [`Denial::UploadMismatch`] if the object is another one, which is deleted where the rule says so;
    /// [`Denial::StoreUnavailable`].
    pub fn check(&self, results: &Results) -> Result<StoredObject, Blocked<Denial>> {
        let head = self.head(results)?;
        let Some(property) = self.mismatch(&head) else {
            self.remove_unconfirmed_tag(results)?;
            self.settle(Some(head.size), results)?;
            return Ok(self.stored(head));
        };
        let is_newer = head.stored_at >= self.granted_at().plus_secs(SKEW);
        let may_delete = self.rule.deletes_mismatched() && is_newer;
        let deleted = may_delete && self.delete(&head, results)?;
        if deleted {
            self.settle(None, results)?;
        }
        Err(Denial::UploadMismatch { property, deleted }.into())
    }

    /// Counts the size of the object against the caller's quota, or nothing if the object has been deleted. While the grant can still be
    /// used, it counts in full, since the bucket would take another file.
    fn settle(&self, size: Option<u64>, results: &Results) -> Result<(), Blocked<Denial>> {
        let Granted { id, caller, subject, .. } = &self.granted;
        let expired = self.granted_at().plus_secs(self.rule.expires.as_secs().into());
        let quota = self.rule.quota_of(caller, subject.as_deref());
        let Some(quota) = quota.filter(|_| self.now >= expired) else { return Ok(()) };
        match size {
            Some(bytes) => quota.settle(id, bytes, results),
            None => quota.release(vec![id.clone()], results),
        }
    }

    /// Asks the bucket for the object's headers.
    fn head(&self, results: &Results) -> Result<ObjectHead, Blocked<Denial>> {
        let checksum = self.granted.checksum.as_deref();
        head_object(&self.signer, &self.key, checksum, results, self.now)
    }

    /// Returns the property in which an object is not what was granted.
    fn mismatch(&self, head: &ObjectHead) -> Option<&'static str> {
        let Granted { min, max, media_type, checksum, .. } = &self.granted;
        let algorithm = |checksum: &str| checksum.split_once('-').map(|(name, _)| name.to_owned());
        let is_other = |granted: &String| {
            let same_algorithm = |reported: &&String| algorithm(reported) == algorithm(granted);
            head.checksums.iter().find(same_algorithm).is_some_and(|reported| reported != granted)
        };
        if head.stored_at.plus_secs(SKEW) < self.granted_at() {
            Some("time")
        } else if !(*min..=*max).contains(&head.size) {
            Some("size")
        } else if head.media_type != *media_type {
            Some("type")
        } else if checksum.as_ref().is_some_and(is_other) {
            Some("checksum")
        } else {
            None
        }
    }

    fn stored(&self, head: ObjectHead) -> StoredObject {
        let granted = self.granted.clone();
        StoredObject {
            id: granted.id,
            rule: self.rule.access.rule().to_owned(),
            caller: granted.caller,
            subject: granted.subject,
            bucket: self.bucket().name.clone(),
            key: self.key().to_owned(),
            size: head.size,
            media_type: head.media_type,
            etag: head.etag,
            checksum: granted.checksum.filter(|checksum| head.checksums.contains(checksum)),
            stored_at: head.stored_at,
            modified_at: Some(head.modified_at),
        }
    }

    /// Deletes the object, and returns whether the bucket did it.
    fn delete(&self, head: &ObjectHead, results: &Results) -> Result<bool, Blocked<Denial>> {
        if let Some(binding) = &self.bucket().binding {
            let (binding, key) = (binding.as_str().to_owned(), self.key().to_owned());
            let deleted = results.require(Effect::DeleteObject { binding, key })?;
            return Ok(matches!(deleted, EffectResult::Yes));
        }
        let delete = Presign::new(Method::Delete, &self.bucket().bucket, &self.key, REQUEST);
        let delete = match (self.bucket().provider.deletes, HeaderValue::new(&head.etag)) {
            (Deletes::IfMatch, Ok(etag)) => delete.header(name("if-match"), etag),
            _ => delete,
        };
        let deletion = self.signer.sign_restricted_url(Method::Delete.into(), &self.key, &delete);
        let deletion = request(&deletion).as_nth(1);
        Ok(match results.require(deletion)? {
            EffectResult::Fetched(answer) => (200..300).contains(&answer.status),
            _ => false,
        })
    }

    pub(super) fn bucket(&self) -> &BucketEntry {
        &self.rule.bucket
    }

    const fn granted_at(&self) -> UnixTime {
        UnixTime::from_secs(self.granted.at)
    }
}

/// Asks the bucket for an object's headers, and for its checksum if one was granted.
///
/// # Errors
///
/// [`Blocked::Pending`] if the bucket must be asked first; [`Denial::NoSuchKey`], [`Denial::StoreUnavailable`].
pub(crate) fn head_object(
    signer: &GrantSigner,
    key: &ObjectKey,
    checksum: Option<&str>,
    results: &Results,
    now: UnixTime,
) -> Result<ObjectHead, Blocked<Denial>> {
    if let Some(binding) = signer.binding() {
        let (binding, key) = (binding.as_str().to_owned(), key.as_str().to_owned());
        return match results.require(Effect::HeadObject { binding, key })? {
            EffectResult::Head(Some(head)) => Ok(head.clone()),
            EffectResult::Head(None) => Err(Denial::NoSuchKey.into()),
            _ => Err(Denial::StoreUnavailable.into()),
        };
    }
    let head = Presign::new(Method::Head, signer.bucket(), key, REQUEST);
    let head = match checksum {
        Some(_) => head.header(name("x-amz-checksum-mode"), value("ENABLED")),
        None => head,
    };
    // An upload in parts is looked at after the request that completes it, which has the number 0.
    let url = signer.sign_restricted_url(Method::Head.into(), key, &head);
    let answer = results.answer(request(&url).as_nth(HEAD))?;
    match answer.status {
        200 => Ok(ObjectHead::read(answer, now).ok_or(Denial::StoreUnavailable)?),
        // S3 answers 403 about a missing object to a user who may not list the bucket.
        403 | 404 => Err(Denial::NoSuchKey.into()),
        _ => Err(Denial::StoreUnavailable.into()),
    }
}

/// Makes the request of a presigned URL.
fn request(url: &PresignedUrl) -> Effect {
    let mut effect = Effect::bucket_request(url.method, url.url.clone(), &url.headers);
    // Otherwise Cloudflare requests a compressed answer, whose length is not the object's.
    if let Effect::BucketRequest { headers, .. } = &mut effect {
        headers.push(("accept-encoding".into(), "identity".into()));
    }
    effect
}

pub(super) fn name(name: &str) -> HeaderName {
    HeaderName::new(name).expect("S3's own header")
}

pub(super) fn value(value: &str) -> HeaderValue {
    HeaderValue::new(value).expect("printable ASCII")
}

/// Shows neither the key nor the caller.
impl fmt::Debug for Confirmation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmation").field("granted", &self.granted).finish_non_exhaustive()
    }
}
