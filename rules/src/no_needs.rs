//! What stands for `need` in a build in which the platform is asked for nothing.

/// Nothing is needed.
#[derive(Debug)]
pub enum Need {}

impl Need {
    /// As if there could be one.
    #[must_use]
    pub const fn id(&self) -> String {
        match *self {}
    }

    /// As if there could be one.
    #[must_use]
    pub const fn to_json(&self) -> String {
        match *self {}
    }
}

/// Nothing is found out.
#[derive(Clone, Debug, Default)]
pub struct Facts(());

impl Facts {
    /// Nothing.
    pub const NONE: &'static Self = &Self(());

    /// Reads nothing.
    #[must_use]
    pub const fn from_json(_: &str) -> Self {
        Self(())
    }
}
