//! Settings for Amazon's endpoints of IPv6, FIPS 140 and transfer acceleration.
//!
//! Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html>

use rules::AmazonSettings;

use super::settings::Settings;
use crate::failure::Failure;

/// Which of Amazon's endpoints the settings ask for.
pub(super) fn amazon_settings(settings: &Settings) -> Result<AmazonSettings, Failure> {
    let of_s3 = |name| {
        let value = settings.of_s3(name)?;
        Ok::<_, Failure>(value.is_some_and(|value| value.eq_ignore_ascii_case("true")))
    };
    let is_on = |variable, key| settings.is_on(variable, key);
    Ok(AmazonSettings {
        dual_stack: of_s3("use_dualstack_endpoint")?
            || is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?,
        fips: is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?,
        accelerate: of_s3("use_accelerate_endpoint")?,
    })
}
