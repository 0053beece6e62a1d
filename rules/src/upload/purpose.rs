//! The purposes of sealed states: who may open one, and for what.

use serde::Serialize;
use serde::de::DeserializeOwned;
use signer::{Credentials, UnixTime};

use super::sealed_state::StateKey;
use crate::ambient::Ambient;

/// The purpose of a sealed state. For another purpose, or another rule, it cannot be opened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose<'a> {
    /// The id of an upload in parts, for this caller only, who sends it together with its own token.
    Id { caller: &'a str, subject: Option<&'a str> },
    /// To do something to an upload in parts, for whoever has it.
    Capability(Capability),
    /// To confirm an upload, for this caller only, who sends it together with its own token.
    Confirm { caller: &'a str, subject: Option<&'a str> },
    /// To confirm an upload on the page after a form without scripts, for whoever has it.
    Page,
    /// To say for whom a form was signed that the Worker itself receives.
    Form,
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
    /// Seals a state for this purpose and `rule`. It expires at `until`.
    pub(crate) fn seal(
        self,
        state: &impl Serialize,
        rule: &str,
        credentials: &Credentials,
        until: UnixTime,
        ambient: Ambient,
    ) -> String {
        let json =
            serde_json::to_vec(&(until.as_secs(), state)).expect("texts and numbers are JSON");
        StateKey::new(credentials).seal(&json, &self.context(rule), ambient.random)
    }

    /// Returns the state in `text` if one of these credentials sealed it for this purpose and `rule`, and it has not expired.
    pub(crate) fn open<T: DeserializeOwned>(
        self,
        text: &str,
        rule: &str,
        credentials: &[Credentials],
        now: UnixTime,
    ) -> Option<T> {
        let context = self.context(rule);
        let mut keys = credentials.iter().map(StateKey::new);
        let json = keys.find_map(|key| key.open(text, &context))?;
        let (until, state) = serde_json::from_str::<(u64, T)>(str::from_utf8(&json).ok()?).ok()?;
        (now.as_secs() < until).then_some(state)
    }

    /// Returns the context of a state that is sealed for this purpose and `rule`, as JSON: `["id","uploads/film",["ada",null]]`.
    fn context(self, rule: &str) -> Vec<u8> {
        let (name, caller) = match self {
            Self::Id { caller, subject } => ("id", Some((caller, subject))),
            Self::Capability(Capability::Begin) => ("begin", None),
            Self::Capability(Capability::Manage) => ("manage", None),
            Self::Confirm { caller, subject } => ("confirm", Some((caller, subject))),
            Self::Page => ("page", None),
            Self::Form => ("form", None),
        };
        serde_json::to_vec(&(name, rule, caller)).expect("texts are JSON")
    }
}
