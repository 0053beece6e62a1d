//! Addresses of webhooks. A private one is refused unless the configuration allows it.
//!
//! The platform resolves names, so only literal addresses and names that are never public can be recognised here.
//!
//! Spec: <https://www.iana.org/assignments/iana-ipv4-special-registry/>,
//! <https://www.iana.org/assignments/iana-ipv6-special-registry/>

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use signer::HttpUrl;

use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::ConfigValue;

const EXPECTED: &str =
    r#"a URL such as "https://api.example.com/hooks/signpost", without user name or fragment"#;

const IS_PRIVATE: &str = "this address is private: write { url = \"...\", private_address = true } if the receiver is meant to be there";

const PLAIN_HTTP: &str = "expected https, since an event names callers and files; http is possible only to a private address with private_address = true";

/// Whether an address may be private.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Private {
    Allowed,
    Refused,
}

/// The URL that receives a rule's events. It comes from the configuration, never from a request.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct WebhookUrl(String);

impl WebhookUrl {
    /// Reads a URL. Errors do not repeat its query, which can contain a token.
    pub(crate) fn parse(entry: &ConfigValue<'_>, private: Private) -> Result<Self, ConfigError> {
        let expected = || entry.problem(&format!("expected {EXPECTED}"));
        let text = entry.value.as_str().ok_or_else(expected)?;
        let url = parse(text).ok_or_else(expected)?;
        let host = Host::parse(url.host()).ok_or_else(expected)?;
        match (host.is_private(), private, url.is_https()) {
            (true, Private::Refused, _) => {
                Err(entry.problem(IS_PRIVATE).with_kind(ConfigErrorKind::PrivateAddress))
            }
            (false, _, false) => Err(entry.problem(PLAIN_HTTP)),
            _ => Ok(Self(text.into())),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows nothing, since a path or a query can contain a token.
impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookUrl(..)")
    }
}

/// Splits a URL that every parser reads alike: `\` would begin a path in a browser, and a user name can look like a host.
fn parse(text: &str) -> Option<HttpUrl<'_>> {
    let is_plain = text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains(['#', '\\', '@']);
    let url = HttpUrl::parse(text).filter(|_| is_plain && text.len() <= 2_048)?;
    let has_port = url.port().is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0));
    let is_path = url.path().is_empty() || url.path().starts_with('/');
    (has_port && is_path).then_some(url)
}

/// The host of a URL.
enum Host<'a> {
    Address(IpAddr),
    /// A name in letters, digits, `-`, `_` and dots.
    Name(&'a str),
}

impl<'a> Host<'a> {
    /// Reads a host. A name whose last label is a number would be read as an IPv4 address by the platform, so such a name must
    /// be one in the usual form: not `0x7f000001`, `2130706433`, `127.1` or `0177.0.0.1`.
    fn parse(host: &'a str) -> Option<Self> {
        if let Some(v6) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            return v6.parse().ok().map(|v6| Self::Address(IpAddr::V6(v6)));
        }
        let is_label = |label: &str| {
            let valid = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
            (1..=63).contains(&label.len()) && label.bytes().all(valid)
        };
        if !host.split('.').all(is_label) || host.len() > 253 {
            return None;
        }
        let last = host.rsplit('.').next().unwrap_or_default();
        let is_number = last.bytes().all(|b| b.is_ascii_digit())
            || last.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("0x"));
        if is_number {
            return host.parse().ok().map(|v4| Self::Address(IpAddr::V4(v4)));
        }
        Some(Self::Name(host))
    }

    fn is_private(&self) -> bool {
        match self {
            Self::Address(IpAddr::V4(v4)) => is_private_v4(*v4),
            Self::Address(IpAddr::V6(v6)) => is_private_v6(*v6),
            Self::Name(name) => is_private_name(name),
        }
    }
}

/// Names that public DNS does not have: one label, and the top-level names of RFC 6761, RFC 6762, RFC 8375 and ICANN's `.internal`.
fn is_private_name(name: &str) -> bool {
    const TOP_LEVEL: [&str; 8] =
        ["localhost", "local", "internal", "test", "invalid", "example", "lan", "onion"];
    let Some((rest, last)) = name.rsplit_once('.') else { return true };
    let is = |label: &str, name: &str| label.eq_ignore_ascii_case(name);
    TOP_LEVEL.iter().any(|name| is(last, name))
        || (is(last, "arpa") && rest.rsplit('.').next().is_some_and(|label| is(label, "home")))
}

/// The blocks of IANA's registry that are not globally reachable, and multicast.
fn is_private_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    match (a, b, c) {
        (0 | 10 | 127 | 224..=255, ..)
        | (100, 64..=127, _) // between a carrier and its customers
        | (169, 254, _) // link-local, with the metadata of cloud machines
        | (172, 16..=31, _)
        | (192, 0, 0 | 2)
        | (192, 88, 99)
        | (192, 168, _)
        | (198, 18 | 19, _)
        | (198, 51, 100)
        | (203, 0, 113) => true,
        _ => false,
    }
}

