//! The command `signpost`: what an operator needs beside the Worker.

extern crate alloc;

mod args;
mod bucket_choice;
mod check;
mod clock;
mod configured;
mod cors;
mod csp;
mod explain;
mod failure;
mod finding;
mod hint;
mod iam;
mod lint;
mod mask;
mod policy;
mod report;
mod shell;
mod sign;
mod terminal;
mod wrangler;

use std::process::ExitCode;

use clap::Parser as _;

use self::args::{Args, Command};
use self::failure::Failure;

fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Iam(args) => iam::run(&args),
        Command::Cors(args) => cors::run(&args),
        Command::Csp(args) => csp::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man { directory } => shell::man_pages(&directory),
    };
    outcome.unwrap_or_else(Failure::tell)
}
