//! Shell completions and manual pages, generated from the command line's definition.

#![allow(clippy::doc_markdown, reason = "--help prints the comments on arguments")]

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;

use crate::failure::Failure;
use crate::terminal::ignore_closed_pipe;

/// Writes the completions for a shell.
///
/// Example: signpost completions bash > ~/.local/share/bash-completion/completions/signpost
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

/// Writes the manual, one page for each command.
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(crate) struct ManArgs {
    /// The directory to write the pages to.
    directory: PathBuf,
}

/// Writes the completions for one shell.
pub(crate) fn completions(
    args: &CompletionsArgs,
    mut signpost: Command,
) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut signpost, "signpost", &mut script);
    ignore_closed_pipe(io::stdout().lock().write_all(&script))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a page for the command, and one for each subcommand.
pub(crate) fn man_pages(args: &ManArgs, signpost: Command) -> Result<ExitCode, Failure> {
    fs::create_dir_all(&args.directory)?;
    clap_mangen::generate_to(signpost, &args.directory)?;
    Ok(ExitCode::SUCCESS)
}