/// Everything but `2000::/3`, the only block of global addresses, without those that contain another address or are for documents.
fn is_private_v6(v6: Ipv6Addr) -> bool {
    if let Some(v4) = v6.to_ipv4_mapped() {
        return is_private_v4(v4);
    }
    match v6.segments() {
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x2002, ..] | [0x3fff, 0..=0x0fff, ..] => true,
        [first, ..] => !(0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::config::reader::ConfigPath;

    fn read(url: &str, private: Private) -> Result<(), String> {
        let value = Value::from(url);
        let entry = ConfigValue { place: ConfigPath::of_variable("notify"), value: &value };
        WebhookUrl::parse(&entry, private).map(drop).map_err(|error| error.problem().to_owned())
    }

    #[test]
    fn accepts_public_addresses_by_https() {
        for url in [
            "https://api.example.com/hooks/signpost",
            "https://API.Example.com:8443/hooks?token=abc",
            "https://api.example.com",
            "https://hooks_internal.example.com/",
            "https://1e100.net/",
            "https://8.8.8.8/",
            "https://100.63.255.255/",
            "https://100.128.0.0/",
            "https://172.15.0.1/",
            "https://172.32.0.1/",
            "https://[2606:4700:4700::1111]/",
            "https://[::ffff:8.8.8.8]/",
            "https://localhost.example.com/",
            "https://xn--bcher-kva.example.org/",
        ] {
            assert_eq!(read(url, Private::Refused), Ok(()), "{url}");
        }
    }

    /// Bypasses that were reported for other senders of webhooks:
    /// <https://github.com/documenso/documenso/issues/2901>, <https://github.com/OneUptime/oneuptime/issues/2578>,
    /// <https://github.com/useplunk/plunk/pull/449>, <https://github.com/odysseus-dev/odysseus/pull/1053>,
    /// <https://github.com/Helicone/helicone/pull/5786>.
    #[test]
    fn refuses_private_addresses_in_every_spelling_unless_they_are_allowed() {
        for host in [
            "localhost",
            "LOCALHOST",
            "app.localhost",
            "printer.local",
            "metadata.google.internal",
            "intranet",
            "host.docker.internal",
            "router.home.arpa",
            "db.test",
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::ffff:169.254.169.254]",
            "[0:0:0:0:0:ffff:a9fe:a9fe]",
            "[::169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::]",
            "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[fe80::1]",
            "[febf::1]",
            "[ff02::1]",
            "[100::1]",
            "[2001:db8::1]",
        ] {
            let url = format!("https://{host}/hook");
            assert_eq!(read(&url, Private::Refused), Err(IS_PRIVATE.into()), "{host}");
            assert_eq!(read(&url, Private::Allowed), Ok(()), "{host}");
            assert_eq!(
                read(&format!("http://{host}:3000/hook"), Private::Allowed),
                Ok(()),
                "{host}"
            );
        }
    }

    #[test]
    fn refuses_urls_that_two_parsers_could_read_differently() {
        for url in [
            "http:/api.example.com/",
            "ftp://api.example.com/",
            "//api.example.com/",
            "https:///hook",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://127.1/",
            "https://0177.0.0.1/",
            "https://127.0.0.1.0x1/",
            "https://127.0.0.1./",
            "https://api.example.com./",
            "https://localhost./",
            "https://api.example.com@127.0.0.1/",
            "https://user:pass@api.example.com/",
            "https://api.example.com\\@127.0.0.1/",
            "https://%31%32%37.0.0.1/",
            "https://\u{ff11}27.0.0.1/",
            "https://\u{24db}ocalhost/",
            "https://a b.example.com/",
            "https://api.example.com/\thook",
            "https://api.example.com:0/",
            "https://api.example.com:99999/",
            "https://api.example.com:/",
            "https://[::1/",
            "https://[fe80::1%25eth0]/",
            "https://api..example.com/",
            "https://api.example.com/hook#part",
            "",
        ] {
            for private in [Private::Refused, Private::Allowed] {
                assert_eq!(read(url, private), Err(format!("expected {EXPECTED}")), "{url}");
            }
        }
        assert!(
            read(&format!("https://api.example.com/{}", "a".repeat(2_048)), Private::Refused)
                .is_err()
        );
    }

    #[test]
    fn refuses_http_to_a_public_address() {
        for private in [Private::Refused, Private::Allowed] {
            assert_eq!(read("http://api.example.com/hook", private), Err(PLAIN_HTTP.into()));
        }
    }

    #[test]
    fn neither_an_error_nor_debug_shows_a_token_in_the_address() {
        let error = read("ftp://api.example.com/hook?token=hunter2", Private::Refused).unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
        let value = Value::from("https://api.example.com/hook?token=hunter2");
        let entry = ConfigValue { place: ConfigPath::of_variable("notify"), value: &value };
        assert_eq!(
            format!("{:?}", WebhookUrl::parse(&entry, Private::Refused).unwrap()),
            "WebhookUrl(..)"
        );
    }
}
