//! A presigned URL, split into its parts.

use core::fmt;

use percent_encoding::percent_decode_str;
use signer::{Dialect, HttpUrl, UnixTime};

/// Longest URL that is read, in bytes; most servers accept 8 KiB.
const MAX_URL: usize = 16_384;

/// A presigned URL, split into its parts. Nothing is decoded.
#[derive(Clone, Eq, PartialEq)]
pub struct Link {
    /// `https://host:port`
    pub(crate) origin: String,
    /// `host:port`, without the port if it is the scheme's default.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
}

impl Link {
    /// Splits a URL; `None` if it is not an `http` or `https` URL, or is longer than 16 KiB.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'', '<', '>']).trim();
        let (scheme, rest) = text.split_at_checked(text.find(':')?)?;
        let text = scheme.to_ascii_lowercase() + rest;
        let url = HttpUrl::parse(&text)?;
        let host = url.authority().rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        let default_port = format!(":{}", url.default_port());
        let host = host.strip_suffix(&default_port).unwrap_or(&host).to_owned();
        if host.is_empty() || text.len() > MAX_URL || text.contains(char::is_whitespace) {
            return None;
        }
        let (path, query) = (url.path(), url.query().unwrap_or_default());
        let path = if path.is_empty() { "/" } else { path };
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.to_owned(), value.to_owned())
        };
        let query = pairs.map(pair).collect();
        Some(Self { origin: format!("{}://{host}", url.scheme()), host, path: path.into(), query })
    }

    /// The dialect of the signature; `None` if the URL has no part of one.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        let has_prefix = |prefix: &str| {
            let mut names = self.query.iter().map(|(name, _)| name.trim_start_matches("amp;"));
            names.any(|name| {
                name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            })
        };
        if has_prefix("x-amz-") {
            return Some(Dialect::Amazon);
        }
        has_prefix("x-goog-").then_some(Dialect::Google)
    }

    /// Whether it is signed with Signature Version 2.
    pub(crate) fn is_version_2(&self) -> bool {
        self.decoded("Signature").is_some()
            && (self.decoded("AWSAccessKeyId").is_some()
                || self.decoded("GoogleAccessId").is_some())
    }

    /// A part of the signature, such as `X-Amz-Date` for `Date`.
    pub(crate) fn part(&self, name: &str) -> Option<String> {
        self.decoded(&self.name_of(name))
    }

    /// The name of a part of the signature.
    pub(crate) fn name_of(&self, part: &str) -> String {
        let google = self.dialect() == Some(Dialect::Google);
        format!("{}{part}", if google { "X-Goog-" } else { "X-Amz-" })
    }

    /// The decoded value of the first parameter with this name.
    pub(crate) fn decoded(&self, name: &str) -> Option<String> {
        let (_, value) = self.query.iter().find(|(found, _)| decode(found) == name)?;
        Some(decode(value))
    }

    pub(crate) fn signed_at(&self) -> Option<UnixTime> {
        UnixTime::parse_amz_date(&self.part("Date")?)
    }

    /// Access key id, day, region, service, terminator.
    pub(crate) fn credential(&self) -> Option<[String; 5]> {
        credential(&self.part("Credential")?)
    }

    /// The names of the signed headers.
    pub(crate) fn signed_headers(&self) -> Vec<String> {
        let list = self.part("SignedHeaders").unwrap_or_default();
        list.split(';').filter(|name| !name.is_empty()).map(str::to_ascii_lowercase).collect()
    }
}

/// Splits `AKIA.../20151229/eu-west-1/s3/aws4_request`.
pub(crate) fn credential(text: &str) -> Option<[String; 5]> {
    let mut parts: Vec<String> = text.rsplitn(5, '/').map(String::from).collect();
    parts.reverse();
    <[String; 5]>::try_from(parts).ok().filter(|parts| parts.iter().all(|part| !part.is_empty()))
}

pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({}{})", self.origin, self.path)
    }
}
