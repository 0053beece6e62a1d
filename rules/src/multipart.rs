//! Uploads in parts: begun by the Worker, sent by the browser, completed or dropped by the Worker again.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use alloc::sync::Arc;

use serde::{Deserialize, Serialize};
use signer::{
    Authorize, Credentials, HeaderName, ObjectKey, Operation, PartNumber, Payload, Presign,
    PresignedUrl, Signer, UnixTime, UploadId,
};

use crate::bucket::BucketEntry;
use crate::lifetime::Lifetime;
use crate::need::{Fetched, store};
use crate::parts::Parts;
use crate::s3_xml;
use crate::seal::Seal;
use crate::{Caller, Denial, Moment, Need, Secrets, UploadAsk, UploadGrant, UploadRule};

/// How long an upload in parts may go on, in seconds: a day, for files that take long and laptops that are closed.
const MAX_LIFE: u64 = 86_400;

/// What is sealed into the id that the browser gets: whose upload it is, and of what.
#[derive(Deserialize, Eq, PartialEq, Serialize)]
struct Claim {
    rule: String,
    caller: String,
    subject: Option<String>,
    key: String,
    upload: String,
    size: u64,
    ends: u64,
}

/// Permission to begin an upload in parts; only [`UploadRule::begin`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct MultipartGrant {
    grant: UploadGrant,
    rule: String,
    caller: Caller,
    ends: UnixTime,
}

/// An upload in parts that is under way, and the caller's own.
#[derive(Debug)]
pub struct MultipartUpload {
    bucket: Arc<BucketEntry>,
    credentials: Credentials,
    lifetime: Lifetime,
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

impl UploadRule {
    /// Decides on a file that comes in parts.
    ///
    /// # Errors
    ///
    /// A [`Denial`], as [`UploadRule::grant`]; [`Denial::NoMultipart`] if the rule takes files in one piece alone.
    pub fn begin(
        &self,
        caller: &Caller,
        ask: &UploadAsk,
        moment: Moment,
    ) -> Result<MultipartGrant, Denial> {
        if !self.multipart {
            return Err(Denial::NoMultipart);
        }
        if ask.checksum.is_some() {
            let why = "is of a file in one piece: S3 has another for one in parts".into();
            return Err(Denial::InvalidArgument { name: "checksum", why });
        }
        Ok(MultipartGrant {
            grant: self.grant(caller, ask, moment)?,
            rule: self.access().rule().to_owned(),
            caller: caller.clone(),
            ends: moment.now.plus_secs(MAX_LIFE),
        })
    }

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
        let (credentials, lifetime) = self.bucket.sign_for(lifetime, secrets, now)?;
        let claim = Seal::new(&credentials).open(sealed);
        let claim = claim.and_then(|claim| serde_json::from_str::<Claim>(&claim).ok());
        let own = |claim: &Claim| {
            claim.rule == self.access().rule()
                && claim.caller == caller.name()
                && claim.subject.as_deref() == caller.subject()
                && now.as_secs() < claim.ends
        };
        let claim = claim.filter(own).ok_or(Denial::NoSuchUpload)?;
        Ok(MultipartUpload {
            bucket: Arc::clone(&self.bucket),
            credentials,
            lifetime,
            key: ObjectKey::new(claim.key).map_err(Denial::InvalidKey)?,
            upload_id: UploadId::new(claim.upload).map_err(|_| Denial::NoSuchUpload)?,
            parts: Parts::of(claim.size),
        })
    }
}

impl MultipartGrant {
    /// The credentials that sign it.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] and the like if the environment has none that are good.
    pub fn credentials(&mut self, secrets: &Secrets, now: UnixTime) -> Result<Credentials, Denial> {
        self.grant.credentials(secrets, now)
    }

    /// The request that begins it.
    #[must_use]
    pub fn create(&self, credentials: &Credentials, now: UnixTime) -> Need {
        let UploadGrant { bucket, key, media_type, metadata, .. } = &self.grant;
        let mut create =
            Authorize::new(Operation::CreateMultipartUpload, &bucket.bucket, key, Payload::of(b""))
                .header(HeaderName::CONTENT_TYPE, media_type.to_header_value());
        for entry in metadata {
            create = create.header(entry.name.header.clone(), entry.value.clone());
        }
        let signer = Signer::new(credentials, bucket.bucket.region(), now);
        store(create.sign(&signer), String::new(), key.as_str())
    }

    /// What the browser is told once S3 has begun it: a sealed id, and how to cut the file.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not")]
    pub fn begun(&self, answer: &Fetched, credentials: &Credentials) -> Option<Begun> {
        let parts = Parts::of(self.grant.content_length);
        let claim = Claim {
            rule: self.rule.clone(),
            caller: self.caller.name().to_owned(),
            subject: self.caller.subject().map(str::to_owned),
            key: answer.memo.clone(), // the key that S3 was told, not the one of this round
            upload: s3_xml::text(&answer.body, "UploadId")?,
            size: parts.file_bytes,
            ends: self.ends.as_secs(),
        };
        let text = serde_json::to_string(&claim).expect("texts and numbers are JSON");
        Some(Begun {
            upload_id: Seal::new(credentials).close(&text),
            key: claim.key,
            part_size: parts.part_bytes,
            parts: parts.count(),
            expires: self.ends.to_string(),
        })
    }
}

/// What a browser is told of an upload that has begun.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Begun {
    /// Its id: sealed, and good for this rule and caller alone.
    pub upload_id: String,
    /// The key that the object will have.
    pub key: String,
    /// The size of each part but the last, in bytes.
    pub part_size: u64,
    /// How many parts there are.
    pub parts: u64,
    /// Until when it can be completed.
    pub expires: String,
}

impl MultipartUpload {
    /// The key that the object will have.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
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

    /// The parts that S3 lists.
    #[must_use]
    pub fn listed(answer: &Fetched) -> Vec<Part> {
        let part = |xml| {
            Some(Part {
                part_number: s3_xml::text(xml, "PartNumber")?.parse().ok()?,
                etag: s3_xml::text(xml, "ETag")?,
                size: s3_xml::text(xml, "Size")?.parse().ok()?,
            })
        };
        s3_xml::elements(&answer.body, "Part").filter_map(part).collect()
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
    for Part { part_number, etag, .. } in parts {
        let etag = s3_xml::escape(etag);
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
