//! Uploads in parts that are under way: sent by the browser, completed or dropped by the Worker.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use alloc::sync::Arc;

use serde::{Deserialize, Serialize};
use signer::{
    Authorize, Credentials, HeaderName, ObjectKey, Operation, PartNumber, Payload, Presign,
    PresignedUrl, Signer, UnixTime, UploadId,
};

use crate::bucket::BucketEntry;
use crate::claim::{Claim, Kind};
use crate::lifetime::Lifetime;
use crate::need::store;
use crate::parts::Parts;
use crate::s3_xml;
use crate::{Caller, Denial, Need, Secrets, UploadRule};

/// An upload in parts that is under way, and the caller's own.
#[derive(Debug)]
pub struct MultipartUpload {
    bucket: Arc<BucketEntry>,
    credentials: Credentials,
    lifetime: Lifetime,
    claim: Claim,
    key: ObjectKey,
    upload_id: UploadId,
    parts: Parts,
}

/// A part as S3 knows it, and as a browser names it to have it joined.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Part {
    /// Which one, from 1 on.
    pub part_number: u16,
    /// What S3 answered to it.
    pub etag: String,
    /// Its size in bytes; what a browser says of it does not count.
    #[serde(default)]
    pub size: u64,
}

impl Part {
    /// The parts in XML of S3's kind: what it lists, or what a client wants joined.
    #[must_use]
    pub fn all_in(xml: &str) -> Vec<Self> {
        let part = |xml| {
            Some(Self {
                part_number: s3_xml::text(xml, "PartNumber")?.parse().ok()?,
                etag: s3_xml::text(xml, "ETag")?,
                size: s3_xml::text(xml, "Size").and_then(|size| size.parse().ok()).unwrap_or(0),
            })
        };
        s3_xml::elements(xml, "Part").filter_map(part).collect()
    }

    /// The tag in quotes, as S3 has it; some clients take them away.
    fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.etag.trim_matches('"'))
    }
}

