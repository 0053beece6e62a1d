//! What an upload in parts is known by: whose it is, and of what, sealed into its id.

use serde::{Deserialize, Serialize};
use signer::{Credentials, UnixTime};

use super::parts::Parts;
use super::sealed_state::StateKey;
use crate::Caller;

/// What is sealed into the id that the browser gets.
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

/// What the sealed text is good for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Its caller may name the upload by it, beside a token of its own.
    Id,
    /// Whoever holds it may list, complete and drop the upload, as with a presigned URL; not sign a part.
    Capability,
}

impl UploadState {
    /// The state in `sealed`, if it was closed with one of these credentials, for `rule` and `kind`, and is not over.
    pub(crate) fn open(
        sealed: &str,
        kind: Kind,
        rule: &str,
        credentials: &[Credentials],
        now: UnixTime,
    ) -> Option<Self> {
        let text =
            credentials.iter().find_map(|credentials| StateKey::new(credentials).open(sealed))?;
        let state = serde_json::from_str::<Self>(&text).ok()?;
        let good = state.kind == kind && state.rule == rule && now.as_secs() < state.ends;
        good.then_some(state)
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
