//! Values that work on this machine only, or that stand for a value that the operator must write.

use rules::BucketEntry;
use signer::HttpUrl;

use crate::configured::{Configured, NamedRule, Rule};
use crate::finding::Finding;

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let callers = configured.rules.callers().map(rules::CallerKind::name);
    let callers =
        callers.flat_map(|name| local_issuer(&configured.place_of_caller(name), configured));
    let buckets = configured.rules.buckets();
    let buckets = buckets
        .filter(|bucket| configured.rules_of(bucket).any(signs_for_endpoint))
        .filter_map(|bucket| placeholder_account(bucket, &configured.place_of_bucket(bucket)));
    callers.chain(buckets).collect()
}

/// The issuer or its key set, if they are on the machine that runs the Worker: Cloudflare's, once it is deployed.
fn local_issuer(place: &str, configured: &Configured) -> Vec<Finding> {
    let finding = |key: &'static str, message: &'static str| {
        let is_local = configured.texts(place, key).into_iter().any(is_local);
        is_local.then(|| {
            Finding::warning("local-issuer", format!("{place}.{key}")).says(message).hint(
                "before you deploy, write the address of the login service that the visitors use",
            )
        })
    };
    let jwks = "the deployed Worker cannot fetch keys from localhost, so each of these callers would get a 503";
    let issuer = "an issuer on localhost signs in nobody but you, so the deployed Worker would accept no visitor";
    finding("jwks", jwks).into_iter().chain(finding("issuer", issuer)).collect()
}

/// Whether an address, with or without a scheme, is that of this machine.
fn is_local(address: &str) -> bool {
    let url =
        if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    HttpUrl::parse(&url).is_some_and(|url| {
        let host = url.host();
        matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1") || host.ends_with(".localhost")
    })
}

/// Whether the rule signs requests that are sent to the bucket's endpoint. Whole files for a bound bucket are sent to the Worker, and
/// so are requests for files that it sends itself.
fn signs_for_endpoint(rule: NamedRule<'_>) -> bool {
    match rule.rule {
        Rule::Upload(rule) => !rule.is_bound() || rule.takes_parts(),
        Rule::Download(rule) => !rule.is_served(),
        Rule::Credentials(_) => true,
    }
}

/// The endpoint of R2, if its account is the one of `template/`: all digits are equal.
fn placeholder_account(bucket: &BucketEntry, place: &str) -> Option<Finding> {
    let host = HttpUrl::parse(bucket.endpoint())?.host();
    // A jurisdiction can follow the account: <account>.eu.r2.cloudflarestorage.com.
    let account = host.strip_suffix(".r2.cloudflarestorage.com")?.split('.').next()?;
    let first = account.chars().next()?;
    account.chars().all(|digit| digit == first).then(|| {
        Finding::warning("placeholder-account", format!("{place}.endpoint"))
            .says(format!("{account} stands for the ID of your account, so every signed URL would lead nowhere"))
            .hint("write the ID that `npx wrangler whoami` prints")
    })
}
