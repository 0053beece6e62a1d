//! Credentials, from where they usually are.

use alloc::collections::BTreeMap;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::env;
use std::path::Path;

use aws_runtime::env_config::file::EnvConfigFiles;
use aws_runtime::env_config::section::{EnvConfigSections, Profile};
use aws_runtime::env_config::source::load;
use aws_types::os_shim_internal::{Env, Fs};
use signer::Credentials;

use super::args::CredentialArgs;
use crate::failure::Failure;

/// An access key, and the region that stands beside it in a profile.
pub(crate) struct Keys {
    pub(crate) credentials: Credentials,
    pub(crate) region: Option<String>,
}

/// Finds the credentials that the command line asks for.
pub(crate) fn find(args: &CredentialArgs) -> Result<Keys, Failure> {
    let prefix = &args.credentials;
    if let Some(file) = &args.env_file {
        let values = read_env_file(file)?;
        return named(prefix, |name| values.get(name).cloned()).ok_or_else(|| {
            Failure::refused(format!(
                "{} lacks {prefix}_ACCESS_KEY_ID or {prefix}_SECRET_ACCESS_KEY",
                file.display()
            ))
            .hint("name the first part of the secrets: --credentials MEDIA")
        });
    }
    let from_environment = || named(prefix, |name| env::var(name).ok());
    match (&args.profile, from_environment()) {
        (None, Some(keys)) => Ok(keys),
        (profile, _) => of_profile(profile.as_deref()),
    }
}

/// Reads a file of `NAME=value` lines.
pub(crate) fn read_env_file(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let lines = dotenvy::from_path_iter(path)
        .map_err(|_| Failure::usage(format!("cannot read {}", path.display())))?;
    // The error's own words would repeat the line, and with it a secret.
    lines.collect::<Result<_, _>>().map_err(|_| {
        Failure::usage(format!("{} is not made of NAME=value lines", path.display()))
            .hint("put a value with spaces, # or quotes between apostrophes")
    })
}

fn named(prefix: &str, value: impl Fn(&str) -> Option<String>) -> Option<Keys> {
    let value = |part| value(&format!("{prefix}_{part}")).filter(|value| !value.is_empty());
    let credentials = Credentials::new(value("ACCESS_KEY_ID")?, value("SECRET_ACCESS_KEY")?);
    let credentials = match value("SESSION_TOKEN") {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    };
    Some(Keys { credentials, region: None })
}

/// Reads the shared files with the parser of Amazon's own SDK.
fn of_profile(name: Option<&str>) -> Result<Keys, Failure> {
    let (env, fs, files) = (Env::real(), Fs::real(), EnvConfigFiles::default());
    let sections = ready(load(&env, &fs, &files));
    let sections = sections.and_then(|source| EnvConfigSections::parse(source).ok());
    let sections = sections.ok_or_else(|| {
        Failure::usage("the shared AWS files cannot be read").hint("`aws configure list` says more")
    })?;
    // An empty AWS_PROFILE counts as none, as for every other variable.
    let selected = name.or(Some(sections.selected_profile()).filter(|name| !name.is_empty()));
    let selected = selected.unwrap_or("default").to_owned();
    let profile = sections.get_profile(&selected).ok_or_else(|| match name {
        Some(_) => Failure::usage(format!("no profile is named {selected:?}"))
            .hint(format!("there are {}", sections.profiles().collect::<Vec<_>>().join(", "))),
        None => Failure::refused("no credentials").hint(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a --profile or an --env-file",
        ),
    })?;
    static_keys(profile).ok_or_else(|| {
        Failure::refused(format!("the profile {selected:?} has no access key of its own")).hint(format!(
            "for roles and single sign-on: eval \"$(aws configure export-credentials --profile {selected} --format env)\""
        ))
    })
}

fn static_keys(profile: &Profile) -> Option<Keys> {
    let credentials =
        Credentials::new(profile.get("aws_access_key_id")?, profile.get("aws_secret_access_key")?);
    let credentials = match profile.get("aws_session_token") {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    };
    Some(Keys { credentials, region: profile.get("region").map(String::from) })
}

/// Runs a future that never waits: the parser's reads its files as it goes.
fn ready<T, E>(future: impl Future<Output = Result<T, E>>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(outcome) => outcome.ok(),
        Poll::Pending => None,
    }
}
