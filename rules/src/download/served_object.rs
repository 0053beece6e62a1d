//! An object that the Worker itself sends in its answer: `serve = "direct"`.

use core::fmt;

use litemap::LiteMap;
use signer::ObjectKey;

use crate::bucket::binding_name::BindingName;

/// Permission to read one object now; only [`crate::DownloadRule::serve_object`] makes one.
#[derive(Clone)]
pub struct ServedObject {
    pub(crate) binding: BindingName,
    pub(crate) key: ObjectKey,
    pub(crate) overrides: LiteMap<&'static str, String>,
    pub(crate) active_content: ActiveContent,
    pub(crate) max_age: Option<u64>,
    pub(crate) cache_secs: Option<u32>,
}

/// What happens to files whose type can carry scripts, such as pages of HTML.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ActiveContent {
    /// Browsers save them, and would run no script in them.
    #[default]
    Saved,
    /// Browsers show them, with their scripts.
    Shown,
}

impl ServedObject {
    /// Returns the bucket's binding in the Worker's environment.
    #[must_use]
    pub const fn binding(&self) -> &BindingName {
        &self.binding
    }

    /// Returns the object's key.
    #[must_use]
    pub const fn key(&self) -> &ObjectKey {
        &self.key
    }

    /// Returns the parameters of S3 that override the object's headers, such as `response-content-type`, with their values.
    pub fn overrides(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.overrides.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Returns what happens to a file whose type can carry scripts.
    #[must_use]
    pub const fn active_content(&self) -> ActiveContent {
        self.active_content
    }

    /// Returns how long the browser may show the object without asking again, in seconds, if the rule has a window.
    #[must_use]
    pub const fn max_age(&self) -> Option<u64> {
        self.max_age
    }

    /// Returns how long a cache behind the Worker may keep the object, in seconds; `None` if none may.
    #[must_use]
    pub const fn cache_secs(&self) -> Option<u32> {
        self.cache_secs
    }
}

/// Omits the key.
impl fmt::Debug for ServedObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServedObject").field("binding", &self.binding).finish_non_exhaustive()
    }
}
