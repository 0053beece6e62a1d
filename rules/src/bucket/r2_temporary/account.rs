//! The account of Cloudflare that a bucket of R2 belongs to.
//!
//! Spec: <https://developers.cloudflare.com/r2/reference/data-location/#jurisdiction-specific-endpoints>

use signer::HttpUrl;

const SUFFIX: &str = ".r2.cloudflarestorage.com";

/// An account, and the host of its buckets. Both are in every token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Account {
    /// `<account>.r2.cloudflarestorage.com`, or `<account>.eu.r2.cloudflarestorage.com` in a jurisdiction.
    host: String,
    id_len: usize,
}

impl Account {
    /// Reads the account from an endpoint; `None` if it is not R2's own, such as the local one of wrangler.
    pub(crate) fn of(endpoint: &str) -> Option<Self> {
        let url = HttpUrl::parse(endpoint).filter(HttpUrl::is_https)?;
        let host = url.host().to_ascii_lowercase();
        let mut labels = host.strip_suffix(SUFFIX)?.split('.');
        let (id_len, jurisdiction) = (labels.next()?.len(), labels.next());
        let is_endpoint = id_len > 0 && jurisdiction != Some("") && labels.next().is_none();
        is_endpoint.then_some(Self { host, id_len })
    }

    pub(super) fn id(&self) -> &str {
        self.host.get(..self.id_len).unwrap_or_default()
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_names_the_account() {
        for (endpoint, id) in [
            ("https://0a1b.r2.cloudflarestorage.com", "0a1b"),
            ("https://0a1b.r2.cloudflarestorage.com/", "0a1b"),
            ("https://0a1b.R2.cloudflarestorage.com:443", "0a1b"),
            ("https://0a1b.eu.r2.cloudflarestorage.com", "0a1b"),
        ] {
            let account = Account::of(endpoint);
            assert_eq!(account.as_ref().map(Account::id), Some(id), "{endpoint}");
        }
        let eu = Account::of("https://0a1b.eu.r2.cloudflarestorage.com").unwrap();
        assert_eq!(eu.host(), "0a1b.eu.r2.cloudflarestorage.com");
    }

    #[test]
    fn other_endpoints_name_none() {
        for endpoint in [
            "http://0a1b.r2.cloudflarestorage.com",
            "https://r2.cloudflarestorage.com",
            "https://.r2.cloudflarestorage.com",
            "https://0a1b..r2.cloudflarestorage.com",
            "https://media.0a1b.eu.r2.cloudflarestorage.com",
            "https://0a1b.r2.cloudflarestorage.com.example.com",
            "https://files.example.com",
            "http://127.0.0.1:8787/cdn-cgi/local/r2/s3",
            "",
        ] {
            assert_eq!(Account::of(endpoint), None, "{endpoint}");
        }
    }
}
