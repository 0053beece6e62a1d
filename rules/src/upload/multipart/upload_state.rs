//! The state of an upload in parts, which its id and its capabilities carry.

use core::fmt;

use serde::{Deserialize, Serialize};
use signer::UnixTime;

use super::parts::Parts;
use crate::upload::purpose::Purpose;

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
    /// The media type that the object gets; empty in an id of an earlier version.
    #[serde(default)]
    pub(crate) media_type: String,
    /// The identifier of the reservation, if the rule has a quota.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reservation: Option<String>,
}

impl UploadState {
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
    use signer::Credentials;

    use super::*;
    use crate::ambient::Ambient;
    use crate::upload::purpose::Capability;

    const RULE: &str = "uploads/film";
    const AMBIENT: Ambient =
        Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [7; 16] }; // 2026-11-23T19:00:00Z

    fn credentials() -> Credentials {
        Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret")
    }

    fn state() -> UploadState {
        let (caller, subject) = ("ada".into(), Some("u7".into()));
        let (key, upload, ends) = ("a".into(), "u".into(), AMBIENT.now.as_secs() + 60);
        let media_type = "video/mp4".into();
        UploadState {
            caller,
            subject,
            key,
            upload,
            size: 1,
            part: 8 << 20,
            ends,
            media_type,
            reservation: None,
        }
    }

    fn open(text: &str, purpose: Purpose<'_>, rule: &str, after: u64) -> Option<UploadState> {
        purpose.open(text, rule, &[credentials()], AMBIENT.now.plus_secs(after))
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
            Purpose::Confirm { caller: "ada", subject: Some("u7") },
            Purpose::Confirm { caller: "ada", subject: None },
            Purpose::Page,
            Purpose::Form,
        ];
        for (sealed_for, &purpose) in purposes.iter().enumerate() {
            let until = AMBIENT.now.plus_secs(30);
            let text = purpose.seal(&state, RULE, &credentials(), until, AMBIENT);
            for (opened_for, &other) in purposes.iter().enumerate() {
                let opened = open(&text, other, RULE, 0);
                assert_eq!(opened.is_some(), sealed_for == opened_for, "{purpose:?} {other:?}");
            }
            assert_eq!(open(&text, purpose, RULE, 29).as_ref(), Some(&state));
            assert_eq!(open(&text, purpose, RULE, 30), None);
            assert_eq!(open(&text, purpose, "uploads/other", 0), None);
        }
    }

    /// Uploads that had begun before an update of the Worker can be completed after it.
    #[test]
    fn opens_a_state_without_a_media_type() {
        let state = serde_json::json!({
            "caller": "ada", "subject": null, "key": "a", "upload": "u", "size": 1, "part": 8 << 20, "ends": 2_000_000_000,
        });
        let purpose = Purpose::Id { caller: "ada", subject: None };
        let until = AMBIENT.now.plus_secs(30);
        let text = purpose.seal(&state, RULE, &credentials(), until, AMBIENT);
        assert_eq!(
            open(&text, purpose, RULE, 0).map(|state| state.media_type),
            Some(String::new())
        );
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
