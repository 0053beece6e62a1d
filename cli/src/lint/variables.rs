//! Checks of all variables: size, secrets, and whether there is any rule.

use rules::Rules;
use serde_json::{Map, Value};

use crate::finding::Finding;
use crate::wrangler::Wrangler;

/// Cloudflare's limit for one variable: 5 KB.
/// Spec: <https://developers.cloudflare.com/workers/platform/limits/#environment-variables>
const MAX_VAR_BYTES: usize = 5 * 1_024;

/// Checks the variables, even if the rules in them are not valid.
pub(crate) fn variables(vars: &Map<String, Value>, wrangler: &Wrangler<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = vars.iter().filter_map(too_large).collect();
    findings.extend(vars.iter().filter_map(secret));
    findings.extend(no_rules(vars, wrangler));
    findings
}

fn too_large((name, value): (&String, &Value)) -> Option<Finding> {
    let bytes = value.as_str().map_or_else(|| value.to_string().len(), str::len);
    (bytes > MAX_VAR_BYTES).then(|| {
        let next = if Rules::is_var(name) { "move some of its tables to" } else { "split it over" };
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
        Finding::error("variable-too-large", name.as_str())
            .says(format!("expected at most {MAX_VAR_BYTES} bytes as JSON, found {bytes}: Cloudflare rejects more"))
            .hint(format!("{next} [vars.{base}_2]"))
    })
}

/// Everyone who reads the repository or the dashboard can see variables.
fn secret((name, _): (&String, &Value)) -> Option<Finding> {
    names_a_secret(name).then(|| {
        Finding::error("secret-in-vars", name.as_str())
            .says("everyone who reads the repository can see this secret")
            .hint(format!(
                "remove it, create a new key, and store that with `npx wrangler secret put {name}`"
            ))
    })
}

/// Whether a variable has the name of a secret.
pub(crate) fn names_a_secret(name: &str) -> bool {
    let secret = ["_SECRET_ACCESS_KEY", "_ACCESS_KEY_ID", "_SESSION_TOKEN"];
    secret.iter().any(|end| name.ends_with(end))
}

fn no_rules(vars: &Map<String, Value>, wrangler: &Wrangler<'_>) -> Option<Finding> {
    if vars.keys().any(|name| Rules::is_var(name)) {
        return None;
    }
    // In a file with environments, the top level may be empty on purpose.
    let new = if wrangler.envs().is_empty() { Finding::error } else { Finding::warning };
    let finding =
        new("no-rules", "vars").says("there is no rule, so every request is answered with 404");
    Some(match wrangler.env() {
        Some(env) => finding.hint(format!(
            "write [env.{env}.vars.UPLOADS.avatar] and so on: an environment does not inherit [vars]"
        )),
        None => finding.hint("write [vars.UPLOADS.avatar] and so on: docs/configuration.md describes every key"),
    })
}
