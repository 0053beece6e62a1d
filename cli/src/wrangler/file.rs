//! Finds the configuration file that wrangler would use, or that `cf build` wrote.
//!
//! Spec: <https://developers.cloudflare.com/workers/wrangler/configuration/#generated-wrangler-configuration>,
//! <https://developers.cloudflare.com/workers/build-output/>

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

use super::tree::{Format, WORKER_CONFIG};
use crate::failure::Failure;
use crate::terminal;

/// The names that wrangler looks for, the first that exists in the folder or above it.
const NAMES: [&str; 3] = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// Where a build tool names the configuration that it generated.
const REDIRECT: &str = ".wrangler/deploy/config.json";

/// Where `cf build` writes a folder for each Worker: since 16 November 2026, and before.
const BUILD_OUTPUTS: [&str; 2] = [".cloudflare/output/v1/workers", ".cloudflare/output/v0/workers"];

/// The folder of the Worker that `cf` uses if none is named.
const DEFAULT_WORKER: &str = "default";

/// What `cf build` reads.
const CF_SOURCE: &str = "cloudflare.config.ts";

/// The file that the command line names; otherwise the one that `wrangler deploy` would use; otherwise the one that `cf build` wrote.
///
/// An environment of the file can only be selected in the file that the operator wrote.
pub(crate) fn find(named: Option<&Path>, env: Option<&str>) -> Result<PathBuf, Failure> {
    match named {
        Some(path) => Ok(path.to_owned()),
        None => find_unnamed(env)?.ok_or_else(none),
    }
}

/// Finds the file for a command line that names none. Returns `None` if there is no such file.
pub(crate) fn find_unnamed(env: Option<&str>) -> Result<Option<PathBuf>, Failure> {
    if let Some(redirect) = find_up(REDIRECT, Path::is_file).filter(|_| env.is_none()) {
        let target = redirected(&redirect)?;
        terminal::note(&format!(
            "note: wrangler deploys {}, which {} names",
            target.display(),
            redirect.display()
        ));
        return Ok(Some(target));
    }
    let built = BUILD_OUTPUTS.iter().find_map(|name| find_up(name, Path::is_dir));
    let found: Vec<_> = NAMES.iter().filter_map(|name| find_up(name, Path::is_file)).collect();
    let Some((first, others)) = found.split_first() else {
        return built.map(|workers| built_worker(&workers)).transpose();
    };
    if let Some(other) = others.first() {
        let (first, other) = (first.display(), other.display());
        terminal::note(&format!("note: wrangler reads {first}, and not {other}"));
    }
    if let Some(workers) = built {
        let (first, workers) = (first.display(), workers.display());
        terminal::note(&format!(
            "note: this is {first}; for what `cf` deploys, pass the path of a {WORKER_CONFIG} in {workers}"
        ));
    }
    Ok(Some(first.clone()))
}

/// The folder of the project, which has files such as `.dev.vars`.
pub(crate) fn project_folder(config: &Path) -> &Path {
    let is_output = |folder: &&Path| BUILD_OUTPUTS.iter().any(|workers| folder.ends_with(workers));
    let workers = config.ancestors().find(is_output);
    let project = workers.and_then(|workers| workers.ancestors().nth(4));
    project.or_else(|| config.parent()).unwrap_or_else(|| Path::new(""))
}

fn none() -> Failure {
    let failure =
        Failure::usage(format!("found none of {} here or in a folder above", NAMES.join(", ")));
    failure.hint(if find_up(CF_SOURCE, Path::is_file).is_some() {
        format!("build the project with `npx cf build`, which writes the {WORKER_CONFIG} that this command reads")
    } else {
        "pass the path of the file: `signpost check path/to/wrangler.toml`".into()
    })
}

/// The Worker that `cf` uses if none is named, or the only one.
fn built_worker(workers: &Path) -> Result<PathBuf, Failure> {
    let folders = fs::read_dir(workers).into_iter().flatten().flatten();
    let files = folders.map(|folder| workers.join(folder.file_name()).join(WORKER_CONFIG));
    let mut files: Vec<_> = files.filter(|file| file.is_file()).collect();
    files.sort();
    let names = files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
    let default = workers.join(DEFAULT_WORKER).join(WORKER_CONFIG);
    match &*files {
        [only] => Ok(only.clone()),
        [] => Err(Failure::usage(format!("{} has no {WORKER_CONFIG}", workers.display()))
            .hint("build the project again with `npx cf build`")),
        several if several.contains(&default) => {
            terminal::note(&format!("note: this is {}, one of {names}", default.display()));
            Ok(default)
        }
        [_, ..] => Err(Failure::usage(format!("{} has several Workers", workers.display()))
            .hint(format!("pass the path of one of {names}"))),
    }
}

/// The path in this folder, or in the closest folder above that has it, relative to this folder.
fn find_up(name: &str, is_wanted: fn(&Path) -> bool) -> Option<PathBuf> {
    let levels = env::current_dir().map_or(1, |here| here.ancestors().count());
    let mut folder = PathBuf::new();
    for _ in 0..levels {
        let path = folder.join(name);
        if is_wanted(&path) {
            return Some(path);
        }
        folder.push("..");
    }
    None
}

/// The path in `{"configPath": "..."}`.
fn redirected(redirect: &Path) -> Result<PathBuf, Failure> {
    let invalid = || {
        Failure::usage(format!("{} does not name a configuration file", redirect.display()))
            .hint("build the project again, or pass the path of the configuration file")
    };
    let text = super::read(redirect).map_err(|_| invalid())?;
    let parsed = Format::Json.parse(&text).map_err(|_| invalid())?;
    let Some(Value::String(path)) = parsed.to_json().remove("configPath") else {
        return Err(invalid());
    };
    let target = redirect.with_file_name(path);
    if target.is_file() { Ok(target) } else { Err(invalid()) }
}
