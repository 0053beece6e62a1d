//! The rules that may have written an object that a download rule reads.

use litemap::LiteMap;

use crate::bucket::entry::BucketEntry;
use crate::credentials_rule::action::Action;
use crate::credentials_rule::rule::CredentialsRule;
use crate::keys::template::KeyTemplate;
use crate::upload::rule::UploadRule;

/// All rules by which clients write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writers<'r> {
    pub(crate) uploads: &'r LiteMap<String, UploadRule>,
    pub(crate) credentials: &'r LiteMap<String, CredentialsRule>,
}

impl<'r> Writers<'r> {
    /// Returns the upload rules that may have written objects with these keys.
    pub(crate) fn uploads(
        self,
        bucket: &BucketEntry,
        key: &KeyTemplate,
    ) -> impl Iterator<Item = &'r UploadRule> {
        self.uploads.values().filter(move |rule| meet((&rule.bucket, &rule.key), (bucket, key)))
    }

    /// Returns the rules that hand out credentials with which objects with these keys may have been written.
    pub(crate) fn credentials(
        self,
        bucket: &BucketEntry,
        key: &KeyTemplate,
    ) -> impl Iterator<Item = &'r CredentialsRule> {
        let writing =
            self.credentials.values().filter(|rule| rule.actions().contains(&Action::Write));
        writing.filter(move |rule| meet((&rule.bucket, &rule.key), (bucket, key)))
    }
}

/// Returns whether the keys of two rules can be the same.
fn meet(first: (&BucketEntry, &KeyTemplate), second: (&BucketEntry, &KeyTemplate)) -> bool {
    let (first_key, second_key) = (first.1.prefix(), second.1.prefix());
    // Two entries of `BUCKETS` may be the same bucket, with other credentials.
    first.0.bucket.name() == second.0.bucket.name()
        && (first_key.starts_with(second_key) || second_key.starts_with(first_key))
}
