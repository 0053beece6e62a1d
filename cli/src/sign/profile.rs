//! Profiles of the shared AWS files, `~/.aws/config` and `~/.aws/credentials`.
//!
//! Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

use alloc::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs, io};

use configparser::ini::{Ini, IniDefault};

/// Keys and values of each profile, by name.
#[derive(Debug, Default)]
pub(super) struct Profiles(BTreeMap<String, Profile>);

/// The keys of a profile in lower case, and their values.
#[derive(Debug, Default)]
pub(super) struct Profile(BTreeMap<String, String>);

/// A shared AWS file that cannot be read, and why. The reason never quotes the file, which contains secrets.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) path: PathBuf,
    pub(super) why: &'static str,
}

impl Profiles {
    /// Reads both files. A file that does not exist counts as empty.
    pub(super) fn load() -> Result<Self, Unreadable> {
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
            if let Some(name) = prefixed(section).or(unprefixed) {
                profiles.add(name, values);
            }
        }
        for (name, values) in credentials.get_map_ref() {
            profiles.add(name, values);
        }
        profiles
    }

    fn add<'v>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = (&'v String, &'v Option<String>)>,
    ) {
        let profile = self.0.entry(name.to_owned()).or_default();
        for (key, value) in values {
            // Only the first word counts: further words are nested settings or a comment.
            let first_word = value.as_deref().and_then(|value| value.split_whitespace().next());
            profile.0.insert(key.to_ascii_lowercase(), first_word.unwrap_or_default().to_owned());
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Profile> {
        self.0.get(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Profile {
    /// The value of a key in lower case, if it is not empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// The name in `profile NAME`, with or without quotes.
fn prefixed(section: &str) -> Option<&str> {
    let (prefix, name) = section.split_once(char::is_whitespace)?;
    (prefix == "profile").then(|| name.trim().trim_matches(['"', '\'']))
}

/// Whether a section is `[profile default]`, which replaces `[default]`.
fn is_default(section: &str) -> bool {
    prefixed(section) == Some("default")
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
        profiles.get(profile)?.get(key).map(String::from)
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
            ("Media", "aws_access_key_id", Some("OTHER")),
            ("two words", "region", Some("us-east-1")),
            ("x", "region", None),
        ] {
            assert_eq!(value(&profiles, profile, key).as_deref(), expected, "{profile} {key}");
        }
        let names: Vec<_> = profiles.names().collect();
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
