//! The tag of an unconfirmed file, which the Worker removes when it confirms the file.
//!
//! S3 can only set all tags of an object at once, so the others are read first: a scanner may have added its own. If it does so
//! between the two requests, its tag is lost, and a rule with `require_tag` keeps the file closed.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html>

use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256};
use signer::{Authorize, Method, Payload};

use super::confirmation::{Confirmation, name, value};
use crate::denial::Denial;
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::upload::attributes::tags::Tags;
use crate::upload::multipart::bucket_request;

/// The numbers of the requests: the object's headers were the first.
const READ: u16 = 1;
const WRITE: u16 = 2;

impl Confirmation<'_> {
    /// Removes the tag, if the rule has uploads tagged.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if the bucket must be asked first, [`Denial::StoreUnavailable`] if it refuses.
    pub(super) fn remove_unconfirmed_tag(&self, results: &Results) -> Result<(), Blocked<Denial>> {
        if self.rule.attributes.expire_unconfirmed.is_none() {
            return Ok(());
        }
        let answer = results.answer(self.tagging(Method::Get, String::new()).as_nth(READ))?;
        let tags = if answer.status == 200 { Tags::read(&answer.body).ok() } else { None };
        let mut tags = tags.ok_or(Denial::StoreUnavailable)?;
        if !tags.confirm() {
            return Ok(()); // it was confirmed before
        }
        let answer = results.answer(self.tagging(Method::Put, tags.to_xml()).as_nth(WRITE))?;
        if (200..300).contains(&answer.status) {
            Ok(())
        } else {
            Err(Denial::StoreUnavailable.into())
        }
    }

    /// Signs a request for the tags of the object.
    fn tagging(&self, method: Method, body: String) -> Effect {
        let payload = Payload::of(body.as_bytes());
        let request = Authorize::new(method, &self.bucket().bucket, &self.key, payload);
        let request = request.query("tagging", "").expect("not a parameter of a signature");
        let request = if body.is_empty() {
            request
        } else {
            // S3 requires a checksum of the tags.
            let digest = BASE64_STANDARD.encode(Sha256::digest(&body));
            request.header(name("x-amz-checksum-sha256"), value(&digest))
        };
        bucket_request(self.signer.sign_request(method.into(), &self.key, &request), body, "")
    }
}
