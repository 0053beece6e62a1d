//! Finds the credentials that sign, in a file, the environment or a profile.

use std::env;

use signer::Credentials;

use super::args::CredentialArgs;
use super::credential::trimmed;
use super::profile::{Profile, Profiles, Selected};
use crate::env_file::EnvFile;
use crate::failure::Failure;

/// Finds the credentials that the command line asks for.
pub(crate) fn find(args: &CredentialArgs) -> Result<Credentials, Failure> {
    let prefix = &args.credentials;
    if let Some(file) = &args.env_file {
        let file = EnvFile::read(file)?;
        let value = |name: &str| Ok(file.get(name)?.map(String::from));
        return with_prefix(prefix, value)?.ok_or_else(|| {
            Failure::rejected(format!(
                "{} lacks {prefix}_ACCESS_KEY_ID or {prefix}_SECRET_ACCESS_KEY",
                file.path().display()
            ))
            .hint("pass the first part of the variables' names: --credentials MEDIA")
        });
    }
    if args.profile.is_none()
        && let Some(credentials) = with_prefix(prefix, |name| Ok(env::var(name).ok()))?
    {
        return Ok(credentials);
    }
    of_profile(args.profile.as_deref())
}

/// The credentials in the variables that begin with `prefix`, if they have both parts.
fn with_prefix(
    prefix: &str,
    value: impl Fn(&str) -> Result<Option<String>, Failure>,
) -> Result<Option<Credentials>, Failure> {
    let value = |part: &str| {
        let name = format!("{prefix}_{part}");
        let value = value(&name)?;
        let value = value.as_deref().map(|value| trimmed(&name, value)).transpose()?.flatten();
        Ok::<_, Failure>(value.map(String::from))
    };
    let (id, secret, token) =
        (value("ACCESS_KEY_ID")?, value("SECRET_ACCESS_KEY")?, value("SESSION_TOKEN")?);
    Ok(id.zip(secret).map(|(id, secret)| with_token(Credentials::new(id, secret), token)))
}

fn with_token(credentials: Credentials, token: Option<String>) -> Credentials {
    match token {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    }
}

/// The credentials of the profile `name`; without a name, of the profile that the environment names, or of the default profile.
fn of_profile(name: Option<&str>) -> Result<Credentials, Failure> {
    let profiles = Profiles::load()?;
    let selected = Selected::of(name);
    let missing = || {
        Failure::rejected("no credentials found").hint(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass --profile or --env-file",
        )
    };
    let profile = profiles.select(&selected)?.ok_or_else(missing)?;
    static_keys(profile)?.ok_or_else(|| {
        let selected = &selected.name;
        Failure::rejected(format!("the profile {selected:?} has no access key")).hint(format!(
            "for a role or single sign-on, run: eval \"$(aws configure export-credentials --profile {selected} --format env)\""
        ))
    })
}

fn static_keys(profile: &Profile) -> Result<Option<Credentials>, Failure> {
    let value = |key| {
        let value = profile.get(key).map(|value| trimmed(key, value)).transpose()?.flatten();
        Ok::<_, Failure>(value.map(String::from))
    };
    let (id, secret, token) =
        (value("aws_access_key_id")?, value("aws_secret_access_key")?, value("aws_session_token")?);
    Ok(id.zip(secret).map(|(id, secret)| with_token(Credentials::new(id, secret), token)))
}
