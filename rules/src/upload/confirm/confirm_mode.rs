//! Whether a rule's uploads can be confirmed, and what happens to an object that is not what was granted.

use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::TableReader;
use crate::keys::part::Placeholder;
use crate::keys::template::KeyTemplate;

/// Whether uploads can be confirmed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ConfirmMode {
    Off,
    /// The object is compared with the grant.
    Compare,
    /// The same, and an object that differs is deleted.
    CompareAndDelete,
}

impl ConfirmMode {
    /// Reads `confirm` and `delete_mismatched`.
    pub(crate) fn parse(
        table: &mut TableReader<'_>,
        key: &KeyTemplate,
    ) -> Result<Self, ConfigError> {
        let confirm = table.switch("confirm")?;
        let deletes = table.optional("delete_mismatched");
        let Some(entry) = deletes.filter(|entry| entry.value.as_bool() != Some(false)) else {
            return Ok(if confirm { Self::Compare } else { Self::Off });
        };
        entry.boolean()?;
        if !confirm {
            let error = entry.problem("an object is compared only when its upload is confirmed: also write confirm = true");
            return Err(error.with_kind(ConfigErrorKind::DeleteWithoutConfirm));
        }
        if !key.uses(Placeholder::Uuid) {
            // A later upload to the same key is not what was granted either.
            let error = entry.problem("the object of another upload could be deleted, since keys can repeat: add {uuid} to the key");
            return Err(error.with_kind(ConfigErrorKind::DeleteOfOthers));
        }
        Ok(Self::CompareAndDelete)
    }
}
