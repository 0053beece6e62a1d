//! How the configuration's format declares what the rules need: the names for messages, and hints.

use rules::STATE_BINDING;

use super::tree::Node;
use super::{Format, Wrangler};

impl Wrangler<'_> {
    /// The declarations of R2 buckets.
    pub(crate) const fn r2_buckets(&self) -> &'static str {
        self.either("[[r2_buckets]]", "`bindings.r2()`")
    }

    /// The declarations of rate limits.
    pub(crate) const fn ratelimits(&self) -> &'static str {
        self.either("[[ratelimits]]", "`bindings.rateLimit()`")
    }

    /// The declarations of Durable Objects.
    pub(crate) const fn durable_objects(&self) -> &'static str {
        self.either("[[durable_objects.bindings]]", "`bindings.durableObject()`")
    }

    /// What a secret is that the file does not declare: the end of a message.
    pub(crate) const fn unlisted(&self) -> &'static str {
        self.either(
            "listed: `wrangler dev` would not load it, and a deployment without it would succeed",
            "declared: a deployment without it would succeed",
        )
    }

    pub(crate) fn bucket_hint(&self, binding: &str, name: &str) -> String {
        match self.format {
            Format::Toml | Format::Json => {
                let head = self.head("r2_buckets");
                format!("add {head} with binding = {binding:?} and bucket_name = {name:?}")
            }
            Format::BuildOutput => {
                in_source(&format!("{binding}: bindings.r2({{ name: {name:?} }})"))
            }
        }
    }

    pub(crate) fn limit_hint(&self, binding: &str, period: u32) -> String {
        match self.format {
            Format::Toml | Format::Json => {
                let head = self.head("ratelimits");
                format!(
                    "add {head} with name = {binding:?}, namespace_id = \"1001\" and simple = {{ limit = 20, period = {period} }}"
                )
            }
            Format::BuildOutput => in_source(&format!(
                "{binding}: bindings.rateLimit({{ namespace: \"1001\", simple: {{ limit: 20, period: {period} }} }})"
            )),
        }
    }

    pub(crate) fn state_hint(&self) -> String {
        match self.format {
            Format::Toml | Format::Json => format!(
                r#"add {} with name = "{STATE_BINDING}" and class_name = "SignpostState", and [[migrations]] with tag = "signpost-state" and new_sqlite_classes = ["SignpostState"]"#,
                self.head("durable_objects.bindings")
            ),
            Format::BuildOutput => {
                let name = self.table.get("name").map(Node::to_json).unwrap_or_default();
                let binding = in_source(&format!(
                    r#"{STATE_BINDING}: bindings.durableObject({{ worker: {name}, exportName: "SignpostState" }})"#
                ));
                format!(
                    r#"add SignpostState: exports.durableObject({{ storage: "sqlite" }}) to `exports`, and {}"#,
                    binding.trim_start_matches("add ")
                )
            }
        }
    }

    pub(crate) fn secret_hint(&self, name: &str) -> String {
        match self.format {
            Format::Toml | Format::Json => format!("add {name:?} to [secrets].required"),
            Format::BuildOutput => in_source(&format!("{name}: bindings.secret()")),
        }
    }

    /// A key, and where to change it: `BUCKETS.media.region (wrangler.toml, line 34)`.
    pub(crate) fn setting(&self, key: &str, path: &str, line: usize) -> String {
        match self.format {
            Format::Toml | Format::Json => format!("{key} ({path}, line {line})"),
            Format::BuildOutput => format!("{key} (in cloudflare.config.ts)"),
        }
    }

    const fn either<'t>(&self, wrangler: &'t str, build_output: &'t str) -> &'t str {
        match self.format {
            Format::Toml | Format::Json => wrangler,
            Format::BuildOutput => build_output,
        }
    }
}

/// Build Output is written anew by each build, so its source must change.
fn in_source(line: &str) -> String {
    format!("add {line} to `env` in cloudflare.config.ts, and build again")
}
