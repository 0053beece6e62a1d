//! Permission to begin an upload in parts, and the request that begins it.

use alloc::sync::Arc;

use serde::Serialize;
use signer::{Authorize, Expires, Operation, Payload, UnixTime};

use super::bucket_request::bucket_request;
use super::parts::Parts;
use super::s3_xml;
use super::upload_state::UploadState;
use crate::ambient::Ambient;
use crate::bucket::entry::BucketEntry;
use crate::callers::caller::Caller;
use crate::denial::Denial;
use crate::effect::Effect;
use crate::effect::results::Fetched;
use crate::lifetime::{EndsWith, Lifetime};
use crate::secret::Secrets;
use crate::signing::GrantSigner;
use crate::upload::grant::UploadGrant;
use crate::upload::quota::{Counted, Reservation};
use crate::upload::request::UploadRequest;
use crate::upload::rule::UploadRule;

/// How long an upload in parts may take, in seconds: a day, for slow connections and laptops that are closed.
const MAX_LIFE: u32 = 86_400;
const MAX_EXPIRES: Expires = Expires::from_secs(MAX_LIFE).expect("at most 7 days");

/// Permission to begin an upload in parts; only [`UploadRule::begin`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct MultipartGrant {
    grant: UploadGrant,
    parts: Parts,
    rule: String,
    caller: Caller,
    lifetime: Lifetime,
}

/// The size of the parts of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PartSize {
    /// At least 8 MiB, so that there are few parts. All have the same size except the last.
    Auto,
    /// The client's choice, in bytes; the last part may be smaller.
    Fixed(u64),
}

impl UploadRule {
    /// Decides on a file that is sent in parts.
    ///
    /// # Errors
    ///
    /// A [`Denial`], as [`UploadRule::grant`]; [`Denial::NoMultipart`] if the rule does not accept files in parts.
    pub fn begin(
        &self,
        caller: &Caller,
        request: &UploadRequest,
        part_size: PartSize,
        ambient: Ambient,
    ) -> Result<MultipartGrant, Denial> {
        if !self.multipart {
            return Err(Denial::NoMultipart);
        }
        if request.checksum.is_some() {
            let why =
                "is not accepted for a file in parts, which needs another kind of checksum".into();
            return Err(Denial::InvalidArgument { name: "checksum", why });
        }
        let mut grant = self.grant_by_any_method(caller, request, ambient)?;
        if self.attributes.expire_unconfirmed.is_some() {
            // The Worker itself completes the upload, which confirms it. Until then there is no object.
            grant.attributes.replace_tags(&self.attributes.tags);
        }
        let lifetime = caller.lifetime(MAX_EXPIRES, ambient.now)?;
        if let Some(counted) = grant.counted.take() {
            grant.counted = Some(Box::new(counted.in_parts(lifetime, ambient.now)));
        }
        Ok(MultipartGrant {
            parts: Parts::new(grant.content_length, part_size)?,
            grant,
            rule: self.access().rule().to_owned(),
            caller: caller.clone(),
            lifetime,
        })
    }
}

impl MultipartGrant {
    /// Returns the bucket that the object will be in.
    #[must_use]
    pub fn bucket(&self) -> &BucketEntry {
        &self.grant.bucket
    }

    /// Returns the grant of the file, to reserve it in its quota.
    pub const fn file_mut(&mut self) -> &mut UploadGrant {
        &mut self.grant
    }

    /// Returns the reservation, if there is one.
    #[must_use]
    pub fn reservation(&self) -> Option<Reservation> {
        self.grant.reservation()
    }

    /// Chooses the credentials for the request that begins the upload. The upload ends with them, unless they are renewed.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] and the like if the environment has no valid credentials, [`Denial::StateUnavailable`] if the rule has
    /// a quota and nothing is reserved.
    pub fn sign(self, secrets: &Secrets, now: UnixTime) -> Result<MultipartStart, Denial> {
        self.grant.counted.as_deref().map(Counted::reserved).transpose()?;
        let bucket = Arc::clone(&self.grant.bucket);
        let signer = GrantSigner::new(bucket, self.lifetime, secrets, now)?;
        Ok(MultipartStart { signer, grant: self })
    }
}

/// The start of an upload in parts: the signed request, and the reader of its answer.
#[derive(Debug)]
pub struct MultipartStart {
    signer: GrantSigner,
    grant: MultipartGrant,
}

impl MultipartStart {
    /// Returns the signed request to the bucket.
    #[must_use]
    pub fn request(&self) -> Effect {
        let UploadGrant { key, attributes, .. } = &self.grant.grant;
        let operation = Operation::CreateMultipartUpload;
        let create = Authorize::new(operation, self.signer.bucket(), key, Payload::of(b""));
        let create = attributes.add_to_create(create);
        let signed = self.signer.sign_request(operation, key, &create);
        bucket_request(signed, String::new(), key.as_str())
    }

    /// Converts S3's answer into the answer to the client; returns `None` if it has no upload id.
    #[must_use]
    pub fn begun(&self, answer: &Fetched, ambient: Ambient) -> Option<Begun> {
        let MultipartGrant { grant, parts, rule, caller, .. } = &self.grant;
        let (end, ends_with) = self.end();
        let state = UploadState {
            caller: caller.name().to_owned(),
            subject: caller.subject().map(str::to_owned),
            // The key of the request that S3 answered. The grant of this call has a key with other random bytes.
            key: answer.memo.clone(),
            upload: s3_xml::text(&answer.body, "UploadId")?,
            size: parts.file_bytes,
            part: parts.part_bytes,
            ends: end.as_secs(),
            media_type: grant.attributes.media_type().to_owned(),
            reservation: grant.counted.as_ref().and_then(|counted| counted.id.clone()),
        };
        Some(Begun {
            upload_id: state.id().seal(
                &state,
                rule,
                self.signer.sealing_credentials(),
                end,
                ambient,
            ),
            key: state.key,
            part_size: parts.part_bytes,
            parts: parts.count(),
            expires: end.to_string(),
            ends_with,
        })
    }

    /// Returns when the upload ends, and what makes it end early. Credentials that are renewed do not end it.
    fn end(&self) -> (UnixTime, Option<EndsWith>) {
        if !self.signer.is_renewed() {
            return (self.signer.expiration(), self.signer.ends_with());
        }
        let Lifetime { expires, ends_with } = self.grant.lifetime;
        (self.signer.signed_at().plus_secs(expires.as_secs().into()), ends_with)
    }
}

/// The answer to a client whose upload has begun.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Begun {
    /// The upload id, valid for this rule and caller only.
    pub upload_id: String,
    /// The key that the object will have.
    pub key: String,
    /// The size of each part but the last, in bytes.
    pub part_size: u64,
    /// How many parts there are.
    pub parts: u64,
    /// The time until which it can be completed.
    pub expires: String,
    /// What makes it end before a day has passed.
    #[serde(rename = "expires_with", skip_serializing_if = "Option::is_none")]
    pub ends_with: Option<EndsWith>,
}
