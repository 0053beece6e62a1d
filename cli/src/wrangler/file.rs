//! Finds the configuration file that wrangler would use.
//!
//! Spec: <https://developers.cloudflare.com/workers/wrangler/configuration/#generated-wrangler-configuration>

use std::env;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::tree::Format;
use crate::failure::Failure;
use crate::terminal;

/// The names that wrangler looks for, the first that exists in the folder or above it.
const NAMES: [&str; 3] = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// Where a build tool names the configuration that it generated.
const REDIRECT: &str = ".wrangler/deploy/config.json";

/// The file that the command line names; otherwise the one that `wrangler deploy` would use.
///
/// An environment of the file can only be selected in the file that the operator wrote.
pub(crate) fn find(named: Option<&Path>, env: Option<&str>) -> Result<PathBuf, Failure> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    if let Some(redirect) = find_up(REDIRECT).filter(|_| env.is_none()) {
        let target = redirected(&redirect)?;
        terminal::note(&format!(
            "note: wrangler deploys {}, which {} names",
            target.display(),
            redirect.display()
        ));
        return Ok(target);
    }
    let found: Vec<_> = NAMES.iter().filter_map(|name| find_up(name)).collect();
    let (first, others) = found.split_first().ok_or_else(|| {
        Failure::usage(format!("found none of {} here or in a folder above", NAMES.join(", ")))
            .hint("pass the path of the file: `signpost check path/to/wrangler.toml`")
    })?;
    if let Some(other) = others.first() {
        let (first, other) = (first.display(), other.display());
        terminal::note(&format!("note: wrangler reads {first}, and not {other}"));
    }
    Ok(first.clone())
}

/// The path of the file in this folder, or in the closest folder above that has it, relative to this folder.
fn find_up(name: &str) -> Option<PathBuf> {
    let levels = env::current_dir().map_or(1, |here| here.ancestors().count());
    let mut folder = PathBuf::new();
    for _ in 0..levels {
        let path = folder.join(name);
        if path.is_file() {
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
