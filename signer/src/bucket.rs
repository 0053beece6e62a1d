//! A bucket and its URLs.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::percent_decode_str;

use crate::encode;
use crate::http_url::HttpUrl;
use crate::object_key::ObjectKey;
use crate::scope::Region;

/// How a URL names the bucket.
///
/// ```
/// use signer::{Bucket, ObjectKey, Region, UrlStyle};
///
/// let url = |style| -> Result<_, Box<dyn std::error::Error>> {
///     let bucket = Bucket::new("https://s3.example.com", style, "media", Region::new("auto")?)?;
///     Ok(bucket.object_url(&ObjectKey::new("a.txt")?))
/// };
/// assert_eq!(url(UrlStyle::Path)?, "https://s3.example.com/media/a.txt");
/// assert_eq!(url(UrlStyle::VirtualHosted)?, "https://media.s3.example.com/a.txt");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UrlStyle {
    /// `https://endpoint/bucket/key`
    Path,
    /// `https://bucket.endpoint/key`
    VirtualHosted,
}

impl UrlStyle {
    /// Whether URLs of this style can name a bucket.
    ///
    /// | style | names |
    /// |---|---|
    /// | path | 1 to 255 of `A-Z`, `a-z`, `0-9`, `.`, `-` and `_`, as botocore takes them, except `.` and `..`; before it, a tenant of Ceph and `:` |
    /// | virtual-hosted | S3's rule: 3 to 63 of `a-z`, `0-9`, `.` and `-`; a letter or digit at both ends; no two dots in a row |
    ///
    /// In a policy, Ceph compares the name without the tenant, so forms name the bucket so.
    ///
    /// Browsers write a host in lower case, so a name with capitals cannot be part of a signed host.
    ///
    /// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>,
    /// <https://docs.ceph.com/en/latest/radosgw/multitenancy/>
    ///
    /// ```
    /// use signer::UrlStyle;
    ///
    /// assert!(UrlStyle::Path.can_name("Media_2016") && !UrlStyle::VirtualHosted.can_name("Media_2016"));
    /// ```
    #[must_use]
    pub fn can_name(self, bucket: &str) -> bool {
        match self {
            Self::Path => {
                let (tenant, name) = bucket.split_once(':').unwrap_or_default();
                let (tenant, name) = if name.is_empty() { ("", bucket) } else { (tenant, name) };
                let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
                (1..=255).contains(&bucket.len())
                    && tenant.bytes().chain(name.bytes()).all(allowed)
                    && !matches!(bucket, "." | "..")
            }
            Self::VirtualHosted => is_s3_bucket_name(bucket),
        }
    }
}

/// A bucket: its name, its region and its URL.
///
/// ```
/// use signer::{Bucket, Region, UrlStyle};
///
/// let bucket = Bucket::new("http://127.0.0.1:9000", UrlStyle::Path, "media", Region::new("us-east-1")?)?;
/// assert_eq!(bucket.origin(), "http://127.0.0.1:9000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bucket {
    name: String,
    region: Region,
    #[cfg(feature = "sigv2")]
    style: UrlStyle,
    /// `https://` and the host.
    origin: String,
    /// As in the `Host` header: the port is left out if it is the default one.
    host: String,
    /// The path before a key: `/` or `/bucket/`.
    root: String,
    /// Whether the path of the bucket itself ends with the slash of `root`.
    ends_with_slash: bool,
}