impl UploadRule {
    /// Finds the upload that a sealed id is of.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`] if it is none of this rule and caller, or its time is over.
    pub fn resume(
        &self,
        caller: &Caller,
        sealed: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<MultipartUpload, Denial> {
        let lifetime = caller.lifetime(self.expires, now)?;
        let claim = self.open(sealed, Kind::Id, secrets, now);
        let claim = claim.filter(|claim| claim.is_of(caller)).ok_or(Denial::NoSuchUpload)?;
        self.upload(claim, lifetime, secrets, now)
    }

    /// Finds the upload that a pass is for, and the caller to whom it was given: the pass is the proof.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`] if it is for none of this rule, or its time is over.
    pub fn redeem(
        &self,
        pass: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<(Caller, MultipartUpload), Denial> {
        let claim = self.open(pass, Kind::Pass, secrets, now).ok_or(Denial::NoSuchUpload)?;
        let caller = Caller::of_pass(&claim.caller, claim.subject.as_deref());
        Ok((caller, self.upload(claim, Lifetime::new(self.expires), secrets, now)?))
    }

    fn open(&self, sealed: &str, kind: Kind, secrets: &Secrets, now: UnixTime) -> Option<Claim> {
        // While keys are rotated, there are ids about that the others closed.
        Claim::open(sealed, kind, self.access().rule(), &self.bucket.keys.all(secrets, now), now)
    }

    fn upload(
        &self,
        claim: Claim,
        lifetime: Lifetime,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<MultipartUpload, Denial> {
        let (credentials, lifetime) = self.bucket.sign_for(lifetime, secrets, now)?;
        Ok(MultipartUpload {
            bucket: Arc::clone(&self.bucket),
            credentials,
            lifetime,
            key: ObjectKey::new(&*claim.key).map_err(Denial::InvalidKey)?,
            upload_id: UploadId::new(&*claim.upload).map_err(|_| Denial::NoSuchUpload)?,
            parts: claim.parts(),
            claim,
        })
    }
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
        self.claim.close(Kind::Id, &self.credentials)
    }

    /// What lets whoever has it list, complete and drop the upload until its time is over.
    #[must_use]
    pub fn pass(&self) -> String {
        self.claim.close(Kind::Pass, &self.credentials)
    }

    /// Signs one part, at its exact length.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidPart`] if the file has no such part.
    pub fn sign_part(&self, number: u16, now: UnixTime) -> Result<PresignedUrl, Denial> {
        let (part_number, bytes) = self.part(number)?;
        let part = Operation::UploadPart { upload_id: &self.upload_id, part_number };
        Ok(Presign::new(part, &self.bucket.bucket, &self.key, self.lifetime.expires)
            .header(HeaderName::CONTENT_LENGTH, bytes.into())
            .sign(&self.signer(now)))
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
    pub fn list(&self, after: u16, now: UnixTime) -> Need {
        let list = Operation::ListParts { upload_id: &self.upload_id };
        let list = self.authorize(list, "").query("part-number-marker", &after.to_string());
        store(
            list.expect("S3's own parameter, and no part of a signature").sign(&self.signer(now)),
            String::new(),
            "",
        )
    }

    /// The request that joins the parts: all of them, each once, as they were granted.
    ///
    /// Each was signed at its length, so that together they are of the size that was asked for. S3 refuses a tag that
    /// is not the part's.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidPart`] if one is missing, there twice, or none of the file's.
    pub fn complete(&self, parts: &[Part], now: UnixTime) -> Result<Need, Denial> {
        let mut sorted: Vec<_> = parts.iter().collect();
        sorted.sort_unstable_by_key(|part| part.part_number);
        for (part, expected) in sorted.iter().zip(1..) {
            self.part(part.part_number)?;
            if part.part_number != expected {
                return Err(Denial::InvalidPart { number: expected, why: "must be there, once" });
            }
            if part.etag.is_empty() || part.etag.len() > 256 || part.etag.contains(char::is_control)
            {
                return Err(Denial::InvalidPart {
                    number: expected,
                    why: "must have the ETag that S3 answered",
                });
            }
        }
        let count = u64::try_from(sorted.len()).unwrap_or(u64::MAX);
        if count < self.parts.count() {
            let number = u16::try_from(count + 1).unwrap_or(u16::MAX);
            return Err(Denial::InvalidPart { number, why: "is missing" });
        }
        let body = body(&sorted);
        let complete = Operation::CompleteMultipartUpload { upload_id: &self.upload_id };
        Ok(store(self.authorize(complete, &body).sign(&self.signer(now)), body, ""))
    }

    /// The request that drops it with its parts.
    #[must_use]
    pub fn abort(&self, now: UnixTime) -> Need {
        let abort = Operation::AbortMultipartUpload { upload_id: &self.upload_id };
        store(self.authorize(abort, "").sign(&self.signer(now)), String::new(), "")
    }

    fn authorize(&self, operation: Operation<'_>, body: &str) -> Authorize<'_> {
        Authorize::new(operation, &self.bucket.bucket, &self.key, Payload::of(body.as_bytes()))
    }

    fn part(&self, number: u16) -> Result<(PartNumber, u64), Denial> {
        let part = PartNumber::new(number);
        part.and_then(|part| Some((part, self.parts.bytes_of(part)?)))
            .ok_or(Denial::InvalidPart { number, why: "is none of this file's" })
    }

    fn signer(&self, now: UnixTime) -> Signer<'_> {
        Signer::new(&self.credentials, self.bucket.bucket.region(), now)
    }
}

/// `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"..."</ETag></Part></CompleteMultipartUpload>`
fn body(parts: &[&Part]) -> String {
    let mut body = String::from("<CompleteMultipartUpload>");
    for part in parts {
        let (part_number, etag) = (part.part_number, s3_xml::escape(&part.quoted_etag()));
        body.extend([
            "<Part><PartNumber>",
            &part_number.to_string(),
            "</PartNumber><ETag>",
            &etag,
            "</ETag></Part>",
        ]);
    }
    body + "</CompleteMultipartUpload>"
}
