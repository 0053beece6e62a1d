//! What makes the command at home in a shell: completions and pages of the manual.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Args;
use crate::failure::Failure;
use crate::terminal::quiet;

/// Writes the completions of one shell.
pub(crate) fn completions(shell: Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "signpost", &mut script);
    quiet(io::stdout().lock().write_all(&script))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a page for the command, and one for each of its own.
pub(crate) fn man_pages(directory: &Path) -> Result<ExitCode, Failure> {
    fs::create_dir_all(directory)?;
    clap_mangen::generate_to(Args::command(), directory)?;
    Ok(ExitCode::SUCCESS)
}
