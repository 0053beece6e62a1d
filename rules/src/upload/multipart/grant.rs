//! Permission to begin an upload in parts.

use serde::Serialize;
use signer::{Authorize, Credentials, HeaderName, Operation, Payload, UnixTime};

use super::bucket_request::bucket_request;
use super::parts::Parts;
use super::s3_xml;
use super::upload_state::{Kind, UploadState};
use crate::Fetched;
use crate::{Ambient, Caller, Denial, Effect, Secrets, UploadGrant, UploadRequest, UploadRule};

/// How long an upload in parts may go on, in seconds: a day, for files that take long and laptops that are closed.
const MAX_LIFE: u64 = 86_400;

/// Permission to begin an upload in parts; only [`UploadRule::begin`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct MultipartGrant {
    grant: UploadGrant,
    parts: Parts,
    rule: String,
    caller: Caller,
    ends: UnixTime,
}

/// How large the parts of a file are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PartSize {
    /// At least 8 MiB each, so that there are few; all of one size but the last.
    Auto,
    /// The client cuts the file itself, into parts of this many bytes and the last.
    Fixed(u64),
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
        ask: &UploadRequest,
        part_size: PartSize,
        ambient: Ambient,
    ) -> Result<MultipartGrant, Denial> {
        if !self.multipart {
            return Err(Denial::NoMultipart);
        }
        if ask.checksum.is_some() {
            let why = "is of a file in one piece: S3 has another for one in parts".into();
            return Err(Denial::InvalidArgument { name: "checksum", why });
        }
        let grant = self.grant(caller, ask, ambient)?;
        let end = ambient.now.plus_secs(MAX_LIFE);
        Ok(MultipartGrant {
            parts: Parts::new(grant.content_length, part_size)?,
            grant,
            rule: self.access().rule().to_owned(),
            caller: caller.clone(),
            ends: caller.ticket.as_ref().map_or(end, |ticket| ticket.ends().min(end)),
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
    pub fn create(&self, credentials: &Credentials, now: UnixTime) -> Effect {
        let UploadGrant { bucket, key, media_type, metadata, .. } = &self.grant;
        let mut create =
            Authorize::new(Operation::CreateMultipartUpload, &bucket.bucket, key, Payload::of(b""))
                .header(HeaderName::CONTENT_TYPE, media_type.to_header_value());
        for entry in metadata {
            create = create.header(entry.name.header.clone(), entry.value.clone());
        }
        let signed = bucket.sign_with(credentials, now, |signer| create.sign(signer));
        bucket_request(signed, String::new(), key.as_str())
    }

    /// What the browser is told once S3 has begun it: a sealed id, and how large the parts are.
    #[must_use]
    pub fn begun(&self, answer: &Fetched, credentials: &Credentials) -> Option<Begun> {
        let state = UploadState {
            rule: self.rule.clone(),
            caller: self.caller.name().to_owned(),
            subject: self.caller.subject().map(str::to_owned),
            key: answer.memo.clone(), // the key that S3 was told, not the one of this round
            upload: s3_xml::text(&answer.body, "UploadId")?,
            size: self.parts.file_bytes,
            part: self.parts.part_bytes,
            ends: self.ends.as_secs(),
            kind: Kind::Id,
        };
        Some(Begun {
            upload_id: state.close(Kind::Id, credentials),
            key: state.key,
            part_size: self.parts.part_bytes,
            parts: self.parts.count(),
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
