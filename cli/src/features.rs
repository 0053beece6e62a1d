//! `signpost features`: what a Worker of this configuration must have compiled in.

use std::process::ExitCode;

use rules::{Feature, Rules};

use crate::args::FeaturesArgs;
use crate::failure::Failure;
use crate::terminal;
use crate::wrangler::{self, Wrangler};

/// Writes the names of the features that some environment uses, a line each.
pub(crate) fn run(args: &FeaturesArgs) -> Result<ExitCode, Failure> {
    let (path, text) = (args.config.to_string_lossy(), wrangler::read(&args.config)?);
    let top = Wrangler::parse(&path, &text, args.env.as_deref())?.map_err(|_| refused(&path))?;
    let mut used = of(&top, &path)?;
    for env in top.envs() {
        let below = Wrangler::parse(&path, &text, Some(env))?.map_err(|_| refused(&path))?;
        used.extend(of(&below, &path)?);
    }
    let names = Feature::ALL.iter().filter(|feature| used.contains(feature));
    let names: Vec<_> = names.map(|feature| feature.as_str()).collect();
    if args.json {
        terminal::show_json(&names)?;
    } else if !names.is_empty() {
        terminal::show(&names.join("\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn of(wrangler: &Wrangler<'_>, path: &str) -> Result<Vec<Feature>, Failure> {
    Rules::features(&wrangler.vars()).map_err(|_| refused(path))
}

fn refused(path: &str) -> Failure {
    Failure::refused(format!("{path} is not right"))
        .hint("`signpost check --every-env` says what is wrong, and where")
}
