//! A form that the Worker itself received: for whom it was signed.

use signer::UnixTime;

use super::grant_state::Granted;
use crate::bound_bucket::BoundBucket;
use crate::secret::Secrets;
use crate::upload::purpose::Purpose;
use crate::upload::rule::UploadRule;
use crate::upload::stored_object::StoredObject;

/// The field of a form that says for whom it was signed: the rule's name, a dot, and a sealed state.
///
/// S3 requires no condition for a field of such a name. Only the Worker can make its value, and it counts only with the key
/// for which it was made.
pub const STATE_FIELD: &str = "x-ignore-signpost";

/// A form that the Worker received, with the grant that it was signed for.
#[derive(Debug)]
pub struct ReceivedForm {
    granted: Granted,
    rule: String,
    bucket: String,
    key: String,
}

impl BoundBucket<'_> {
    /// Finds the grant of a form for `key` by the value of its [`STATE_FIELD`]; returns `None` if it has none, or if the field
    /// belongs to another form.
    #[must_use]
    pub fn received(
        &self,
        field: &str,
        key: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Option<ReceivedForm> {
        let (name, state) = field.split_once('.')?;
        let rule = self.rules_of_uploads().find(|rule| rule.name() == name)?;
        let granted: Granted = rule.open(state, Purpose::Form, secrets, now).ok()?;
        let (rule, bucket) = (rule.access.rule().to_owned(), self.name().to_owned());
        granted.makes(key).then(|| ReceivedForm { granted, rule, bucket, key: key.to_owned() })
    }
}

impl UploadRule {
    /// Returns the rule's name in `UPLOADS`.
    fn name(&self) -> &str {
        self.access.rule().split_once('/').map_or("", |(_, name)| name)
    }
}

impl ReceivedForm {
    /// Returns the object that the Worker has stored.
    #[must_use]
    pub fn stored(
        &self,
        size: u64,
        etag: &str,
        modified_at: Option<UnixTime>,
        now: UnixTime,
    ) -> StoredObject {
        let Granted { id, caller, subject, media_type, checksum, .. } = self.granted.clone();
        StoredObject {
            id,
            rule: self.rule.clone(),
            caller,
            subject,
            bucket: self.bucket.clone(),
            key: self.key.clone(),
            size,
            media_type,
            etag: etag.to_owned(),
            // The Worker checked it while the file arrived.
            checksum,
            stored_at: now,
            modified_at,
        }
    }
}
