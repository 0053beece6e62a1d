//! Settings of the AWS tools: region and endpoint, from the environment and the profile.
//!
//! Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>

use std::env;

use super::args::CredentialArgs;
use super::profile::{Profile, Profiles, Selected};
use crate::env_file::EnvFile;
use crate::failure::Failure;

/// The environment, and the profile that the command uses.
#[derive(Debug)]
pub(super) struct Settings {
    /// The file of `--env-file`, whose variables replace those of the environment.
    file: Option<EnvFile>,
    profiles: Profiles,
    selected: Option<Selected>,
}

impl Settings {
    /// Reads the settings. The profile counts where it can also give the credentials: credentials with a prefix of their
    /// own, or in a file, may be those of another provider.
    pub(super) fn find(args: &CredentialArgs) -> Result<Self, Failure> {
        let file = args.env_file.as_deref().map(EnvFile::read).transpose()?;
        let has_profile = args.profile.is_some() || (file.is_none() && args.credentials == "AWS");
        let selected = has_profile.then(|| Selected::of(args.profile.as_deref()));
        let profiles = if has_profile { Profiles::load()? } else { Profiles::default() };
        Ok(Self { file, profiles, selected })
    }

    /// The region: that of `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile.
    pub(super) fn region(&self) -> Result<Option<String>, Failure> {
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            if let Some(region) = self.variable(name)? {
                return Ok(Some(region));
            }
        }
        self.of_profile("region")
    }

    /// The endpoint: that of `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, the profile's services or the profile.
    pub(super) fn endpoint_url(&self) -> Result<Option<String>, Failure> {
        if self.is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")? {
            return Ok(None);
        }
        for name in ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"] {
            if let Some(endpoint) = self.variable(name)? {
                return Ok(Some(endpoint));
            }
        }
        let Some(profile) = self.profile()? else { return Ok(None) };
        let services = self.profiles.services(profile)?;
        let endpoint = services.and_then(|services| services.get("s3.endpoint_url"));
        Ok(endpoint.or_else(|| profile.get("endpoint_url")).map(String::from))
    }

    /// A setting below `s3` in the profile, such as `addressing_style`.
    pub(super) fn of_s3(&self, name: &str) -> Result<Option<String>, Failure> {
        self.of_profile(&format!("s3.{name}"))
    }

    /// Whether a setting is `true`. The variable has precedence over the profile.
    pub(super) fn is_on(&self, variable: &str, key: &str) -> Result<bool, Failure> {
        let value = match self.raw_variable(variable)? {
            Some(value) => Some(value),
            None => self.of_profile(key)?,
        };
        Ok(value.is_some_and(|value| value.eq_ignore_ascii_case("true")))
    }

    fn of_profile(&self, key: &str) -> Result<Option<String>, Failure> {
        Ok(self.profile()?.and_then(|profile| profile.get(key)).map(String::from))
    }

    fn profile(&self) -> Result<Option<&Profile>, Failure> {
        let profile = self.selected.as_ref().map(|selected| self.profiles.select(selected));
        Ok(profile.transpose()?.flatten())
    }

    /// A variable that is not empty, without white space around it.
    fn variable(&self, name: &str) -> Result<Option<String>, Failure> {
        let value = self.raw_variable(name)?;
        Ok(value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()))
    }

    fn raw_variable(&self, name: &str) -> Result<Option<String>, Failure> {
        let of_file = self.file.as_ref().map(|file| file.get(name)).transpose()?.flatten();
        Ok(of_file.map(String::from).or_else(|| env::var(name).ok()))
    }
}
