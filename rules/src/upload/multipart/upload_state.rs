//! The state of an upload in parts, which its id and its capability carry.

use serde::{Deserialize, Serialize};
use signer::{Credentials, UnixTime};

use super::parts::Parts;
use super::state_key::StateKey;
use crate::callers::caller::Caller;

/// The state of an upload in parts. Its names are part of the format of ids.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct UploadState {
    /// `uploads/avatar`
    pub(crate) rule: String,
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
    /// When the id expires, in seconds since 1970.
    pub(crate) ends: u64,
    pub(crate) kind: Kind,
}

/// The use of a signed state.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// An id: the caller sends it together with its own token.
    Id,
    /// A capability: whoever has it may list, complete and abort the upload, but not sign a part.
    #[serde(rename = "pass")] // its name in capabilities that earlier versions issued
    Capability,
}

impl UploadState {
    /// Returns the state in `text` if one of these credentials signed it for `rule` and `kind`, and it has not expired.
    pub(crate) fn verify(
        text: &str,
        kind: Kind,
        rule: &str,
        credentials: &[Credentials],
        now: UnixTime,
    ) -> Option<Self> {
        let json =
            credentials.iter().find_map(|credentials| StateKey::new(credentials).verify(text))?;
        let state = serde_json::from_str::<Self>(&json).ok()?;
        let valid = state.kind == kind && state.rule == rule && now.as_secs() < state.ends;
        valid.then_some(state)
    }

    /// Writes the state as an id or a capability.
    pub(crate) fn sign(&self, kind: Kind, credentials: &Credentials) -> String {
        let state = Self { kind, ..self.clone() };
        StateKey::new(credentials)
            .sign(&serde_json::to_string(&state).expect("texts and numbers are JSON"))
    }

    pub(crate) fn is_of(&self, caller: &Caller) -> bool {
        self.caller == caller.name() && self.subject.as_deref() == caller.subject()
    }

    pub(crate) const fn parts(&self) -> Parts {
        Parts { file_bytes: self.size, part_bytes: self.part }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_capabilities_of_earlier_versions_stay_valid() {
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret");
        let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
        for (name, kind) in [("id", Kind::Id), ("pass", Kind::Capability)] {
            let json = format!(
                r#"{{"rule":"uploads/film","caller":"ada","subject":null,"key":"a","upload":"u","size":1,"part":8388608,"ends":1795460401,"kind":"{name}"}}"#
            );
            let text = StateKey::new(&credentials).sign(&json);
            let keys = [credentials.clone()];
            let state = UploadState::verify(&text, kind, "uploads/film", &keys, now).unwrap();
            assert_eq!(state.sign(kind, &credentials), text, "{name}");
        }
    }
}
