//! What Cloudflare makes of the variables, whatever they say.

use rules::Rules;
use serde_json::{Map, Value};

use crate::finding::Finding;
use crate::wrangler::Wrangler;

/// Most that Cloudflare takes in one variable: 5 KB.
/// Spec: <https://developers.cloudflare.com/workers/platform/limits/#environment-variables>
const MAX_VAR_BYTES: usize = 5 * 1_024;

/// Looks at the variables, right or wrong.
pub(crate) fn variables(vars: &Map<String, Value>, wrangler: &Wrangler<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = vars.iter().filter_map(too_large).collect();
    findings.extend(vars.iter().filter_map(secret));
    findings.extend(nothing(vars, wrangler));
    findings
}

fn too_large((name, value): (&String, &Value)) -> Option<Finding> {
    let bytes = value.as_str().map_or_else(|| value.to_string().len(), str::len);
    (bytes > MAX_VAR_BYTES).then(|| {
        let next = if Rules::is_var(name) { "move some of its tables to" } else { "split it over" };
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
        Finding::error("variable-too-large", name.as_str())
            .says(format!("expected at most {MAX_VAR_BYTES} bytes as JSON, found {bytes}: Cloudflare refuses more"))
            .hint(format!("{next} [vars.{base}_2]"))
    })
}

/// A secret among the variables is shown to whoever reads the repository or the dashboard.
fn secret((name, _): (&String, &Value)) -> Option<Finding> {
    names_a_secret(name).then(|| {
        Finding::error("secret-in-vars", name.as_str())
            .says("a secret stands where everyone who reads the repository sees it")
            .hint(format!("take it out, make a new key, and `npx wrangler secret put {name}`"))
    })
}

/// Whether a variable is named as the Worker's secrets are.
pub(crate) fn names_a_secret(name: &str) -> bool {
    let secret = ["_SECRET_ACCESS_KEY", "_ACCESS_KEY_ID", "_SESSION_TOKEN"];
    secret.iter().any(|end| name.ends_with(end))
}

fn nothing(vars: &Map<String, Value>, wrangler: &Wrangler<'_>) -> Option<Finding> {
    if vars.keys().any(|name| Rules::is_var(name)) {
        return None;
    }
    // At the top level beside environments it may be meant so.
    let new = if wrangler.envs().is_empty() { Finding::error } else { Finding::warning };
    let finding =
        new("no-rules", "vars").says("no variable holds a rule, so every request is answered 404");
    Some(match wrangler.env() {
        Some(env) => finding.hint(format!(
            "write [env.{env}.vars.UPLOADS.avatar] and so on: an environment does not inherit [vars]"
        )),
        None => finding.hint("write [vars.UPLOADS.avatar] and so on: README.md explains one rule"),
    })
}
