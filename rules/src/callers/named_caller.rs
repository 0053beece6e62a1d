//! A caller that another Worker names.

use core::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A caller that was authenticated elsewhere: by the Worker that mounts Signpost, or calls it through a service binding.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedCaller {
    /// The caller's name, the value of `{caller}`: one segment of a key, at most 200 bytes.
    pub name: String,
    /// The values of `{claim.NAME}`.
    #[serde(default)]
    pub claims: Map<String, Value>,
}

impl NamedCaller {
    /// Names a caller without claims.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), claims: Map::new() }
    }

    /// Adds a claim.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }
}

/// Omits the claims, which can be personal data.
impl fmt::Debug for NamedCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedCaller").field("name", &self.name).finish_non_exhaustive()
    }
}
