//! Holds the reference of the configuration against the parser, and `docs/configuration.md` and `vars.schema.json` against both.
//!
//! `UPDATE=1 cargo test -p signpost-cli` writes the tables of the page and the schema anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::indexing_slicing, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "a test may use files")]

extern crate alloc;

use alloc::collections::BTreeSet;
use core::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use jsonschema::Validator;
use rules::reference::{COLUMNS, Key, Presence, Section, stored_by, vars_schema};
use rules::{ConfigErrorKind, Provider, Rules};
use serde_json::{Value, json};

/// An entry of each kind of table, with a name, that the parser accepts beside [`base`].
const ENTRIES: [(&str, &str); 12] = [
    ("BUCKETS", "plain"),
    ("BUCKETS", "bound"),
    ("CALLERS", "anyone"),
    ("CALLERS", "bearer"),
    ("CALLERS", "jwt"),
    ("CALLERS", "access"),
    ("CALLERS", "ticket"),
    ("CALLERS", "turnstile"),
    ("UPLOADS", "rule"),
    ("DOWNLOADS", "rule"),
    ("CREDENTIALS", "rule"),
    ("ISSUER", ""),
];

/// A configuration with every section and every kind of caller.
fn base() -> Value {
    json!({
        "BUCKETS": {
            "plain": { "provider": "custom", "name": "acme-media", "credentials": "MEDIA", "endpoint": "https://s3.example.com" },
            "bound": { "provider": "r2", "name": "acme-notes", "credentials": "NOTES", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "binding": "NOTES" },
            "role": { "provider": "aws", "name": "acme-home", "region": "eu-west-1", "credentials": { "secret": "HOME", "role": "arn:aws:iam::123456789012:role/signpost" } },
            "media": { "provider": "aws", "name": "acme-media", "credentials": "MEDIA", "region": "eu-west-1" },
        },
        "CALLERS": {
            "anyone": { "kind": "anyone" },
            "worker": { "kind": "worker" },
            "bearer": { "kind": "bearer", "secret": "SITE_TOKEN" },
            "jwt": { "kind": "jwt", "issuer": "https://login.example.com/", "audience": "signpost", "secret": "LOGIN_SECRET" },
            "access": { "kind": "access", "team": "acme.cloudflareaccess.com", "audience": "aud" },
            "ticket": { "kind": "ticket", "secret": "TICKET_SECRET" },
            "turnstile": { "kind": "turnstile", "secret": "TURNSTILE_SECRET", "hostname": "www.example.com", "action": "upload" },
            "site": { "kind": "bearer", "secret": "SITE_TOKEN" },
            "person": { "kind": "turnstile", "secret": "TURNSTILE_SECRET", "hostname": "www.example.com", "action": "upload" },
        },
        "UPLOADS": { "rule": {
            "bucket": "plain", "callers": ["bearer"], "key": "files/{caller}/{uuid}.{ext}", "types": ["image/png"],
            "max_size": "1 MiB", "expires": "1 h",
        } },
        "DOWNLOADS": { "rule": { "bucket": "plain", "callers": ["bearer"], "key": "files/{caller}/{path}", "expires": "1 h" } },
        "CREDENTIALS": { "rule": { "bucket": "role", "callers": ["bearer"], "prefix": "users/{caller}/", "actions": ["read"], "expires": "1 h" } },
        "ISSUER": { "url": "https://files.example.com", "keys": ["ISSUER_KEY"] },
    })
}

#[test]
fn every_key_that_the_parser_reads_has_a_row_and_no_other() {
    for (section, name) in ENTRIES {
        let rows: BTreeSet<_> = keys_of(section, name).map(|key| key.name).collect();
        let mut known = BTreeSet::new();
        // Which keys are read for tokens depends on the first that is set.
        for keys in [json!({}), json!({ "secret": null, "jwks": "https://login.example.com/jwks" })]
        {
            let mut config = with(base(), section, name, "no_such_key", json!(1));
            for (key, value) in keys.as_object().unwrap().iter().filter(|_| name == "jwt") {
                config = match value {
                    Value::Null => without(config, section, name, key),
                    value => with(config, section, name, key, value.clone()),
                };
            }
            let errors = errors_of(&config);
            let ConfigErrorKind::UnknownKey { known: keys } = errors[0].kind() else {
                panic!("{errors:?}")
            };
            known.extend(keys.iter().copied());
        }
        assert_eq!(known, rows, "{section}.{name}");
    }
}

