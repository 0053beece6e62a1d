//! How often one caller may ask.

use core::net::{IpAddr, Ipv6Addr};

use crate::callers::context::AuthContext;
use crate::config::reader::{ConfigValue, TableReader};
use crate::secret::SecretName;
use crate::{Blocked, Caller, ConfigError, Denial};
use crate::{Effect, EffectResult};

/// A rate-limiting binding of the Worker.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    binding: String,
    /// The binding's period, in seconds, which the platform does not tell the Worker.
    period: u32,
}

impl Limit {
    /// Reads a binding's name, or a table that also says its period.
    pub(crate) fn parse(entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        const BINDING: &str = r#"the name of a rate-limiting binding such as "AVATAR_LIMIT", or { binding = "AVATAR_LIMIT", period = 10 }"#;
        const PERIOD: &str = "10 or 60, the binding's period in seconds";
        let name = |text: &str| SecretName::new(text).map(|name| name.as_str().to_owned());
        if entry.value.is_string() {
            return Ok(Self { binding: entry.parsed(BINDING, name)?, period: 60 });
        }
        let mut table = TableReader::new(entry).map_err(|_| entry.expected(BINDING))?;
        let binding = table.required("binding", BINDING)?.parsed(BINDING, name)?;
        let period = table.required("period", PERIOD)?;
        let period = match period.value.as_u64() {
            Some(10) => 10,
            Some(60) => 60,
            _ => return Err(period.expected(PERIOD)),
        };
        table.finish()?;
        Ok(Self { binding, period })
    }

    pub(crate) fn binding_and_period(&self) -> (&str, u32) {
        (&self.binding, self.period)
    }

    /// Counts one more ask of `rule`; against the caller, else against the page's origin and the network it comes from.
    pub(crate) fn count(
        &self,
        rule: &str,
        caller: Option<&Caller>,
        context: &AuthContext<'_>,
    ) -> Result<(), Blocked<Denial>> {
        let (origin, address) = (
            context.presented.origin.unwrap_or_default(),
            context.presented.address.unwrap_or_default(),
        );
        let whom = match caller.and_then(Caller::subject) {
            Some(subject) => {
                format!("caller {} {subject}", caller.map(Caller::name).unwrap_or_default())
            }
            None => format!("network {} {origin}", network(address)),
        };
        match context.results.require(Effect::Limit {
            binding: self.binding.clone(),
            key: format!("{rule} {whom}"),
        })? {
            EffectResult::Yes => Ok(()),
            EffectResult::No => Err(Denial::TooManyRequests { retry_after: self.period }.into()),
            // A limit that is not there holds nobody back.
            EffectResult::Failed | EffectResult::Fetched(_) => Err(Denial::LimitUnavailable.into()),
        }
    }
}

/// The network of an address: /24 of IPv4, /48 of IPv6. One customer has many addresses, so counting each is no limit.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(IpAddr::V6(v6)) => {
            let [a, b, c, ..] = v6.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
        // All who come from nowhere share one count.
        Err(_) => "unknown".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_networks_and_not_addresses() {
        for (address, expected) in [
            ("203.0.113.7", "203.0.113.0/24"),
            ("::ffff:203.0.113.200", "203.0.113.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("2001:0db8:0001:ffff:1:2:3:4", "2001:db8:1::/48"),
            ("", "unknown"),
            ("203.0.113", "unknown"),
        ] {
            assert_eq!(network(address), expected);
        }
    }
}
