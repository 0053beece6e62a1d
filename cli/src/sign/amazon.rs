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
            Ok::<_, Failure>(value.is_some_and(|value| value.eq_ignore_ascii_case("true")))
        };
        let is_on = |variable, key| settings.is_on(variable, key);
        Ok(Self {
            is_dual_stack: of_s3("use_dualstack_endpoint")?
                || is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?,
            is_fips: is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?,
            is_accelerated: of_s3("use_accelerate_endpoint")?,
        })
    }

    pub(super) const fn is_accelerated(self) -> bool {
        self.is_accelerated
    }

    /// The endpoint of a region.
    ///
    /// # Errors
    ///
    /// A usage error if Amazon has no such endpoint.
    pub(super) fn endpoint(self, region: &Region) -> Result<String, Failure> {
        let endpoint = Provider::amazon().endpoint(region).unwrap_or_default();
        if self == Self::default() {
            return Ok(endpoint);
        }
        let host = endpoint.strip_prefix("https://s3.").ok_or_else(|| self.unavailable(region))?;
        let is_in_china = host.ends_with(".amazonaws.com.cn");
        let has_acceleration =
            host.ends_with(".amazonaws.com") && !region.as_str().starts_with("us-gov-");
        if (self.is_fips && (is_in_china || self.is_accelerated))
            || (self.is_accelerated && !has_acceleration)
        {
            return Err(self.unavailable(region));
        }
        let dual_stack = if self.is_dual_stack { ".dualstack" } else { "" };
        Ok(if self.is_accelerated {
            format!("https://s3-accelerate{dual_stack}.amazonaws.com")
        } else {
            let fips = if self.is_fips { "-fips" } else { "" };
            format!("https://s3{fips}{dual_stack}.{host}")
        })
    }

    fn unavailable(self, region: &Region) -> Failure {
        let kinds = [
            (self.is_dual_stack, "dual-stack"),
            (self.is_fips, "FIPS"),
            (self.is_accelerated, "accelerate"),
        ];
        let kinds = kinds.into_iter().filter_map(|(is_asked, kind)| is_asked.then_some(kind));
        let kinds = kinds.collect::<Vec<_>>().join(" and ");
        Failure::usage(format!("Amazon has no {kinds} endpoint for {}", region.as_str()))
            .hint("change the settings of the profile or the environment, or pass --endpoint-url")
    }
}