#[test]
fn a_key_must_be_set_where_its_row_says_so() {
    for (section, name) in ENTRIES {
        for key in keys_of(section, name) {
            let config = without(base(), section, name, key.name);
            let is_required = !errors_of(&config).is_empty();
            match key.presence {
                Presence::Required => assert!(is_required, "{section}.{name}.{}", key.name),
                Presence::Default(_) | Presence::Optional(_) => {
                    assert!(!is_required, "{}", key.name);
                }
                Presence::Depends(_) => {}
            }
        }
    }
}

#[test]
fn a_default_has_the_effect_of_no_value() {
    for (section, name) in ENTRIES {
        for key in keys_of(section, name) {
            let Presence::Default(value) = key.presence else { continue };
            let value = serde_json::from_str(value).unwrap();
            let written = with(base(), section, name, key.name, value);
            assert_eq!(debug(&written), debug(&base()), "{section}.{name}.{}", key.name);
        }
    }
}

#[test]
fn every_example_is_accepted_and_matches_the_schema() {
    let schema = schema();
    let mut examples = 0;
    for (section, name) in ENTRIES {
        for key in keys_of(section, name) {
            let config = with_example(section, name, key);
            assert_eq!(errors_of(&config), [], "{section}.{name}.{} = {}", key.name, key.example);
            assert!(schema.is_valid(&config), "{section}.{name}.{} = {}", key.name, key.example);
            examples += 1;
        }
    }
    assert!(examples > 50, "{examples}");
}

/// An editor must not mark what the Worker accepts.
#[test]
fn whatever_the_parser_accepts_matches_the_schema() {
    let schema = schema();
    let mut values: Vec<Value> = vec![
        json!(true),
        json!(false),
        json!(1),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!(null),
        json!([1]),
        json!("1 days"),
        json!("10min"),
        json!("5 GiB"),
        json!("1B"),
        json!("auto"),
        json!({ "role": true, "level": 1.5 }),
        json!({ "binding": "A", "period": 10 }),
        json!({ "binding": "A", "period": 11 }),
        json!(vec!["SITE_TOKEN"; 9]),
        json!(["image/png", "application/vnd.api+json"]),
        json!("Image/PNG"),
    ];
    let rows = Section::all().into_iter().flat_map(|section| section.keys);
    values.extend(rows.map(example).collect::<Vec<_>>());
    let (mut accepted, mut rejected, mut marked) = (0, 0, 0);
    for (section, name) in ENTRIES {
        for key in keys_of(section, name) {
            for value in &values {
                let config = with(base(), section, name, key.name, value.clone());
                if errors_of(&config).is_empty() {
                    assert!(schema.is_valid(&config), "{section}.{name}.{} = {value}", key.name);
                    accepted += 1;
                } else {
                    rejected += 1;
                    marked += usize::from(!schema.is_valid(&config));
                }
            }
        }
    }
    assert!(accepted > 200 && rejected > 2_000, "{accepted} accepted, {rejected} rejected");
    assert!(marked * 100 > rejected * 80, "an editor marks {marked} of {rejected} wrong values");
}

/// What no schema of one key can find: names of other entries, and rules between keys.
#[test]
fn the_schema_finds_the_mistakes_that_need_no_other_key() {
    let mistakes: Vec<(String, Value, String)> =
        serde_json::from_str(include_str!("../../rules/tests/mistakes.json")).unwrap();
    let schema = schema();
    let found = mistakes.iter().filter(|(pointer, value, _)| {
        let mut config = mistakes_base();
        put(&mut config, pointer, value.clone());
        !schema.is_valid(&config)
    });
    let (found, all) = (found.count(), mistakes.len());
    assert!(schema.is_valid(&mistakes_base()));
    assert!(found >= 65, "the schema finds {found} of {all} mistakes");
}

