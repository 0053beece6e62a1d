//! Converts `worker.config.json`, which `cf build` writes, to the configuration of wrangler with the same meaning.
//!
//! `{"env": {"UPLOADS": {"type": "json", "value": {...}}, "MEDIA_ACCESS_KEY_ID": {"type": "secret"}}}` becomes `vars.UPLOADS` and
//! `secrets.required`. Each value keeps its position in the text.
//!
//! Spec: <https://developers.cloudflare.com/workers/build-output/>

use core::ops::Range;

use serde_json::Value;

use super::tree::{Entry, Node, Table, Tree};

/// A type of binding that is a table of a list in wrangler's configuration.
struct Listed {
    /// The type in `worker.config.json`.
    kind: &'static str,
    /// The list in wrangler's configuration.
    list: &'static str,
    /// The key for the binding's name.
    name: &'static str,
    /// The other keys: here, and in wrangler's configuration.
    keys: &'static [(&'static str, &'static str)],
}

const LISTED: [Listed; 5] = [
    Listed {
        kind: "r2",
        list: "r2_buckets",
        name: "binding",
        keys: &[("name", "bucket_name"), ("jurisdiction", "jurisdiction")],
    },
    Listed {
        kind: "rate-limit",
        list: "ratelimits",
        name: "name",
        keys: &[("namespace", "namespace_id"), ("simple", "simple")],
    },
    Listed { kind: "durable-object", list: "durable_objects", name: "name", keys: &[] },
    Listed {
        kind: "secrets-store-secret",
        list: "secrets_store_secrets",
        name: "binding",
        keys: &[("storeId", "store_id"), ("secretName", "secret_name")],
    },
    Listed {
        kind: "analytics-engine-dataset",
        list: "analytics_engine_datasets",
        name: "binding",
        keys: &[("name", "dataset")],
    },
];

/// Settings that wrangler's configuration has under the same names.
const SETTINGS: [&str; 4] = ["name", "logpush", "cache", "exports"];

pub(super) fn to_wrangler(mut built: Table) -> Table {
    let mut wrangler = Table::default();
    for name in SETTINGS {
        wrangler.extend(built.remove(name));
    }
    wrangler.extend(built.remove("observability").map(with_snake_case));
    let env = built.remove("env");
    let span = env.as_ref().map_or(0..0, |env| env.span.clone());
    let bindings = match env.map(|env| env.value.tree) {
        Some(Tree::Table(bindings)) => bindings,
        Some(Tree::Leaf(_) | Tree::List(_)) | None => Table::default(),
    };
    add_bindings(&mut wrangler, bindings, &span);
    wrangler
}

/// Adds `vars`, `secrets` and the lists of bindings. The span is that of `env`, which takes their place.
fn add_bindings(wrangler: &mut Table, bindings: Table, span: &Range<usize>) {
    let (mut vars, mut required) = (Table::default(), Vec::new());
    let mut lists = LISTED.map(|listed| (listed, Vec::new()));
    for Entry { name, span, value } in bindings {
        let Tree::Table(mut binding) = value.tree else { continue };
        let kind = binding.get("type").map(Node::to_json).unwrap_or_default();
        match kind.as_str().unwrap_or_default() {
            "text" | "json" => {
                let value = binding.remove("value");
                vars.extend(value.map(|value| Entry { name, span, value: value.value }));
            }
            "secret" => required.push(Node { tree: Tree::Leaf(Value::from(name)), span }),
            kind => {
                let list = lists.iter_mut().find(|(listed, _)| listed.kind == kind);
                if let Some((listed, tables)) = list {
                    tables.push(table(listed, name, binding, span));
                }
            }
        }
    }
    let required = entry("required", Tree::List(required), span);
    wrangler.extend([
        entry("vars", Tree::Table(vars), span),
        entry("secrets", Tree::Table([required].into_iter().collect()), span),
    ]);
    wrangler.extend(lists.map(|(listed, tables)| entry(listed.list, Tree::List(tables), span)));
}

/// A binding as a table of wrangler's list.
fn table(listed: &Listed, name: String, mut binding: Table, span: Range<usize>) -> Node {
    let name = entry(listed.name, Tree::Leaf(Value::from(name)), &span);
    let renamed = listed
        .keys
        .iter()
        .filter_map(|(from, to)| Some(Entry { name: (*to).to_owned(), ..binding.remove(from)? }));
    Node { tree: Tree::Table([name].into_iter().chain(renamed).collect()), span }
}

fn entry(name: &str, tree: Tree, span: &Range<usize>) -> Entry {
    Entry { name: name.to_owned(), span: span.clone(), value: Node { tree, span: span.clone() } }
}

/// The entry and all entries below it, with `invocation_logs` for `invocationLogs`.
fn with_snake_case(Entry { name, span, value }: Entry) -> Entry {
    let tree = match value.tree {
        Tree::Table(table) => Tree::Table(table.into_iter().map(with_snake_case).collect()),
        tree @ (Tree::Leaf(_) | Tree::List(_)) => tree,
    };
    let mut snake = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    Entry { name: snake, span, value: Node { tree, span: value.span } }
}
