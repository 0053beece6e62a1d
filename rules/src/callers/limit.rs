//! A rule's rate limit.

use core::net::{IpAddr, Ipv6Addr};

use crate::callers::caller::Caller;
use crate::callers::context::AuthContext;
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::Denial;
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::EffectResult;
use crate::secret_name::SecretName;

/// A rate-limiting binding of the Worker, which counts the requests of each caller.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    binding: String,
    /// The binding's period, in seconds. The platform does not reveal it, so the configuration repeats it.
    period: u32,
}

impl Limit {
    /// Reads a binding's name, or a table with its name and period.
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

    pub(crate) fn binding(&self) -> &str {
        &self.binding
    }

    pub(crate) fn binding_and_period(&self) -> (&str, u32) {
        (&self.binding, self.period)
    }

    /// Counts one request to `rule`: for a named caller, or else for the client's network.
    ///
    /// Nothing else that the client chooses, such as the page's origin, is part of what is counted: each of its values would
    /// have a limit of its own.
    pub(crate) fn count(
        &self,
        rule: &str,
        caller: Option<&Caller>,
        context: &AuthContext<'_>,
    ) -> Result<(), Blocked<Denial>> {
        match context.results.require(self.effect(rule, caller, context, 1))? {
            EffectResult::Yes => Ok(()),
            EffectResult::No => Err(self.denial().into()),
            // A rule whose limit cannot be checked admits nobody.
            _ => Err(Denial::LimitUnavailable.into()),
        }
    }

    /// Counts `more` files of a request that has been counted once.
    #[inline(never)]
    pub(crate) fn count_more(
        &self,
        rule: &str,
        caller: &Caller,
        context: &AuthContext<'_>,
        more: u8,
    ) -> Result<Quota, Blocked<Denial>> {
        let within =
            match context.results.require(self.effect(rule, Some(caller), context, more))? {
                EffectResult::Yes => more,
                EffectResult::Within(within) => *within,
                EffectResult::No => 0,
                _ => return Err(Denial::LimitUnavailable.into()),
            };
        Ok(Quota(Some((within, self.denial()))))
    }

    const fn denial(&self) -> Denial {
        Denial::TooManyRequests { retry_after: self.period }
    }

    fn effect(
        &self,
        rule: &str,
        caller: Option<&Caller>,
        context: &AuthContext<'_>,
        count: u8,
    ) -> Effect {
        let address = context.presented.address.unwrap_or_default();
        let client = match caller.and_then(Caller::subject) {
            Some(subject) => {
                format!("caller {} {subject}", caller.map(Caller::name).unwrap_or_default())
            }
            None => format!("network {}", network(address)),
        };
        Effect::Limit { binding: self.binding.clone(), key: format!("{rule} {client}"), count }
    }
}

/// How many files of one request a rate limit permits.
#[derive(Clone, Debug)]
pub struct Quota(Option<(u8, Denial)>);

impl Quota {
    /// The quota of a rule without a limit, and of a request with one file.
    pub(crate) const UNLIMITED: Self = Self(None);

    /// Checks a file by its place in the request, from 0. The first has been counted with the request itself.
    ///
    /// # Errors
    ///
    /// [`Denial::TooManyRequests`].
    pub fn check(&self, nth: usize) -> Result<(), Denial> {
        match &self.0 {
            Some((within, denial)) if nth > usize::from(*within) => Err(denial.clone()),
            _ => Ok(()),
        }
    }
}

/// Returns the network of an address: /24 of IPv4, /48 of IPv6. A limit on single addresses would be useless, since a
/// client can have many.
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
        // All clients without an address are counted together.
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