#[test]
fn variables_that_are_not_ours_are_not_restricted() {
    let schema = schema();
    for (name, is_valid) in [
        ("GREETING", true),
        ("UPLOADS_1", true),
        ("UPLOADS_X", true),
        ("UPLOADS_02", true),
        ("UPLOADS", false),
        ("UPLOADS_2", false),
        ("UPLOADS_10", false),
    ] {
        assert_eq!(schema.is_valid(&json!({ name: "hello" })), is_valid, "{name}");
    }
}

#[test]
fn the_schema_is_the_one_in_vars_schema_json() {
    let text = serde_json::to_string_pretty(&vars_schema()).unwrap() + "\n";
    expect(&root().join("docs/vars.schema.json"), &text);
}

#[test]
fn the_tables_are_those_in_the_documentation() {
    let path = root().join("docs/configuration.md");
    let mut page = fs::read_to_string(&path).unwrap();
    for section in Section::all() {
        let start = format!("<!-- keys of {} -->\n", section.variable);
        let (before, rest) = page.split_once(&start).expect(&start);
        let (_, after) = rest.split_once("<!-- /keys -->").unwrap();
        page = format!("{before}{start}{}<!-- /keys -->{after}", table(section));
    }
    expect(&path, &page);
}

#[test]
fn the_table_of_attributes_is_that_in_the_documentation() {
    let path = root().join("docs/attributes.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- attributes -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /attributes -->").unwrap();
    let columns = COLUMNS.map(|name| match name.split_once(' ') {
        Some((key, rest)) => format!("`{key}` {rest}"),
        None => format!("`{name}`"),
    });
    let mut table =
        format!("| provider | {} |\n|{}\n", columns.join(" | "), "---|".repeat(1 + columns.len()));
    for provider in Provider::all() {
        let cells = stored_by(provider);
        writeln!(table, "| `{}` | {} |", provider.name(), cells.join(" | ")).unwrap();
    }
    expect(&path, &format!("{before}<!-- attributes -->\n{table}<!-- /attributes -->{after}"));
}

/// Writes the table of a section in Markdown. Keys of every rule are only in the table of uploads.
fn table(section: &Section) -> String {
    let is_caller = section.variable == "CALLERS";
    let of_uploads = |key: &Key| {
        let shared = [
            "bucket",
            "callers",
            "origins",
            "turnstile",
            "limit",
            "networks",
            "countries",
            "hours",
        ];
        ["DOWNLOADS", "CREDENTIALS"].contains(&section.variable) && shared.contains(&key.name)
    };
    let columns: &[&str] = match section.variable {
        "CALLERS" => &["key", "for kinds", "meaning", "default", "example"],
        _ => &["key", "meaning", "default", "example"],
    };
    let mut table = format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
    for key in section.keys.iter().filter(|key| !of_uploads(key)) {
        let default = match key.presence {
            Presence::Required => "required".to_owned(),
            Presence::Depends(text) | Presence::Optional(text) => text.to_owned(),
            Presence::Default("[]") => "none".to_owned(),
            Presence::Default(value) => format!("`{value}`"),
        };
        let kinds = if key.kinds.is_empty() { "all".to_owned() } else { key.kinds.join(", ") };
        let kinds = if is_caller { format!(" {kinds} |") } else { String::new() };
        writeln!(
            table,
            "| `{}` |{kinds} {} | {default} | `{}` |",
            key.name, key.meaning, key.example
        )
        .unwrap();
    }
    table
}

fn keys_of(section: &str, name: &str) -> impl Iterator<Item = &'static Key> {
    let section = Section::all().into_iter().find(|found| found.variable == section).unwrap();
    section.keys.iter().filter(move |key| section.variable != "CALLERS" || key.belongs_to(name))
}

