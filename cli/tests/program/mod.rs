//! The command under test.

use std::env;
use std::ffi::OsString;

/// The program that was built for this test, or the one that `SIGNPOST_PROGRAM` names: the command of the npm package.
pub(crate) fn program() -> OsString {
    env::var_os("SIGNPOST_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_signpost").into())
}
