//! Profiles of the shared AWS files, `~/.aws/config` and `~/.aws/credentials`.
//!
//! Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

use alloc::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs, io};

use configparser::ini::{Ini, IniDefault};

use crate::failure::Failure;

/// Keys and values of each profile and of each section `services`, by name.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    profiles: BTreeMap<String, Profile>,
    services: BTreeMap<String, Profile>,
}

/// The keys of a profile in lower case, and their values. A key `endpoint_url` that is nested below `s3` is
/// `s3.endpoint_url`.
#[derive(Debug, Default)]
pub(super) struct Profile(BTreeMap<String, String>);

/// The name of the profile to use.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) name: String,
    /// Whether the command line or the environment names it. Only the default profile may be missing.
    is_named: bool,
}

impl Selected {
    /// The profile that the command line names, else that of the environment, else the default profile.
    pub(super) fn of(name: Option<&str>) -> Self {
        // In this order, as in the AWS command line and boto3.
        let mut variables = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"].into_iter();
        let from_environment =
            || variables.find_map(|name| env::var(name).ok().filter(|name| !name.is_empty()));
        let name = name.map(String::from).or_else(from_environment);
        Self { is_named: name.is_some(), name: name.unwrap_or_else(|| "default".into()) }
    }
}

/// A shared AWS file that cannot be read, and why. The reason never quotes the file, which contains secrets.
#[derive(Debug)]
struct Unreadable {
    path: PathBuf,
    why: &'static str,
}

impl Profiles {
    /// Reads both files. A file that does not exist counts as empty.
    pub(super) fn load() -> Result<Self, Failure> {
        Self::read().map_err(|Unreadable { path, why }| {
            Failure::usage(format!("cannot read {}: {why}", path.display()))
                .hint("see `aws configure list`, or pass --env-file")
        })
    }

    fn read() -> Result<Self, Unreadable> {
        let config = read("AWS_CONFIG_FILE", "~/.aws/config")?;
        let credentials = read("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")?;
        Ok(Self::new(&config, &credentials))
    }

    /// Combines both files; the credentials file has precedence.
    fn new(config: &Ini, credentials: &Ini) -> Self {
        let mut profiles = Self::default();
        let sections = config.get_map_ref();
        for (section, values) in sections {
            let is_replaced = section == "default" && sections.keys().any(|name| is_default(name));
            let unprefixed = Some("default").filter(|name| section == name && !is_replaced);
            if let Some(name) = prefixed(section, "profile").or(unprefixed) {
                profiles.profiles.entry(name.to_owned()).or_default().add(values);
            } else if let Some(name) = prefixed(section, "services") {
                profiles.services.entry(name.to_owned()).or_default().add(values);
            }
        }
        for (name, values) in credentials.get_map_ref() {
            profiles.profiles.entry(name.clone()).or_default().add(values);
        }
        profiles
    }

    /// The selected profile; `None` if it is the default profile, and missing.
    pub(super) fn select(&self, selected: &Selected) -> Result<Option<&Profile>, Failure> {
        let profile = self.profiles.get(&selected.name);
        if profile.is_none() && selected.is_named {
            let names = self.profiles.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(Failure::usage(format!("no profile is named {:?}", selected.name))
                .hint(format!("the profiles are {names}")));
        }
        Ok(profile)
    }

    /// The section `services` that a profile names, if it names one.
    pub(super) fn services(&self, profile: &Profile) -> Result<Option<&Profile>, Failure> {
        let Some(name) = profile.get("services") else { return Ok(None) };
        self.services.get(name).map(Some).ok_or_else(|| {
            Failure::rejected(format!(
                "the profile names the services {name:?}, which do not exist"
            ))
            .hint(format!("add [services {name}] to ~/.aws/config, or leave `services` out"))
        })
    }
}

impl Profile {
    fn add<'v>(&mut self, values: impl IntoIterator<Item = (&'v String, &'v Option<String>)>) {
        for (key, value) in values {
            let (key, value) = (key.to_ascii_lowercase(), value.as_deref().unwrap_or_default());
            if value.starts_with(['\n', '\r']) {
                let nested = value.lines().filter_map(|line| line.split_once('='));
                self.0.extend(nested.map(|(name, value)| {
                    (format!("{key}.{}", name.trim()), first_word(value).to_owned())
                }));
            }
            self.0.insert(key, first_word(value).to_owned());
        }
    }

    /// The value of a key in lower case, if it is not empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Further words are nested settings or a comment.
fn first_word(value: &str) -> &str {
    value.split_whitespace().next().unwrap_or_default()
}

