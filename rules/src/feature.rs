//! What a build of the Worker may go without.

use serde_json::{Map, Value};

use crate::caller_kind::CallerKind;
use crate::rules::Entries;
use crate::table::Place;
use crate::{ConfigError, Rules, UploadRule};

/// A part of the Worker that only some configurations use. Compiled in by the cargo feature of its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Feature {
    /// The Worker takes the forms of buckets that are bound to it: `binding`.
    BoundBuckets,
    /// Asks are counted: `limit`.
    Limits,
    /// Files come in parts: `multipart = true`.
    Multipart,
    /// Signature Version 2: `signature = "v2"`.
    Sigv2,
    /// Callers prove who they are by what somebody else vouches for: `jwt`, `access`, `ticket`, `turnstile`.
    Tokens,
    /// Pages' uploaders ask in their own words: `uploaders = true`.
    Uploaders,
}

impl Feature {
    /// All of them, by name.
    pub const ALL: [Self; 6] = [
        Self::BoundBuckets,
        Self::Limits,
        Self::Multipart,
        Self::Sigv2,
        Self::Tokens,
        Self::Uploaders,
    ];

    /// The name of the cargo feature.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BoundBuckets => "bound-buckets",
            Self::Limits => "limits",
            Self::Multipart => "multipart",
            Self::Sigv2 => "sigv2",
            Self::Tokens => "tokens",
            Self::Uploaders => "uploaders",
        }
    }

    const fn is_built(self) -> bool {
        match self {
            Self::BoundBuckets => cfg!(feature = "bound-buckets"),
            Self::Limits => cfg!(feature = "limits"),
            Self::Multipart => cfg!(feature = "multipart"),
            Self::Sigv2 => cfg!(feature = "sigv2"),
            Self::Tokens => cfg!(feature = "tokens"),
            Self::Uploaders => cfg!(feature = "uploaders"),
        }
    }

    /// Refuses `key` of the table at `place` if it asks for what this build lacks.
    pub(crate) fn required_by(self, place: Place<'_>, key: &str) -> Result<(), ConfigError> {
        if self.is_built() { Ok(()) } else { Err(self.missing(place, key)) }
    }

    /// Like [`Feature::missing_at`], for `key` of the table at `place`.
    pub(crate) fn missing(self, place: Place<'_>, key: &str) -> ConfigError {
        self.missing_at(place.then(key))
    }

    /// A configuration changed in the dashboard meets a build that was made for another one.
    pub(crate) fn missing_at(self, place: Place<'_>) -> ConfigError {
        let name = self.as_str();
        place.problem(&format!(
            "this build lacks {name}: deploy again with this line in wrangler.toml, which compiles it in"
        ))
    }

    fn is_used(self, entries: &Entries, rules: &Rules) -> bool {
        let some_rule = |is: fn(&UploadRule) -> bool| rules.uploads.values().any(is);
        match self {
            Self::BoundBuckets => entries.buckets.values().any(|entry| entry.binding.is_some()),
            Self::Limits => rules.sides().iter().any(|(_, access)| access.is_limited()),
            Self::Multipart => some_rule(UploadRule::takes_parts),
            Self::Sigv2 => entries.buckets.values().any(|entry| entry.signature.is_v2()),
            Self::Tokens => entries.callers.values().any(CallerKind::is_vouched_for),
            Self::Uploaders => some_rule(UploadRule::takes_uploaders),
        }
    }
}

impl Rules {
    /// What a build must have for this configuration, entries that no rule names included.
    ///
    /// # Errors
    ///
    /// As [`Rules::parse`].
    pub fn features(vars: &Map<String, Value>) -> Result<Vec<Feature>, Vec<ConfigError>> {
        let (entries, rules) = (Entries::parse(vars)?, Self::parse(vars)?);
        Ok(Feature::ALL.into_iter().filter(|feature| feature.is_used(&entries, &rules)).collect())
    }
}
