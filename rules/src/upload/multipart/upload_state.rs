//! The state of an upload in parts, which its id and its capability carry.

use serde::{Deserialize, Serialize};
use signer::{Credentials, UnixTime};

use super::parts::Parts;
use super::sealed_state::StateKey;
use crate::Caller;

/// Whose upload it is, and of what; signed into the id that the client gets.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct UploadState {
    pub(crate) rule: String,
    pub(crate) caller: String,
    pub(crate) subject: Option<String>,
    pub(crate) key: String,
    pub(crate) upload: String,
    pub(crate) size: u64,
    pub(crate) part: u64,
    pub(crate) ends: u64,
    pub(crate) kind: Kind,
}

/// What a signed state is used as.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// An id, by which its caller names the upload, beside its own token.
    Id,
    /// A capability: whoever has it may list, complete and abort the upload, but not sign a part.
    #[serde(rename = "pass")] // its name in capabilities that earlier versions issued
    Capability,
}

impl UploadState {
    /// The state in `text`, if one of these credentials signed it for `rule` and `kind`, and it has not expired.
    pub(crate) fn open(
        text: &str,
        kind: Kind,
        rule: &str,
        credentials: &[Credentials],
        now: UnixTime,
    ) -> Option<Self> {
        let json =
            credentials.iter().find_map(|credentials| StateKey::new(credentials).open(text))?;
        let state = serde_json::from_str::<Self>(&json).ok()?;
        let valid = state.kind == kind && state.rule == rule && now.as_secs() < state.ends;
        valid.then_some(state)
    }

    pub(crate) fn close(&self, kind: Kind, credentials: &Credentials) -> String {
        let state = Self { kind, ..self.clone() };
        StateKey::new(credentials)
            .close(&serde_json::to_string(&state).expect("texts and numbers are JSON"))
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
            let text = StateKey::new(&credentials).close(&json);
            let keys = [credentials.clone()];
            let state = UploadState::open(&text, kind, "uploads/film", &keys, now).unwrap();
            assert_eq!(state.close(kind, &credentials), text, "{name}");
        }
    }
}