impl Bucket {
    /// Combines an endpoint and the name of a bucket. The endpoint, such as `https://s3.eu-west-1.amazonaws.com`, may have
    /// a port and a base path.
    ///
    /// # Errors
    ///
    /// [`InvalidBucket`] names the invalid part.
    pub fn new(
        endpoint: &str,
        style: UrlStyle,
        name: &str,
        region: Region,
    ) -> Result<Self, InvalidBucket> {
        if !UrlStyle::Path.can_name(name) {
            return Err(InvalidBucket::Name);
        }
        let (url, authority, base) = parse_endpoint(endpoint)?;
        let (host, root) = match style {
            UrlStyle::Path => {
                let mut root = format!("{base}/");
                encode::push_path(&mut root, name);
                root.push('/');
                (String::from(authority), root)
            }
            UrlStyle::VirtualHosted if is_address(url.host()) => {
                return Err(InvalidBucket::AddressStyle);
            }
            UrlStyle::VirtualHosted if !style.can_name(name) => {
                return Err(InvalidBucket::NameStyle);
            }
            UrlStyle::VirtualHosted => (format!("{name}.{authority}"), format!("{base}/")),
        };
        let origin = format!("{}://{host}", url.scheme());
        let ends_with_slash =
            style == UrlStyle::VirtualHosted && (base.is_empty() || url.path().ends_with('/'));
        Ok(Self {
            name: String::from(name),
            region,
            #[cfg(feature = "sigv2")]
            style,
            origin,
            host,
            root,
            ends_with_slash,
        })
    }

    /// Another service at an endpoint, as a bucket without a name: requests go to the endpoint itself.
    pub(crate) fn of_service(endpoint: &str, region: Region) -> Result<Self, InvalidBucket> {
        let (url, authority, base) = parse_endpoint(endpoint)?;
        Ok(Self {
            name: String::new(),
            region,
            #[cfg(feature = "sigv2")]
            style: UrlStyle::Path,
            origin: format!("{}://{authority}", url.scheme()),
            host: String::from(authority),
            root: format!("{base}/"),
            ends_with_slash: true,
        })
    }

    /// The bucket's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name that the condition on the bucket compares: Ceph leaves the tenant out.
    pub(crate) fn name_in_policy(&self) -> &str {
        self.name.split_once(':').map_or(self.name.as_str(), |(_, name)| name)
    }

    /// The bucket's region, which is part of every signature.
    #[must_use]
    pub const fn region(&self) -> &Region {
        &self.region
    }

    /// The origin of the bucket's URLs, such as `https://acme-media.s3.eu-west-1.amazonaws.com`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.origin.clone()
    }

    pub(crate) fn as_origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The percent-encoded path of an object.
    pub(crate) fn path(&self, key: &ObjectKey) -> String {
        let mut path = self.root.clone();
        encode::push_path(&mut path, key.as_str());
        path
    }

    /// The text before the path in the resource of Signature Version 2, which always begins with the bucket.
    #[cfg(feature = "sigv2")]
    pub(crate) fn resource_prefix(&self) -> String {
        match self.style {
            UrlStyle::Path => String::new(),
            UrlStyle::VirtualHosted => format!("/{}", self.name),
        }
    }

    /// The path of the bucket itself, as boto3 writes it: without a last slash in path style, otherwise as the endpoint's.
    pub(crate) fn bucket_path(&self) -> &str {
        if self.ends_with_slash { &self.root } else { self.root.trim_end_matches('/') }
    }

    /// The unsigned URL of an object.
    #[must_use]
    pub fn object_url(&self, key: &ObjectKey) -> String {
        format!("{}{}", self.origin, self.path(key))
    }

    /// The key of the object that a URL of this bucket names; `None` for a URL elsewhere, or without a valid key.
    ///
    /// ```
    /// # use signer::{Bucket, Region, UrlStyle};
    /// let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
    /// let key = bucket.key_of("https://s3.example.com/media/a%20b.txt?X-Amz-Expires=60");
    /// assert_eq!(key.as_ref().map(|key| key.as_str()), Some("a b.txt"));
    /// assert_eq!(bucket.key_of("https://s3.example.com/other/a%20b.txt"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn key_of(&self, url: &str) -> Option<ObjectKey> {
        let url = HttpUrl::parse(url).filter(|url| url.origin() == self.origin)?;
        let key = percent_decode_str(url.path().strip_prefix(&self.root)?);
        ObjectKey::new(key.decode_utf8().ok()?).ok()
    }

    /// The URL that an upload form is sent to.
    pub(crate) fn form_url(&self) -> String {
        format!("{}{}", self.origin, self.bucket_path())
    }
}

