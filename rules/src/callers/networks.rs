//! `networks`: the addresses from which a rule may be used.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc4632#section-3.1>, <https://www.rfc-editor.org/rfc/rfc4291#section-2.3>

use core::net::IpAddr;

use crate::config::error::ConfigError;
use crate::config::reader::ConfigValue;

/// Most networks of a rule. An address is compared with each.
const MAX_NETWORKS: usize = 100;

const EXPECTED: &str = r#"a network such as "192.0.2.0/24" or "2001:db8::/32", without bits after the prefix, or an address"#;

/// A list of networks.
#[derive(Clone, Debug)]
pub(crate) struct Networks(Vec<Network>);

impl Networks {
    pub(crate) fn parse(entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        let entries = entry.non_empty_list(r#"a list of networks such as ["192.0.2.0/24"]"#)?;
        if entries.len() > MAX_NETWORKS {
            return Err(entry.problem(&format!("a rule has at most {MAX_NETWORKS} networks")));
        }
        let mut networks = Vec::with_capacity(entries.len());
        for entry in entries {
            networks.push(entry.parsed(EXPECTED, Network::new)?);
        }
        Ok(Self(networks))
    }

    /// Returns whether an address belongs to one of the networks. Text that is not an address belongs to none.
    pub(crate) fn contain(&self, address: &str) -> bool {
        // An IPv4 address that is written as an IPv6 address is the same address.
        let address = address.parse::<IpAddr>().map(|address| address.to_canonical());
        address.is_ok_and(|address| self.0.iter().any(|network| network.contains(address)))
    }
}

/// A network: an address, and how many of its bits the addresses of the network share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Parses `192.0.2.0/24`. A single address is a network with one address.
    ///
    /// Bits after the prefix are refused: `192.0.2.7/24` can be a mistake for `/32` as well as for `192.0.2.0`.
    #[inline(never)]
    fn new(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address = address.parse::<IpAddr>().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(bits), length).filter(|prefix| *prefix <= bits)?;
        let network = Self { address, prefix };
        // A client's IPv4 address is never compared as an IPv6 address, so such a network would have no members.
        let is_mapped = address != address.to_canonical();
        (!is_mapped && network.bits_after_prefix() == 0).then_some(network)
    }

    fn contains(self, address: IpAddr) -> bool {
        let differences = number(address) ^ number(self.address);
        address.is_ipv4() == self.address.is_ipv4()
            && differences.leading_zeros() >= self.first_bits()
    }

    /// Returns the length of the prefix, counted in [`number`].
    fn first_bits(self) -> u32 {
        u32::from(self.prefix) + if self.address.is_ipv4() { 96 } else { 0 }
    }

    fn bits_after_prefix(self) -> u128 {
        number(self.address) & u128::MAX.checked_shr(self.first_bits()).unwrap_or(0)
    }
}

/// Returns an address as a number; an IPv4 address is the end of an IPv6 address.
const fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// Parses the length of a prefix, in digits without a zero before them.
fn length(text: &str) -> Option<u8> {
    let is_plain =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_a_network_if_its_first_bits_are() {
        for (network, inside, outside) in [
            (
                "192.0.2.0/24",
                &["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.9"][..],
                &["192.0.1.255", "192.0.3.0"][..],
            ),
            ("192.0.2.128/25", &["192.0.2.128", "192.0.2.255"], &["192.0.2.127"]),
            ("192.0.2.7", &["192.0.2.7"], &["192.0.2.6", "192.0.2.8", "::192.0.2.7"]),
            ("192.0.2.7/32", &["192.0.2.7"], &["192.0.2.6", "192.0.2.8"]),
            ("0.0.0.0/0", &["0.0.0.0", "255.255.255.255"], &["::", "2001:db8::1", "c000:200::"]),
            (
                "2001:db8::/32",
                &["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
                &["2001:db7::", "2001:db9::", "32.1.13.184"],
            ),
            ("2001:db8::/33", &["2001:db8:7fff::"], &["2001:db8:8000::"]),
            ("2001:db8::1", &["2001:db8::1", "2001:DB8:0:0::1"], &["2001:db8::2"]),
            ("::/0", &["::", "2001:db8::1"], &["192.0.2.7", "::ffff:192.0.2.7"]),
        ] {
            let networks = Networks(vec![Network::new(network).unwrap()]);
            for address in inside {
                assert!(networks.contain(address), "{address} in {network}");
            }
            for address in outside {
                assert!(!networks.contain(address), "{address} not in {network}");
            }
            for address in [
                "",
                "unknown",
                "192.0.2",
                "192.0.2.7, 192.0.2.8",
                " 192.0.2.7",
                "192.0.2.7/24",
                "192.0.2.07",
            ] {
                assert!(!networks.contain(address), "{address} is no address");
            }
        }
    }

    #[test]
    fn an_ambiguous_network_is_refused() {
        for text in [
            "192.0.2.1/24",
            "2001:db8::1/64",
            "192.0.2.0/33",
            "2001:db8::/129",
            "192.0.2.0/",
            "192.0.2.0/+24",
            "192.0.2.0/024",
            "192.0.2.0/24/24",
            "192.0.2.0/255.255.255.0",
            "192.0.2/24",
            "192.0.2.*",
            "::ffff:192.0.2.0/120",
            "example.com",
            "",
        ] {
            assert_eq!(Network::new(text), None, "{text}");
        }
    }
}
