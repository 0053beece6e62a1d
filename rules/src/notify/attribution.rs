//! Which rule an object belongs to, if only its bucket and key are known.

use crate::bucket::entry::BucketEntry;
use crate::callers::kind::CallerKind;
use crate::keys::origin::KeyOrigin;
use crate::rules::Rules;
use crate::upload::rule::UploadRule;

/// The rules that can have made a key.
pub(crate) struct Attribution<'r, 'k> {
    /// The rule whose address gets the event: the first by name that sends events.
    pub(crate) sender: &'r UploadRule,
    /// The rule that made the key, and what the key says; `None` if several rules can have made it, also such as send no
    /// events.
    pub(crate) certain: Option<(&'r UploadRule, KeyOrigin<'r, 'k>)>,
}

impl Rules {
    /// Finds the rules that can have made a key in one of these buckets; `None` if none of them sends events.
    pub(crate) fn attribute<'r, 'k>(
        &'r self,
        key: &'k str,
        is_bucket: impl Fn(&BucketEntry) -> bool,
    ) -> Option<Attribution<'r, 'k>> {
        let of_bucket = self.uploads.values().filter(|rule| is_bucket(&rule.bucket));
        let candidates: Vec<_> =
            of_bucket.filter_map(|rule| Some((rule, rule.origin_of(key)?))).collect();
        let (sender, _) = candidates.iter().find(|(rule, _)| rule.notify.is_some())?;
        let certain = match candidates.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        Some(Attribution { sender, certain })
    }
}

impl UploadRule {
    /// Returns what a key says about its upload; `None` if the rule cannot have made it.
    fn origin_of<'r, 'k>(&'r self, key: &'k str) -> Option<KeyOrigin<'r, 'k>> {
        let entries: Vec<_> = self.access.callers.iter().map(CallerKind::name).collect();
        let origin = self.key.origin_of(key, &entries)?;
        // Without `{entry}`, only a rule with one entry says which it was.
        let only = match entries.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        Some(KeyOrigin { entry: origin.entry.or(only), ..origin })
    }
}
