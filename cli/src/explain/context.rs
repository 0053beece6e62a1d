//! The context of an explanation: the operator's credentials, buckets and types.

use std::path::PathBuf;

use ::explain::Context;

use super::args::ExplainArgs;
use super::configuration;
use crate::failure::Failure;
use crate::sign::keys;
use crate::{clock, terminal, wrangler};

/// Collects the context, and the configuration file that was found although the command line does not name it.
///
/// Credentials are optional, unless the command line names a profile or file.
pub(crate) fn find(args: &ExplainArgs) -> Result<(Context, Option<PathBuf>), Failure> {
    let is_required = args.profile.is_some() || args.env_file.is_some();
    let credentials = match keys::find(&args.credential_args()) {
        Err(failure) if is_required => return Err(failure),
        found => found.ok(),
    };
    let mut context = Context {
        region: args.region.clone(),
        credentials,
        ..Context::at(args.at.unwrap_or_else(clock::now))
    };
    let found = match (&args.config, args.no_config || args.region.is_some()) {
        (Some(config), _) => {
            configuration::add(&mut context, config, args.env.as_deref())?;
            None
        }
        (None, true) => None,
        (None, false) => add_found(&mut context, args.env.as_deref())?,
    };
    Ok((context, found))
}

/// Adds the configuration that wrangler would use, if there is one, and returns its path. A broken file does not prevent
/// the explanation, unless the command line selects an environment of it.
fn add_found(context: &mut Context, env: Option<&str>) -> Result<Option<PathBuf>, Failure> {
    let Some(config) = wrangler::find_unnamed(env)? else { return Ok(None) };
    match configuration::add(context, &config, env) {
        Ok(()) => Ok(Some(config)),
        Err(failure) if env.is_some() => Err(failure),
        Err(_) => {
            terminal::note(&format!(
                "note: {} is not valid, so its buckets are not known here: `signpost check` lists the errors",
                config.display()
            ));
            Ok(None)
        }
    }
}
