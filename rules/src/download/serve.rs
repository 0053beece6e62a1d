//! How the objects of a download rule reach the client: `serve`.

use alloc::sync::Arc;

use litemap::LiteMap;

use crate::bucket::credentials::CredentialSource;
use crate::bucket::entry::BucketEntry;
use crate::config::error::ConfigError;
use crate::config::reader::TableReader;
use crate::rule_keys;

const EXPECTED: &str = r#""redirect", "worker" or "direct""#;
const UNBOUND: &str = "the Worker can send objects only from a bucket with a `binding`";
const NOT_VERIFIABLE: &str = "the Worker verifies these links with the bucket's secrets, so `credentials` must be the first part of their names";

/// How the objects of a download rule reach the client.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Serve {
    /// By a link to the bucket.
    #[default]
    Redirect,
    /// By a link to the Worker, which reads the object through the bucket's binding.
    Worker,
    /// In the answer itself, without a link.
    Direct,
}

impl Serve {
    /// Reads `bucket` and `serve`, and refuses what the bucket does not support.
    pub(super) fn parse(
        table: &mut TableReader<'_>,
        buckets: &LiteMap<String, Arc<BucketEntry>>,
    ) -> Result<(Self, Arc<BucketEntry>), ConfigError> {
        let Some(entry) = table.optional("serve") else {
            return Ok((Self::Redirect, rule_keys::bucket(table, buckets)?));
        };
        let serve = entry.parsed(EXPECTED, |text| match text {
            "redirect" => Some(Self::Redirect),
            "worker" => Some(Self::Worker),
            "direct" => Some(Self::Direct),
            _ => None,
        })?;
        let bucket = match serve {
            Self::Redirect | Self::Worker => rule_keys::bucket(table, buckets)?,
            Self::Direct => rule_keys::bucket_to_read(table, buckets)?,
        };
        if serve != Self::Redirect && bucket.binding.is_none() {
            return Err(entry.problem(UNBOUND));
        }
        if serve == Self::Worker && !matches!(bucket.source, CredentialSource::Secrets) {
            return Err(entry.problem(NOT_VERIFIABLE));
        }
        Ok((serve, bucket))
    }
}
