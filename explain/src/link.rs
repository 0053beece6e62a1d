//! A presigned URL, split into its parts.

use core::fmt;

use percent_encoding::percent_decode_str;
use signer::{Dialect, HttpUrl, UnixTime};

use crate::algorithm::Algorithm;
use crate::other_scheme::OtherScheme;

/// Longest URL that is read, in bytes; most servers accept 8 KiB.
pub(crate) const MAX_URL: usize = 16_384;

/// The parts that only signatures of Signature Version 4 have, without their prefix.
const OF_VERSION_4: [&str; 4] = ["algorithm", "credential", "signedheaders", "signature"];

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
    ///
    /// Links of other schemes may have parameters such as `x-amz-security-token` too, but none of [`OF_VERSION_4`].
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        let names = self.query.iter().map(|(name, _)| decode_query(name).to_ascii_lowercase());
        let names: Vec<_> = names.collect();
        let with_prefix =
            |prefix: &'static str| names.iter().filter_map(move |name| name.strip_prefix(prefix));
        let is_version_4 = |prefix| with_prefix(prefix).any(|part| OF_VERSION_4.contains(&part));
        let any = |prefix| with_prefix(prefix).next().is_some();
        if is_version_4("x-amz-") {
            return Some(Dialect::Amazon);
        }
        if is_version_4("x-goog-") {
            return Some(Dialect::Google);
        }
        if OtherScheme::of(self).is_some() {
            return None;
        }
        let google = any("x-goog-").then_some(Dialect::Google);
        if any("x-amz-") { Some(Dialect::Amazon) } else { google }
    }

    /// The algorithm, if it is one of Signature Version 4.
    pub(crate) fn algorithm(&self) -> Option<&'static Algorithm> {
        let found = Algorithm::named(&self.part("Algorithm")?)?;
        (Some(found.dialect) == self.dialect()).then_some(found)
    }

    /// The scheme of a link that is not of Signature Version 4.
    pub(crate) fn other_scheme(&self) -> Option<&'static OtherScheme> {
        if self.dialect().is_some() { None } else { OtherScheme::of(self) }
    }

    /// Whether the query was percent-encoded once more, so that its names and values are not separate, or it is part of
    /// the path.
    pub(crate) fn has_encoded_query(&self) -> bool {
        let is_part = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.starts_with("x-amz-") || name.starts_with("x-goog-")
        };
        let in_name = self.query.iter().any(|(name, _)| {
            decode_query(name).split_once('=').is_some_and(|(name, _)| is_part(name))
        });
        // A part of a signature has no `&`.
        let in_value = self.query.iter().filter(|(name, _)| is_part(name)).any(|(_, value)| {
            decode_query(value).split_once('&').is_some_and(|(_, next)| is_part(next))
        });
        let path = decode(&self.path);
        let in_path = path.split_once('?').is_some_and(|(_, query)| query.split('&').any(is_part));
        in_name || in_value || in_path
    }

    /// Whether the URL has any part of a signature.
    pub(crate) fn is_signed(&self) -> bool {
        self.dialect().is_some() || self.other_scheme().is_some() || self.has_encoded_query()
    }

    /// A part of the signature, such as `X-Amz-Date` for `Date`.
    pub(crate) fn part(&self, name: &str) -> Option<String> {
        self.decoded(&self.name_of(name))
    }

    /// The name of a part of the signature, as the link writes it: `gsutil` writes it in lower case.
    pub(crate) fn name_of(&self, part: &str) -> String {
        let google = self.dialect() == Some(Dialect::Google);
        let usual = format!("{}{part}", if google { "X-Goog-" } else { "X-Amz-" });
        let names = self.query.iter().map(|(name, _)| decode_query(name));
        let mut same: Vec<_> = names.filter(|name| name.eq_ignore_ascii_case(&usual)).collect();
        if same.is_empty() || same.contains(&usual) { usual } else { same.remove(0) }
    }

    /// The decoded value of the first parameter with this name.
    pub(crate) fn decoded(&self, name: &str) -> Option<String> {
        let (_, value) = self.query.iter().find(|(found, _)| decode_query(found) == name)?;
        Some(decode_query(value))
    }

    /// The session token of temporary credentials; S3 Express has a parameter of its own for it.
    pub(crate) fn session_token(&self) -> Option<String> {
        self.part("Security-Token").or_else(|| self.session_token_of_express())
    }

    /// The token of a session of S3 Express.
    pub(crate) fn session_token_of_express(&self) -> Option<String> {
        self.part("S3session-Token")
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

/// Decodes a name or a value of a query, where S3 reads `+` as a space.
pub(crate) fn decode_query(text: &str) -> String {
    decode(&text.replace('+', " "))
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({}{})", self.origin, self.path)
    }
}
