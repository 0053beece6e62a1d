//! The catalogue of error codes has every code that servers document for links, forms and uploads in parts.
//!
//! `UPDATE=1 cargo test -p signpost-explain --test catalogue` writes `docs/errors.md` anew.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic, and shows the coverage"
)]

extern crate alloc;

use alloc::collections::BTreeSet;
use core::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use explain::{Code, Context, Entry, catalogue, explain, read};
use serde::Deserialize;
use signer::UnixTime;

/// A list of the codes that a provider documents.
#[derive(Deserialize)]
struct Provider {
    #[serde(rename = "provider")]
    title: String,
    source: String,
    read: String,
    note: Option<String>,
    codes: Vec<Documented>,
}

#[derive(Deserialize)]
struct Documented {
    code: String,
    status: Vec<u16>,
    /// Why the code cannot come from these requests.
    not: Option<String>,
    source: Option<String>,
}

impl Provider {
    fn relevant(&self) -> impl Iterator<Item = &Documented> {
        self.codes.iter().filter(|documented| documented.not.is_none())
    }

    fn covered(&self) -> usize {
        self.relevant().filter(|documented| entry(&documented.code).is_some()).count()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The lists, in the order of the documentation.
fn providers() -> Vec<Provider> {
    let names = ["amazon", "r2", "google", "google-json", "b2", "minio", "ceph", "seen"];
    let read = |name| {
        let text = fs::read_to_string(root().join(format!("tests/data/errors/{name}.json")));
        serde_json::from_str(&text.unwrap()).unwrap()
    };
    names.map(read).into()
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    catalogue().flat_map(|(_, entries)| entries)
}

fn entry(code: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.codes.iter().any(|found| found.eq_ignore_ascii_case(code)))
}

#[test]
fn has_every_code_that_a_provider_documents_for_these_requests() {
    for provider in providers() {
        let missing = provider.relevant().filter(|documented| entry(&documented.code).is_none());
        let missing: Vec<_> = missing.map(|documented| documented.code.as_str()).collect();
        let (covered, all) = (provider.covered(), provider.relevant().count());
        println!("{}: {covered} of {all} codes", provider.title);
        assert_eq!(missing, Vec::<&str>::new(), "{}", provider.title);
    }
}

#[test]
fn has_no_code_twice_and_none_that_no_provider_has() {
    let documented: BTreeSet<_> = providers()
        .iter()
        .flat_map(Provider::relevant)
        .map(|documented| documented.code.to_ascii_lowercase())
        .collect();
    let mut seen = BTreeSet::new();
    for code in entries().flat_map(|entry| entry.codes) {
        assert!(seen.insert(code.to_ascii_lowercase()), "{code} twice");
        assert!(documented.contains(&code.to_ascii_lowercase()), "{code} is in no list");
    }
}

#[test]
fn every_list_names_its_source_and_has_no_code_twice() {
    for provider in providers() {
        let codes: BTreeSet<_> = provider.codes.iter().map(|documented| &documented.code).collect();
        assert_eq!(codes.len(), provider.codes.len(), "{}", provider.title);
        let own = provider.codes.iter().all(|documented| documented.source.is_some());
        assert!(own || provider.source.starts_with("https://"), "{}", provider.title);
        assert!(provider.codes.iter().all(|documented| documented.code.is_ascii()));
        for Documented { code, source, .. } in &provider.codes {
            let sources = source.iter().flat_map(|source| source.split(", "));
            assert!(sources.into_iter().all(is_source), "{code}: {source:?}");
        }
    }
}

/// Whether the text is a URL or a thread, such as `owner/repository#1`.
fn is_source(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let thread = text.split_once('#').is_some_and(|(repository, number)| {
        repository.matches('/').count() == 1 && is_number(number)
    });
    thread || text.starts_with("https://")
}

/// A reason is a word or two, such as `creating buckets`, and the same reason is written in one way.
#[test]
fn a_code_that_does_not_matter_says_why() {
    let providers = providers();
    let reasons: BTreeSet<_> = providers
        .iter()
        .flat_map(|provider| &provider.codes)
        .filter_map(|documented| documented.not.as_deref())
        .collect();
    assert!(reasons.iter().all(|reason| reason.split(' ').count() <= 4), "{reasons:?}");
    assert!(reasons.len() < 40, "{reasons:?}");
}

/// An error alone, without a link, has a cause and a cure.
#[test]
fn explains_every_code_without_a_link() {
    for code in entries().flat_map(|entry| entry.codes) {
        let xml = format!("<Error><Code>{code}</Code><Message>A message.</Message></Error>");
        let evidence = read(&xml).unwrap();
        let diagnosis = explain(&evidence[0], &Context::at(UnixTime::from_secs(1_451_347_200)));
        let [cause] = diagnosis.causes.as_slice() else { panic!("{code}: {diagnosis}") };
        assert!(
            !cause.hint.is_empty() && !diagnosis.to_string().contains("cause is unknown"),
            "{code}"
        );
    }
    let unknown = read("<Error><Code>Invented</Code></Error>").unwrap();
    let diagnosis = explain(&unknown[0], &Context::at(UnixTime::from_secs(1_451_347_200)));
    assert_eq!(diagnosis.causes[0].code, Code::Refused);
    assert!(diagnosis.to_string().contains("the cause is unknown"));
}

#[test]
fn sentences_are_plain() {
    for entry in entries() {
        for text in [entry.meaning, entry.cure] {
            assert!(!text.ends_with('.') && text.len() > 12 && text.len() < 260, "{text}");
            assert!(text.starts_with(|c: char| c.is_lowercase() || c == 'X'), "{text}");
        }
    }
}

#[test]
fn the_documentation_shows_the_catalogue() {
    let path = root().join("docs/errors.md");
    let expected = page();
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/errors.md is out of date: UPDATE=1 cargo test -p signpost-explain --test catalogue"
    );
}

