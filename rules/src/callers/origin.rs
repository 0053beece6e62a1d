//! Origins of pages that may use a rule.

use signer::HttpUrl;

/// A page's origin, exactly as a browser sends it: `https://www.example.com`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(String);

pub(crate) const EXPECTED: &str = r#"an exact origin such as "https://www.example.com", in lower case, without path, wildcard or default port"#;

impl Origin {
    pub(crate) fn new(text: &str) -> Option<Self> {
        let url = HttpUrl::parse(text).filter(|url| url.origin() == text)?;
        let port_fits = url.port().is_none_or(|port| {
            port.parse::<u16>().is_ok_and(|number| {
                number != 0 && number != url.default_port() && number.to_string() == port
            })
        });
        (is_host(url.host()) && port_fits).then(|| Self(text.into()))
    }

    /// Returns the origin, as in the header `Origin`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<core::net::Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    };
    host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_exact_origins() {
        for good in
            ["https://www.example.com", "http://localhost:8788", "http://[::1]:1", "https://a.b:80"]
        {
            assert_eq!(Origin::new(good).as_ref().map(Origin::as_str), Some(good));
        }
        for bad in [
            "null",
            "*",
            "https://",
            "https://*",
            "https://*.example.com",
            "https://example.com/",
            "example.com",
            "https://Example.com",
            "https://example.com:443",
            "http://a:80",
            "https://a:0080",
            "https://a:x",
            "https://a:",
            "https://u@a",
            "https://a?b",
            "ftp://a",
            "https://a..b",
            "https://a b",
        ] {
            assert_eq!(Origin::new(bad), None, "{bad}");
        }
    }
}