/// Splits an endpoint: the URL, its authority without a default port, and its path without a last slash.
fn parse_endpoint(endpoint: &str) -> Result<(HttpUrl<'_>, &str, &str), InvalidBucket> {
    let url = HttpUrl::parse(endpoint).ok_or(InvalidBucket::Endpoint)?;
    let base = url.path().trim_end_matches('/');
    let is_bare = url.query().or(url.fragment()).is_none();
    if !is_bare || !is_host(url.host()) || !is_base_path(base) {
        return Err(InvalidBucket::Endpoint);
    }
    let authority = match url.port().map(str::parse) {
        None => url.host(),
        Some(Ok(port)) if port == url.default_port() => url.host(),
        Some(Ok(1..)) => url.authority(),
        Some(_) => return Err(InvalidBucket::Endpoint),
    };
    Ok((url, authority, base))
}

/// S3's rule: 3 to 63 of `a-z`, `0-9`, `.` and `-`; a letter or digit at both ends; no two dots in a row.
fn is_s3_bucket_name(name: &str) -> bool {
    let allowed = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'));
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    (3..=63).contains(&name.len())
        && allowed
        && edge(name.chars().next())
        && edge(name.chars().next_back())
        && !name.split('.').any(str::is_empty)
}

/// A domain name or an IP address, in lower case as a browser sends it.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_'))
}

/// Empty, or segments that need no encoding: `/a/b`.
fn is_base_path(path: &str) -> bool {
    let allowed = path
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/'));
    allowed && !path.split('/').skip(1).any(|segment| matches!(segment, "" | "." | ".."))
}

/// An IP address, which cannot have a subdomain.
fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok()
}

/// Why a bucket is invalid.
///
/// ```
/// use signer::{Bucket, InvalidBucket, Region, UrlStyle};
///
/// let bucket = Bucket::new("http://127.0.0.1:9000", UrlStyle::VirtualHosted, "media", Region::new("auto")?);
/// assert_eq!(bucket, Err(InvalidBucket::AddressStyle));
/// # Ok::<(), signer::InvalidRegion>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum InvalidBucket {
    /// No server allows the name: see [`UrlStyle::can_name`].
    Name,
    /// The name cannot be part of a host, so only [`UrlStyle::Path`] is possible.
    NameStyle,
    /// The endpoint is not a URL of `http` or `https` with a lower-case host and, optionally, a port and a plain path.
    Endpoint,
    /// The endpoint is an IP address, so only [`UrlStyle::Path`] is possible.
    AddressStyle,
}

impl fmt::Display for InvalidBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "a bucket name has 1 to 255 characters, each A-Z, a-z, 0-9, -, _ or .",
            Self::NameStyle => "a bucket name has 3 to 63 characters, each a-z, 0-9, - or ., and a letter or digit at both ends",
            Self::Endpoint => "an endpoint is a URL such as https://s3.eu-west-1.amazonaws.com, in lower case, without a query",
            Self::AddressStyle => "an endpoint that is an IP address supports only path-style URLs",
        })
    }
}

impl core::error::Error for InvalidBucket {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_url_of_an_object() {
        let key = ObjectKey::new("a b/c").unwrap();
        for (endpoint, style, url) in [
            (
                "https://s3.example.com",
                UrlStyle::VirtualHosted,
                "https://media.s3.example.com/a%20b/c",
            ),
            ("https://s3.example.com:443/", UrlStyle::Path, "https://s3.example.com/media/a%20b/c"),
            (
                "http://s3.localhost:80",
                UrlStyle::VirtualHosted,
                "http://media.s3.localhost/a%20b/c",
            ),
            ("http://[::1]:9000", UrlStyle::Path, "http://[::1]:9000/media/a%20b/c"),
            (
                "http://localhost:8787/local/s3",
                UrlStyle::Path,
                "http://localhost:8787/local/s3/media/a%20b/c",
            ),
        ] {
            let bucket = Bucket::new(endpoint, style, "media", region()).unwrap();
            assert_eq!(bucket.object_url(&key), url);
        }
    }

