//! Files of variables, such as `.dev.vars`, as wrangler reads them.

mod grammar;

use alloc::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use self::grammar::{Entry, parse};
use crate::failure::Failure;

/// The variables of a file.
#[derive(Debug)]
pub(crate) struct EnvFile {
    path: PathBuf,
    entries: BTreeMap<String, Entry>,
    /// Whether wrangler replaces `$NAME` in the values: in `.env`, but not in `.dev.vars`.
    is_expanded: bool,
}

impl EnvFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// A usage error that names the line, and never repeats it, since it may contain a secret.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path)
            .map_err(|_| Failure::usage(format!("cannot read {}", path.display())))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.as_bytes().get(..error.utf8_error().valid_up_to());
            let line = valid.unwrap_or_default().split(|byte| *byte == b'\n').count();
            Failure::usage(format!("{}:{line}: it is not UTF-8", path.display()))
        })?;
        let entries = parse(&text).map_err(|error| {
            Failure::usage(format!("{}:{}: {}", path.display(), error.line, error.why))
                .hint("put a value with quotes into quotes of another kind: ', \" or `")
        })?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_expanded = name == ".env" || name.starts_with(".env.");
        Ok(Self { path: path.to_owned(), entries, is_expanded })
    }

    /// The value of a variable, if the file has it.
    ///
    /// # Errors
    ///
    /// A usage error for a value that wrangler would expand.
    pub(crate) fn get(&self, name: &str) -> Result<Option<&str>, Failure> {
        let Some(entry) = self.entries.get(name) else { return Ok(None) };
        if self.is_expanded && entry.value.contains('$') {
            let (path, line) = (self.path.display(), entry.line);
            return Err(Failure::usage(format!(
                "{path}:{line}: {name} has $, which wrangler replaces in this file"
            ))
            .hint("write the value to .dev.vars, where $ is an ordinary character"));
        }
        Ok(Some(&entry.value))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// All names and values.
    pub(crate) fn into_values(self) -> BTreeMap<String, String> {
        self.entries.into_iter().map(|(name, entry)| (name, entry.value)).collect()
    }
}
