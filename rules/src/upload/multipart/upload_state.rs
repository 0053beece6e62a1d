//! The state of an upload in parts, which its id and its capabilities carry.

use core::fmt;

use serde::{Deserialize, Serialize};
use signer::{Credentials, UnixTime};

use super::parts::Parts;
use super::sealed_state::StateKey;
use crate::ambient::Ambient;

/// The state of an upload in parts. Its names are part of the format.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct UploadState {
    /// The entry of `CALLERS`.
    pub(crate) caller: String,
    pub(crate) subject: Option<String>,
    /// The object's key.
    pub(crate) key: String,
    /// S3's own upload id.
    pub(crate) upload: String,
    /// The size of the file, in bytes.
    pub(crate) size: u64,
    /// The size of each part but the last, in bytes.
    pub(crate) part: u64,
    /// When the upload ends, in seconds since 1970.
    pub(crate) ends: u64,
}

/// The purpose of a sealed state. For another purpose, or another rule, it cannot be opened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose<'a> {
    /// An id, for this caller only, who sends it together with its own token.
    Id {
        caller: &'a str,
        subject: Option<&'a str>,
    },
    Capability(Capability),
}

/// What a capability permits to whoever has it. None signs a part.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Capability {
    /// To get the upload's id, once the client begins the upload as if with S3. It is worth as much as the id, so it expires
    /// as soon as a signed URL does.
    Begin,
    /// To list, complete and abort the upload, until the upload ends.
    Manage,
}

impl Purpose<'_> {
    /// Returns the context of a state that is sealed for this purpose and `rule`, as JSON: `["id","uploads/film",["ada",null]]`.
    fn context(self, rule: &str) -> Vec<u8> {
        let (name, caller) = match self {
            Self::Id { caller, subject } => ("id", Some((caller, subject))),
            Self::Capability(Capability::Begin) => ("begin", None),
            Self::Capability(Capability::Manage) => ("manage", None),
        };
        serde_json::to_vec(&(name, rule, caller)).expect("texts are JSON")
    }
}

impl UploadState {
    /// Returns the state in `text` if one of these credentials sealed it for `purpose` and `rule`, and it has not expired.
    pub(crate) fn open(
        text: &str,
        purpose: Purpose<'_>,
        rule: &str,
        credentials: &[Credentials],
        now: UnixTime,
    ) -> Option<Self> {
        let context = purpose.context(rule);
        let mut keys = credentials.iter().map(StateKey::new);
        let json = keys.find_map(|key| key.open(text, &context))?;
        let (until, state) =
            serde_json::from_str::<(u64, Self)>(str::from_utf8(&json).ok()?).ok()?;
        (now.as_secs() < until).then_some(state)
    }

    /// Seals the state as an id or a capability, which expires at `until`.
    pub(crate) fn seal(
        &self,
        purpose: Purpose<'_>,
        rule: &str,
        credentials: &Credentials,
        until: UnixTime,
        ambient: Ambient,
    ) -> String {
        let json =
            serde_json::to_vec(&(until.as_secs(), self)).expect("texts and numbers are JSON");
        StateKey::new(credentials).seal(&json, &purpose.context(rule), ambient.random)
    }

    /// Returns the purpose of the upload's id.
    pub(crate) fn id(&self) -> Purpose<'_> {
        Purpose::Id { caller: &self.caller, subject: self.subject.as_deref() }
    }

    pub(crate) const fn end(&self) -> UnixTime {
        UnixTime::from_secs(self.ends)
    }

    pub(crate) const fn parts(&self) -> Parts {
        Parts { file_bytes: self.size, part_bytes: self.part }
    }
}

/// Shows neither the key nor S3's id, which clients do not get.
impl fmt::Debug for UploadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadState").field("ends", &self.end()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "uploads/film";
    const AMBIENT: Ambient =
        Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [7; 16] }; // 2026-11-23T19:00:00Z

    fn credentials() -> Credentials {
        Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret")
    }

    fn state() -> UploadState {
        let (caller, subject) = ("ada".into(), Some("u7".into()));
        let (key, upload, ends) = ("a".into(), "u".into(), AMBIENT.now.as_secs() + 60);
        UploadState { caller, subject, key, upload, size: 1, part: 8 << 20, ends }
    }

    fn open(text: &str, purpose: Purpose<'_>, rule: &str, after: u64) -> Option<UploadState> {
        UploadState::open(text, purpose, rule, &[credentials()], AMBIENT.now.plus_secs(after))
    }

    #[test]
    fn opens_for_its_purpose_rule_and_caller_only_until_it_expires() {
        let state = state();
        let purpose = |caller, subject| Purpose::Id { caller, subject };
        let purposes = [
            purpose("ada", Some("u7")),
            purpose("ada", None),
            purpose("ada", Some("u8")),
            purpose("bob", Some("u7")),
            Purpose::Capability(Capability::Begin),
            Purpose::Capability(Capability::Manage),
        ];
        for (sealed_for, &purpose) in purposes.iter().enumerate() {
            let until = AMBIENT.now.plus_secs(30);
            let text = state.seal(purpose, RULE, &credentials(), until, AMBIENT);
            for (opened_for, &other) in purposes.iter().enumerate() {
                let opened = open(&text, other, RULE, 0);
                assert_eq!(opened.is_some(), sealed_for == opened_for, "{purpose:?} {other:?}");
            }
            assert_eq!(open(&text, purpose, RULE, 29).as_ref(), Some(&state));
            assert_eq!(open(&text, purpose, RULE, 30), None);
            assert_eq!(open(&text, purpose, "uploads/other", 0), None);
        }
    }

    /// What earlier versions issued was signed, and not encrypted.
    #[test]
    fn an_id_of_an_earlier_version_is_not_opened() {
        let id = "eyJydWxlIjoidXBsb2Fkcy9maWxtIiwiY2FsbGVyIjoiYWRhIn0.0f4c3b2a0f4c3b2a0f4c3b2a0f4c3b2a0f4c3b2a0f4c3b2a0f4c3b2a0f4c3b2a";
        let purpose = Purpose::Id { caller: "ada", subject: None };
        assert_eq!(open(id, purpose, RULE, 0), None);
        assert_eq!(open(id.split_once('.').unwrap().0, purpose, RULE, 0), None);
    }
}
