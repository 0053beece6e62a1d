//! Whether an upload may take the place of an object.

use crate::bucket::entry::{BucketEntry, UploadMethod};
use crate::bucket::provider::Overwrites;
use crate::config::reader::TableReader;
use crate::{ConfigError, ConfigErrorKind};

/// What happens if there is an object with the upload's key already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Overwrite {
    Allowed,
    /// The store refuses the upload, in one step with storing it: of two at once, one is taken.
    Refused,
}

impl Overwrite {
    /// Reads `overwrite`, and refuses a promise that the bucket would not keep.
    pub(crate) fn parse(
        table: &mut TableReader<'_>,
        bucket: &BucketEntry,
    ) -> Result<Self, ConfigError> {
        let Some(entry) = table.optional("overwrite") else { return Ok(Self::Allowed) };
        if entry.boolean()? {
            return Ok(Self::Allowed);
        }
        match (bucket.upload_method, &bucket.binding, bucket.provider.overwrites) {
            (UploadMethod::Post, Some(_), _) | (UploadMethod::Put, _, Overwrites::Refusable) => {
                Ok(Self::Refused)
            }
            (UploadMethod::Post, None, _) => Err(entry.problem(
                "a form to this bucket cannot refuse to overwrite, a PUT could: say forms = false in BUCKETS",
            ).with_kind(ConfigErrorKind::OverwriteByForm)),
            (UploadMethod::Put, _, Overwrites::Unknown) => {
                let problem = "this provider does not document that it can refuse to overwrite";
                Err(entry.problem(problem).with_kind(ConfigErrorKind::OverwriteUndocumented))
            }
        }
    }
}
