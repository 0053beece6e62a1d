//! Checks of a configuration that the Worker accepts, for settings that would fail or that a reviewer would question.

mod anonymous;
mod attributes;
mod authorities;
mod bindings;
mod bucket_url;
mod cache;
mod credentials;
mod events;
mod exposure;
mod not_deployable;
mod r2_credentials;
mod refused_secrets;
mod regions;
mod restrictions;
mod secrets;
mod unknown_region;
mod unused;
mod url_logs;
mod variables;

pub(crate) use self::refused_secrets::refused_secrets;
pub(crate) use self::variables::{names_a_secret, variables};
use crate::configured::Configured;
use crate::finding::Finding;
use crate::wrangler::Wrangler;

/// All findings about a configuration that the Worker accepts.
pub(crate) fn configuration(configured: &Configured, wrangler: &Wrangler<'_>) -> Vec<Finding> {
    let mut findings = exposure::lint(configured);
    findings.extend(anonymous::lint(configured));
    findings.extend(attributes::lint(configured));
    findings.extend(authorities::lint(configured));
    findings.extend(bucket_url::lint(configured));
    findings.extend(unknown_region::lint(configured));
    findings.extend(events::lint(configured));
    findings.extend(not_deployable::lint(configured));
    findings.extend(bindings::lint(configured, wrangler));
    findings.extend(restrictions::lint(configured));
    findings.extend(secrets::lint(&configured.rules, wrangler));
    findings.extend(credentials::lint(configured, wrangler));
    findings.extend(r2_credentials::lint(configured));
    findings.extend(unused::lint(configured));
    findings.extend(cache::lint(wrangler));
    findings.extend(url_logs::lint(wrangler));
    findings
}
