//! A form that the Worker itself received: for whom it was signed.

use signer::UnixTime;

use super::grant_state::Granted;
use crate::ambient::Ambient;
use crate::bound_bucket::BoundBucket;
use crate::callers::context::Presented;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::secret::Secrets;
use crate::upload::purpose::Purpose;
use crate::upload::quota::{Arrival, Counting};
use crate::upload::rule::UploadRule;
use crate::upload::stored_object::StoredObject;

/// The field of a form that says for whom it was signed: the rule's name, a dot, and a sealed state.
///
/// S3 requires no condition for a field of such a name. Only the Worker can make its value, and it counts only with the key
/// for which it was made.
pub const STATE_FIELD: &str = "x-ignore-signpost";

/// The same field of a form whose arrival counts, or that can be sent only from some places. The form's policy requires it, so a client cannot leave it out.
pub const COUNTED_FIELD: &str = "x-amz-signpost";

/// A form that the Worker received, with the grant that it was signed for.
#[derive(Debug)]
pub struct ReceivedForm {
    counting: Counting,
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
        let counting = rule.counting(&granted);
        let (rule, bucket) = (rule.access.rule().to_owned(), self.name().to_owned());
        let key = granted.makes(key).then(|| key.to_owned())?;
        Some(ReceivedForm { counting, granted, rule, bucket, key })
    }

    /// Checks that the rule of a form can be used from where the client is.
    ///
    /// # Errors
    ///
    /// [`Denial::NetworkNotAllowed`], [`Denial::CountryNotAllowed`].
    pub fn check_place(&self, form: &ReceivedForm, client: &Presented<'_>) -> Result<(), Denial> {
        let mut rules = self.rules_of_uploads();
        let rule = rules.find(|rule| rule.access.rule() == form.rule);
        rule.map_or(Ok(()), |rule| rule.access.check_place(client))
    }
}

impl UploadRule {
    /// Returns what counts when a file arrives.
    fn counting(&self, granted: &Granted) -> Counting {
        let Granted { id, caller, subject, at, .. } = granted;
        let quota = self.quota_of(caller, subject.as_deref());
        Counting::new(self.access.rule(), id, *at, quota, self.single_use)
    }

    /// Returns the rule's name in `UPLOADS`.
    fn name(&self) -> &str {
        self.access.rule().split_once('/').map_or("", |(_, name)| name)
    }
}

impl ReceivedForm {
    /// Begins to receive a file of at most `max_bytes`: uses the form up if it is valid once, and counts the file against the quota of
    /// the caller that the form was signed for. Returns `None` if the rule does neither.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first; [`Denial::FormUsed`], [`Denial::FormInUse`], [`Denial::QuotaExceeded`],
    /// [`Denial::StateNotBound`], [`Denial::StateUnavailable`].
    pub fn arrive(
        &self,
        max_bytes: u64,
        results: &Results,
        ambient: Ambient,
    ) -> Result<Option<Arrival>, Blocked<Denial>> {
        self.counting.begin(max_bytes, results, ambient)
    }

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
