//! The command `signpost`, for the operator of the Worker: its command line and its subcommands.

#![allow(clippy::doc_markdown, reason = "--help prints the comments on arguments")]

extern crate alloc;

mod bucket_choice;
mod check;
mod clock;
mod configured;
mod cors;
mod csp;
mod env_file;
mod explain;
mod failure;
mod finding;
mod hint;
mod iam;
mod lifecycle;
mod lint;
mod mask;
mod policy;
mod report;
mod shell;
mod sign;
mod terminal;
mod wrangler;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

/// Checks a Signpost configuration, writes the policies that it needs, signs links and forms, and explains failures.
///
/// Signpost is a Cloudflare Worker that gives web pages signed access to a private S3 bucket. This command is for its
/// operator: it reads the same configuration as wrangler or `cf`, applies the same rules and signs with the same code.
#[derive(Debug, Parser)]
#[command(name = "signpost", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "In a project that has the npm package, run the command as `npx signpost`.

Exit status: 0 success, 1 rejected, 2 usage error.")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::CheckArgs),
    Iam(iam::IamArgs),
    Cors(cors::CorsArgs),
    Csp(csp::CspArgs),
    Lifecycle(lifecycle::LifecycleArgs),
    Sign(Box<sign::args::SignArgs>),
    Explain(Box<explain::args::ExplainArgs>),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

fn main() -> ExitCode {
    #[cfg(target_os = "wasi")]
    enter_working_directory();
    let args = Args::try_parse().unwrap_or_else(|error| terminal::exit(&error));
    let result = match args.command {
        Command::Check(args) => check::run(&args),
        Command::Iam(args) => iam::run(&args),
        Command::Cors(args) => cors::run(&args),
        Command::Csp(args) => csp::run(&args),
        Command::Lifecycle(args) => lifecycle::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Completions(args) => shell::completions(&args, Args::command()),
        Command::Man(args) => shell::man_pages(&args, Args::command()),
    };
    result.unwrap_or_else(|failure| {
        terminal::note(&failure.to_string());
        failure.exit_code()
    })
}

/// Makes relative paths work as in a native program. WASI has no working directory, so the launcher passes it as `PWD`;
/// without it, `..` would lead out of the directory that was opened.
#[cfg(target_os = "wasi")]
fn enter_working_directory() {
    if let Some(directory) = std::env::var_os("PWD") {
        let _ = std::env::set_current_dir(directory); // if it does not exist, neither does a path in it
    }
}
