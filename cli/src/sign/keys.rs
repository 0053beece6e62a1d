//! Finds the credentials that sign, in a file, the environment or a profile.

use alloc::collections::BTreeMap;
use std::env;
use std::path::Path;

use signer::Credentials;

use super::args::CredentialArgs;
use super::profile::{Profile, Profiles};
use crate::failure::Failure;

/// An access key, and the region of its profile.
pub(crate) struct Keys {
    pub(crate) credentials: Credentials,
    pub(crate) region: Option<String>,
}

/// Finds the credentials that the command line asks for.
pub(crate) fn find(args: &CredentialArgs) -> Result<Keys, Failure> {
    let prefix = &args.credentials;
    if let Some(file) = &args.env_file {
        let values = read_env_file(file)?;
        return with_prefix(prefix, |name| values.get(name).cloned()).ok_or_else(|| {
            Failure::rejected(format!(
                "{} lacks {prefix}_ACCESS_KEY_ID or {prefix}_SECRET_ACCESS_KEY",
                file.display()
            ))
            .hint("pass the first part of the variables' names: --credentials MEDIA")
        });
    }
    let from_environment = || with_prefix(prefix, |name| env::var(name).ok());
    match (&args.profile, from_environment()) {
        (None, Some(keys)) => Ok(keys),
        (profile, _) => of_profile(profile.as_deref()),
    }
}

/// Reads a file of `NAME=value` lines.
pub(crate) fn read_env_file(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let lines = dotenvy::from_path_iter(path)
        .map_err(|_| Failure::usage(format!("cannot read {}", path.display())))?;
    // The error's text repeats the line, which may contain a secret.
    lines.collect::<Result<_, _>>().map_err(|_| {
        Failure::usage(format!("{} does not consist of NAME=value lines", path.display()))
            .hint("put a value with spaces, # or quotes into single quotes")
    })
}

fn with_prefix(prefix: &str, value: impl Fn(&str) -> Option<String>) -> Option<Keys> {
    let value = |part| value(&format!("{prefix}_{part}")).filter(|value| !value.is_empty());
    let credentials = Credentials::new(value("ACCESS_KEY_ID")?, value("SECRET_ACCESS_KEY")?);
    let credentials = match value("SESSION_TOKEN") {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    };
    Some(Keys { credentials, region: None })
}

/// The keys of the profile `name`; without a name, of the profile in `AWS_PROFILE` or of the default profile.
fn of_profile(name: Option<&str>) -> Result<Keys, Failure> {
    let profiles = Profiles::load().map_err(|error| {
        let path = error.path.display();
        Failure::usage(format!("cannot read {path}: {}", error.why))
            .hint("see `aws configure list`, or pass --env-file")
    })?;
    let from_environment = env::var("AWS_PROFILE").ok().filter(|name| !name.is_empty());
    let selected = name.or(from_environment.as_deref()).unwrap_or("default");
    let profile = profiles.get(selected).ok_or_else(|| match name {
        Some(_) => Failure::usage(format!("no profile is named {selected:?}"))
            .hint(format!("the profiles are {}", profiles.names().collect::<Vec<_>>().join(", "))),
        None => Failure::rejected("no credentials found").hint(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass --profile or --env-file",
        ),
    })?;
    static_keys(profile).ok_or_else(|| {
        Failure::rejected(format!("the profile {selected:?} has no access key")).hint(format!(
            "for a role or single sign-on, run: eval \"$(aws configure export-credentials --profile {selected} --format env)\""
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
