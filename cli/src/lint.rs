//! What the Worker would do, and a reviewer would ask about.

mod bindings;
mod exposure;
mod place_of_bucket;
mod secrets;
mod unused;
mod variables;

use rules::Rules;
use serde_json::{Map, Value};

pub(crate) use self::variables::{names_a_secret, variables};
use crate::finding::Finding;
use crate::wrangler::Wrangler;

/// Everything there is to ask about a configuration that the Worker takes.
pub(crate) fn configuration(
    rules: &Rules,
    vars: &Map<String, Value>,
    wrangler: &Wrangler<'_>,
) -> Vec<Finding> {
    let mut findings = exposure::lint(rules, vars);
    findings.extend(place_of_bucket::lint(rules, vars));
    findings.extend(bindings::lint(vars, wrangler));
    findings.extend(secrets::lint(rules, wrangler));
    findings.extend(unused::lint(vars));
    findings
}