/// The name in a section such as `profile NAME`, with or without quotes.
fn prefixed<'s>(section: &'s str, prefix: &str) -> Option<&'s str> {
    let (found, name) = section.split_once(char::is_whitespace)?;
    (found == prefix).then(|| name.trim().trim_matches(['"', '\'']))
}

/// Whether a section is `[profile default]`, which replaces `[default]`.
fn is_default(section: &str) -> bool {
    prefixed(section, "profile") == Some("default")
}

fn read(variable: &str, default: &str) -> Result<Ini, Unreadable> {
    let path = env::var(variable).ok().filter(|path| !path.is_empty());
    let path = expand_home(path.as_deref().unwrap_or(default));
    match fs::read_to_string(&path) {
        Ok(text) => parse(&text).ok_or(Unreadable { path, why: "it is not an INI file" }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(empty()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(Unreadable { path, why: "it is not UTF-8" })
        }
        Err(_) => Err(Unreadable { path, why: "the operating system reported an error" }),
    }
}

fn expand_home(path: &str) -> PathBuf {
    let below_home = path.strip_prefix("~/").and_then(|rest| Some(env::home_dir()?.join(rest)));
    below_home.unwrap_or_else(|| path.into())
}

/// An empty file with the grammar of the AWS command line, which is that of Python's `configparser`.
fn empty() -> Ini {
    let mut grammar = IniDefault::default();
    grammar.case_sensitive = true; // as profile names are; `add` puts keys into lower case
    grammar.multiline = true;
    grammar.comment_symbols = vec!['#', ';'];
    grammar.enable_inline_comments = false;
    grammar.delimiters = vec!['=', ':'];
    grammar.default_section = String::new(); // lines before the first section
    Ini::new_from_defaults(grammar)
}

fn parse(text: &str) -> Option<Ini> {
    let mut ini = empty();
    // The error's text repeats the line, which may contain a secret.
    ini.read(text.to_owned()).ok()?;
    Some(ini)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles(config: &str, credentials: &str) -> Profiles {
        Profiles::new(&parse(config).expect("INI"), &parse(credentials).expect("INI"))
    }

    fn value(profiles: &Profiles, profile: &str, key: &str) -> Option<String> {
        profiles.profiles.get(profile)?.get(key).map(String::from)
    }

    #[test]
    fn reads_profiles_as_the_aws_command_line_does() {
        let config = "\
            # a comment\n; another\n\
            [default]\nregion = eu-west-1 # behind a value\n\
            [profile media]\nREGION=eu-central-1\ns3 =\n  region = nested\n  max_queue_size = 10\noutput = json\n\
            [profile  \"two words\"]\nregion: us-east-1\n\
            [media]\nregion = not-a-profile\n\
            [sso-session x]\nregion = none\n\
            [profile media]\naws_access_key_id = FROM_CONFIG\n";
        let credentials = "\
            [media]\naws_access_key_id = FROM_CREDENTIALS\naws_secret_access_key = a/b+c=d\\e\n\
            [Media]\naws_access_key_id = OTHER\n";
        let profiles = profiles(config, credentials);
        for (profile, key, expected) in [
            ("default", "region", Some("eu-west-1")),
            ("media", "region", Some("eu-central-1")),
            ("media", "aws_access_key_id", Some("FROM_CREDENTIALS")),
            ("media", "aws_secret_access_key", Some("a/b+c=d\\e")),
            ("media", "max_queue_size", None),
            ("media", "s3.region", Some("nested")),
            ("media", "s3.max_queue_size", Some("10")),
            ("Media", "aws_access_key_id", Some("OTHER")),
            ("two words", "region", Some("us-east-1")),
            ("x", "region", None),
        ] {
            assert_eq!(value(&profiles, profile, key).as_deref(), expected, "{profile} {key}");
        }
        let names: Vec<_> = profiles.profiles.keys().collect();
        assert_eq!(names, ["Media", "default", "media", "two words"]);
    }

    #[test]
    fn a_prefixed_default_replaces_the_plain_one_in_any_order() {
        let [plain, prefixed] =
            ["[default]\nregion = a\noutput = json\n", "[profile default]\nregion = b\n"];
        for config in [format!("{plain}{prefixed}"), format!("{prefixed}{plain}")] {
            let profiles = profiles(&config, "");
            assert_eq!(value(&profiles, "default", "region").as_deref(), Some("b"));
            assert_eq!(value(&profiles, "default", "output"), None);
        }
    }

    #[test]
    fn rejects_text_that_is_not_ini() {
        assert!(parse("[default\nregion = a\n").is_none());
        assert!(parse("[default]\n= a\n").is_none());
    }
}