fn page() -> String {
    let providers = providers();
    let mut page = String::from(INTRODUCTION);
    for provider in &providers {
        let (covered, all) = (provider.covered(), provider.relevant().count());
        let others = provider.codes.len() - all;
        writeln!(
            page,
            "| {} | {covered} of {all} | {others} | {} |",
            name(provider),
            provider.read
        )
        .unwrap();
    }
    page.push('\n');
    for provider in &providers {
        if let Some(note) = &provider.note {
            writeln!(page, "{}: {note}\n", provider.title).unwrap();
        }
    }
    for (title, entries) in catalogue() {
        writeln!(page, "## {title}\n\n| code | status | documented by | means | what to do |\n|---|---|---|---|---|").unwrap();
        for entry in entries {
            let codes: Vec<_> = entry.codes.iter().map(|code| format!("`{code}`")).collect();
            let [status, by] = documented(entry, &providers);
            writeln!(
                page,
                "| {} | {status} | {by} | {} | {} |",
                codes.join(", "),
                cell(entry.meaning),
                cell(entry.cure)
            )
            .unwrap();
        }
        page.push('\n');
    }
    page.truncate(page.trim_end().len());
    page + "\n"
}

fn name(provider: &Provider) -> String {
    if provider.source.starts_with("https://") {
        let url = provider.source.split(' ').next().unwrap();
        format!("[{}]({url})", provider.title)
    } else {
        provider.title.clone()
    }
}

/// The statuses of an entry's codes, and the providers that document one of them.
fn documented(entry: &Entry, providers: &[Provider]) -> [String; 2] {
    let is_of = |documented: &&Documented| {
        entry.codes.iter().any(|code| code.eq_ignore_ascii_case(&documented.code))
    };
    let statuses: BTreeSet<_> = providers
        .iter()
        .flat_map(Provider::relevant)
        .filter(is_of)
        .flat_map(|documented| &documented.status)
        .collect();
    let by = providers
        .iter()
        .filter(|provider| provider.relevant().any(|documented| is_of(&documented)));
    let by: Vec<_> = by.filter_map(|provider| short(&provider.title)).collect();
    let statuses: Vec<_> = statuses.iter().map(ToString::to_string).collect();
    [statuses.join(", "), by.join(", ")]
}

fn short(provider: &str) -> Option<&str> {
    Some(match provider {
        "Amazon S3" => "Amazon",
        "Cloudflare R2" => "R2",
        "Google Cloud Storage (XML API)" => "Google",
        "Google Cloud Storage (JSON API)" => "Google's JSON API",
        "Backblaze B2" => "B2",
        "Ceph (radosgw)" => "Ceph",
        "Seen in answers" => return None,
        other => other,
    })
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

const INTRODUCTION: &str = "# Error codes

What the error codes of S3 servers mean for presigned URLs, upload forms and uploads in parts, and what to do.
`signpost explain` answers from this table, and finds the cause in the link or form if it has them:

```sh
npx signpost explain '<Error><Code>InvalidPart</Code></Error>'
npx signpost explain link.txt error.xml --method PUT --header 'content-type: image/png'
```

Messages that tell more than their code, such as `AccessDenied` with \"Request has expired\", have explanations of their own.
`signpost explain` also reads the JSON errors of Google's, Backblaze's and Cloudflare's own APIs. Cloudflare's numbers correspond to
R2's codes.

The numbers count the codes that these requests can meet: PUT, GET, HEAD and DELETE of an object, POST of a form, and uploads in
parts. Other codes belong to other requests, such as those that configure a bucket. This page is generated from
`explain/src/catalogue/` and `tests/data/errors/`.

| list | explained | other codes | read |
|---|--:|--:|---|
";
