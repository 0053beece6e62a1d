//! Amazon's endpoints for IPv6, FIPS 140 and transfer acceleration.
//!
//! Spec: <https://docs.aws.amazon.com/general/latest/gr/s3.html>

use rules::Provider;
use signer::Region;

use super::settings::Settings;
use crate::failure::Failure;

/// Which of Amazon's endpoints the settings ask for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Variant {
    is_dual_stack: bool,
    is_fips: bool,
    is_accelerated: bool,
}

impl Variant {
    pub(super) fn of(settings: &Settings) -> Result<Self, Failure> {
        let of_s3 = |name| {
            let value = settings.of_s3(name)?;
            Ok::<_, Failure>(value.map(|value| value.eq_ignore_ascii_case("true")))
        };
        let is_dual_stack = match of_s3("use_dualstack_endpoint")? {
            Some(is_dual_stack) => is_dual_stack,
            None => settings.is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?,
        };
        Ok(Self {
            is_dual_stack,
            is_fips: settings.is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?,
            is_accelerated: of_s3("use_accelerate_endpoint")?.unwrap_or_default(),
        })
    }

    /// Whether the bucket's name must be part of the host.
    pub(super) const fn is_virtual_hosted_only(self) -> bool {
        self.is_accelerated
    }

    pub(super) fn is_default(self) -> bool {
        self == Self::default()
    }

    /// The endpoint of a region.
    ///
    /// # Errors
    ///
    /// A usage error if Amazon has no such endpoint.
    pub(super) fn endpoint(self, region: &Region) -> Result<String, Failure> {
        let endpoint = Provider::amazon().endpoint(region).unwrap_or_default();
        if self.is_default() {
            return Ok(endpoint);
        }
        let no_endpoint = || {
            Failure::usage(format!(
                "Amazon has no {} endpoint for {}",
                self.kinds().join(" and "),
                region.as_str()
            ))
            .hint("change the settings of the profile or the environment, or pass --endpoint-url")
        };
        let host = endpoint.strip_prefix("https://s3.").ok_or_else(no_endpoint)?;
        let is_worldwide = host.ends_with(".amazonaws.com");
        let has_dual_stack = is_worldwide || host.ends_with(".amazonaws.com.cn");
        let is_possible = match (self.is_accelerated, self.is_fips) {
            (true, true) => false,
            (true, false) => is_worldwide && !region.as_str().starts_with("us-gov-"),
            (false, true) => is_worldwide,
            (false, false) => has_dual_stack,
        };
        if !is_possible {
            return Err(no_endpoint());
        }
        let dual_stack = if self.is_dual_stack { ".dualstack" } else { "" };
        Ok(if self.is_accelerated {
            format!("https://s3-accelerate{dual_stack}.amazonaws.com")
        } else {
            let fips = if self.is_fips { "-fips" } else { "" };
            format!("https://s3{fips}{dual_stack}.{host}")
        })
    }

    /// What the settings ask for, as Amazon calls it.
    pub(super) fn kinds(self) -> Vec<&'static str> {
        let kinds = [
            (self.is_dual_stack, "dual-stack"),
            (self.is_fips, "FIPS"),
            (self.is_accelerated, "accelerate"),
        ];
        kinds.into_iter().filter_map(|(is_asked, kind)| is_asked.then_some(kind)).collect()
    }
}
