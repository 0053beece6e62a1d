//! The readers of `quota` and of an upload rule's `single_use`.

use crate::bucket::entry::{BucketEntry, UploadMethod};
use crate::callers::access::Access;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::quantity;
use crate::config::reader::{ConfigValue, TableReader};
use crate::state::period::Period;
use crate::state::quota::QuotaLimits;

/// Most files of a quota. Each can be a reservation, and every request of the caller reads them.
const MAX_FILES: u64 = 10_000;

/// Most bytes of a quota: 1 PiB.
const MAX_BYTES: u64 = 1 << 50;

const EXPECTED: &str = r#"a table such as { bytes = "1 GiB", files = 200, per = "day" }, with `bytes`, `files` or both"#;
const BYTES: &str = r#"a size such as "1 GiB", at most 1048576 GiB"#;
const FILES: &str = "a number of files from 1 to 10000";
const PER: &str = r#""hour", "day" or "month""#;

/// Reads `quota`.
pub(crate) fn quota(
    entry: &ConfigValue<'_>,
    max_bytes: u64,
    access: &Access,
) -> Result<QuotaLimits, ConfigError> {
    if !entry.value.is_object() {
        return Err(entry.expected(EXPECTED));
    }
    let mut table = TableReader::new(entry)?;
    let bytes = table.optional("bytes");
    let bytes = bytes.map(|entry| bytes_of(&entry, max_bytes)).transpose()?;
    let files = table.optional("files").map(|entry| files_of(&entry)).transpose()?;
    let per = table.required("per", PER)?;
    let per = per.parsed(PER, |name| {
        Period::NAMES.iter().find(|(known, _)| *known == name).map(|(_, period)| *period)
    })?;
    table.finish()?;
    if bytes.is_none() && files.is_none() {
        return Err(entry.expected(EXPECTED));
    }
    if !access.has_caller_name() {
        let error =
            entry.problem("a quota is for each caller, and some callers of this rule have no name");
        return Err(error.with_kind(ConfigErrorKind::QuotaWithoutName));
    }
    Ok(QuotaLimits { bytes, files: files.unwrap_or(MAX_FILES), per })
}

fn bytes_of(entry: &ConfigValue<'_>, max_bytes: u64) -> Result<u64, ConfigError> {
    let bytes = entry.parsed(BYTES, |text| quantity::size_up_to(text, MAX_BYTES))?;
    if bytes < max_bytes {
        let error = entry.problem(
            "this quota is smaller than `max_size`, so the largest file would always be rejected",
        );
        return Err(error.with_kind(ConfigErrorKind::QuotaTooSmall));
    }
    Ok(bytes)
}

fn files_of(entry: &ConfigValue<'_>) -> Result<u64, ConfigError> {
    let files = entry.value.as_u64().filter(|files| (1..=MAX_FILES).contains(files));
    files.ok_or_else(|| entry.expected(FILES))
}

/// Reads `single_use`: whether each form is valid once.
pub(crate) fn single_use(
    table: &mut TableReader<'_>,
    bucket: &BucketEntry,
    multipart: bool,
) -> Result<bool, ConfigError> {
    let Some(entry) = table.optional("single_use") else { return Ok(false) };
    let single_use = entry.boolean()?;
    let elsewhere = |error: ConfigError| Err(error.with_kind(ConfigErrorKind::SingleUseElsewhere));
    if single_use && bucket.binding.is_none() {
        return elsewhere(entry.problem(
            "only what the Worker itself receives can be valid once: the bucket needs a `binding`",
        ));
    }
    if single_use && bucket.upload_method == UploadMethod::Put {
        return elsewhere(
            entry.problem("`single_use` needs forms: remove `forms = false` from the bucket"),
        );
    }
    if single_use && multipart {
        return elsewhere(table.place.join("multipart").problem(
            "parts are sent to the bucket itself, which accepts each any number of times, so single_use is not possible",
        ));
    }
    Ok(single_use)
}
