//! Whether uploads can overwrite objects.

use crate::bucket::entry::{BucketEntry, UploadMethod};
use crate::bucket::provider::Overwrites;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::TableReader;

/// What happens if an object with the upload's key exists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Overwrite {
    Allowed,
    /// The bucket rejects the upload. It checks and stores in one step, so of two simultaneous uploads only one succeeds.
    Refused,
}

impl Overwrite {
    /// Reads `overwrite`, and refuses `false` if the bucket cannot guarantee it.
    pub(crate) fn parse(
        table: &mut TableReader<'_>,
        bucket: &BucketEntry,
    ) -> Result<Self, ConfigError> {
        let Some(entry) = table.optional("overwrite") else { return Ok(Self::Allowed) };
        if entry.boolean()? {
            return Ok(Self::Allowed);
        }
        match (bucket.upload_method, &bucket.binding, bucket.provider.overwrites) {
            (UploadMethod::Post, Some(_), _) | (UploadMethod::Put, _, Overwrites::Preventable) => {
                Ok(Self::Refused)
            }
            (UploadMethod::Post, None, _) => Err(entry.problem(
                "a form cannot prevent overwriting in this bucket, but a PUT can: write forms = false in BUCKETS",
            ).with_kind(ConfigErrorKind::OverwriteByForm)),
            (UploadMethod::Put, _, Overwrites::Unknown) => {
                let problem = "this provider does not document that it can prevent overwriting";
                Err(entry.problem(problem).with_kind(ConfigErrorKind::OverwriteUndocumented))
            }
        }
    }
}