    #[test]
    fn sends_forms_to_the_bucket_itself() {
        for (endpoint, style, url) in [
            ("https://s3.example.com", UrlStyle::Path, "https://s3.example.com/media"),
            ("https://s3.example.com", UrlStyle::VirtualHosted, "https://media.s3.example.com/"),
            ("https://gw.example.com/s3/", UrlStyle::Path, "https://gw.example.com/s3/media"),
            (
                "https://gw.example.com/s3/",
                UrlStyle::VirtualHosted,
                "https://media.gw.example.com/s3/",
            ),
            (
                "https://gw.example.com/s3",
                UrlStyle::VirtualHosted,
                "https://media.gw.example.com/s3",
            ),
            (
                "https://gw.example.com/media/",
                UrlStyle::VirtualHosted,
                "https://media.gw.example.com/media/",
            ),
        ] {
            let bucket = Bucket::new(endpoint, style, "media", region()).unwrap();
            assert_eq!(bucket.form_url(), url);
        }
    }

    #[test]
    fn refuses_what_is_no_endpoint() {
        for endpoint in [
            "s3.example.com",
            "ftp://s3.example.com",
            "https://",
            "https://a b",
            "https://user@host",
            "https://host?x",
            "https://host#x",
            "https://HOST",
            "https://host:0",
            "https://host:65536",
            "https://host:",
            "https://[::1",
            "https://host/a//b",
            "https://host/../b",
            "https://[nonsense]",
            "https://:80",
        ] {
            assert_eq!(
                Bucket::new(endpoint, UrlStyle::Path, "media", region()),
                Err(InvalidBucket::Endpoint),
                "{endpoint}"
            );
        }
        for endpoint in ["http://127.0.0.1:9000", "http://[::1]:9000"] {
            let bucket = Bucket::new(endpoint, UrlStyle::VirtualHosted, "media", region());
            assert_eq!(bucket, Err(InvalidBucket::AddressStyle));
        }
    }

    /// Names that other providers, or Amazon in former times, allow.
    #[test]
    fn names_a_bucket_to_the_letter_in_path_style() {
        for (name, path) in [
            ("ab", "ab"),
            ("ziplineBucketName", "ziplineBucketName"), // Backblaze B2 allows capitals
            ("db_wal", "db_wal"),                       // Ceph and RiakCS: minio/minio-py#351
            ("My.Old_Bucket", "My.Old_Bucket"),
            ("-ab-", "-ab-"),
            ("a..b", "a..b"),
            // A tenant of Ceph, encoded as boto3 and s3cmd do: s3tools/s3cmd#1080.
            ("11213ef55:mybucket", "11213ef55%3Amybucket"),
            (":shared", "%3Ashared"),
            (&"a".repeat(255), &"a".repeat(255)),
        ] {
            let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, name, region());
            let bucket = bucket.unwrap();
            let key = ObjectKey::new("k").unwrap();
            let url = bucket.object_url(&key);
            assert_eq!(url, format!("https://s3.example.com/{path}/k"));
            assert_eq!((bucket.name(), bucket.key_of(&url)), (name, Some(key)));
        }
    }

    #[test]
    fn rejects_an_invalid_bucket_name() {
        let new = |style, name: &str| Bucket::new("https://s3.example.com", style, name, region());
        let too_long = "a".repeat(256);
        for name in
            ["", ".", "..", "a/b", "a b", "a%b", "a:", ":", "a:b:c", "a?b", "bücher", &too_long]
        {
            for style in [UrlStyle::Path, UrlStyle::VirtualHosted] {
                assert_eq!(new(style, name), Err(InvalidBucket::Name), "{name}");
            }
        }
        let longer = "a".repeat(64);
        for name in ["ab", "Media", "a..b", "-ab", "ab-", "a_b", "a:b", "10.0.0.1.", &longer] {
            let bucket = new(UrlStyle::VirtualHosted, name);
            assert_eq!(bucket, Err(InvalidBucket::NameStyle), "{name}");
        }
    }

    fn region() -> Region {
        Region::new("us-east-1").unwrap()
    }
}