fn example(key: &Key) -> Value {
    let table: toml::Table = format!("example = {}", key.example).parse().unwrap();
    serde_json::to_value(&table["example"]).unwrap()
}

/// Returns a configuration with a key's example, and with what else it needs.
fn with_example(section: &str, name: &str, key: &Key) -> Value {
    let mut config = base();
    let is_source = ["jwks", "keys"].contains(&key.name);
    if name == "jwt" && is_source {
        config = without(config, section, name, "secret");
    }
    match (name, key.name) {
        ("rule", "bucket") if section == "CREDENTIALS" => {
            config["BUCKETS"]["media"] = config["BUCKETS"]["role"].clone();
        }
        ("plain", "provider") => config[section][name]["region"] = json!("eu-west-1"),
        // The row of the kind `jwt` is an example for that kind.
        (_, "kind") => return config,
        ("plain", "binding") => return with(config, section, "bound", "binding", example(key)),
        ("plain", "signature") => config[section][name]["forms"] = json!(true),
        ("bound", "signature" | "provider") => return base(),
        (_, "serve" | "active_content") if section == "DOWNLOADS" => {
            config[section][name]["bucket"] = json!("bound");
            config[section][name]["serve"] = json!("worker");
        }
        (_, "require_tag") => config["UPLOADS"]["rule"]["tags"] = json!({ "scan": "pending" }),
        ("rule", "cache") => {
            config[section][name]["bucket"] = json!("bound");
            config[section][name]["serve"] = json!("worker");
        }
        ("rule", "delete_mismatched" | "expire_unconfirmed") if section == "UPLOADS" => {
            config[section][name]["confirm"] = json!(true);
        }
        ("rule", "single_use") => config[section][name]["bucket"] = json!("bound"),
        _ => {}
    }
    with(config, section, name, key.name, example(key))
}

fn errors_of(config: &Value) -> Vec<rules::ConfigError> {
    Rules::parse(config.as_object().unwrap()).err().unwrap_or_default()
}

fn debug(config: &Value) -> String {
    format!("{:?}", Rules::parse(config.as_object().unwrap()).unwrap())
}

fn schema() -> Validator {
    jsonschema::validator_for(&vars_schema()).unwrap()
}

fn with(mut config: Value, section: &str, name: &str, key: &str, value: Value) -> Value {
    table_of(&mut config, section, name)[key] = value;
    config
}

fn without(mut config: Value, section: &str, name: &str, key: &str) -> Value {
    table_of(&mut config, section, name).as_object_mut().unwrap().remove(key);
    config
}

/// Returns an entry, or the variable's table if it has no entries.
fn table_of<'a>(config: &'a mut Value, section: &str, name: &str) -> &'a mut Value {
    let table = &mut config[section];
    if name.is_empty() { table } else { &mut table[name] }
}

/// The configuration that `mistakes.json` changes.
fn mistakes_base() -> Value {
    let mut config = base();
    config["BUCKETS"]["notes"] = config["BUCKETS"]["bound"].clone();
    config["BUCKETS"]["notes"].as_object_mut().unwrap().remove("binding");
    config["UPLOADS"]["avatar"] = config["UPLOADS"]["rule"].clone();
    config["UPLOADS"]["avatar"]["origins"] = json!(["https://www.example.com"]);
    config["DOWNLOADS"]["avatar"] = config["DOWNLOADS"]["rule"].clone();
    config
}

fn put(config: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = config.pointer_mut(parent).unwrap();
    match key.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[key] = value,
    }
}

/// Compares a file with what it must contain, or writes it.
fn expect(path: &Path, text: &str) {
    if env::var_os("UPDATE").is_some() {
        fs::write(path, text).unwrap();
    }
    let is_current = fs::read_to_string(path).unwrap_or_default() == text;
    assert!(
        is_current,
        "{} is out of date: `UPDATE=1 cargo test -p signpost-cli` writes it",
        path.display()
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
