//! Instructions for the credentials of providers that have no policies in JSON.

use rules::BucketEntry;
use rules::iam::{Permission, Use};
use serde_json::Value;

/// The names of the secrets that store the new key.
pub(crate) fn secrets(bucket: &BucketEntry) -> String {
    let names = bucket.key_secrets().map(|(id, secret)| (id.as_str(), secret.as_str()));
    let (id, secret) = names.unwrap_or_default();
    format!(
        "Store the access key ID as the secret {id} and the secret access key as the secret {secret}."
    )
}

/// Spec: <https://developers.cloudflare.com/r2/api/tokens/>
pub(crate) fn r2_token(
    bucket: &BucketEntry,
    uses: &[Use<'_>],
    handed_out: &[Permission<'_>],
) -> String {
    let name = bucket.bucket().name();
    if uses.is_empty() && handed_out.is_empty() {
        return without_r2_token(name);
    }
    let changes = |each: &Permission<'_>| {
        each.actions.iter().any(|action| ["s3:PutObject", "s3:DeleteObject"].contains(action))
    };
    let changes = writes(uses) || deletes(uses) || handed_out.iter().any(changes);
    let permission = if changes { "Object Read & Write" } else { "Object Read only" };
    let forms = match bucket.binding() {
        Some(_) => {
            "Forms need no token: the Worker accepts them and stores their files through its binding.\n"
        }
        None => "",
    };
    let keys = uses.iter().map(|each| {
        let actions = each.actions.join(" ").replace("s3:", "");
        format!("  {actions} {}\n", each.key.pattern("*"))
    });
    // The token passes on what it hands out, so it needs all of it.
    let others = handed_out.iter().map(|each| {
        let of_objects = each.resource.split_once('/').map(|(_, keys)| keys.to_owned());
        let keys = of_objects.unwrap_or_else(|| listed_keys(each));
        format!("  {} {keys}\n", each.actions.join(" ").replace("s3:", ""))
    });
    let keys = keys.chain(others);
    format!(
        "An R2 API token (R2 > Manage API tokens > Create):\n\
         \n\
         Permission: {permission}\n\
         Buckets:    apply to specific buckets only: {name}\n\
         TTL:        as short as your schedule of renewal permits\n\
         \n\
         {forms}\
         R2 cannot restrict a token to prefixes or to recent signatures, so it permits more than the rules need:\n\
         {}Keep nothing else in this bucket.",
        keys.collect::<String>()
    )
}

/// The keys that a permission to list names, which are in its condition.
fn listed_keys(permission: &Permission<'_>) -> String {
    let condition: Value = serde_json::from_str(&permission.condition).unwrap_or_default();
    condition
        .pointer("/StringLike/s3:prefix")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// The instructions for a bucket whose forms only the Worker verifies.
fn without_r2_token(name: &str) -> String {
    format!(
        "No R2 API token is needed: the Worker accepts the forms for {name} and stores their files through its binding.\n\
         (Uppy's signRequest and Better Upload send whole files to R2 itself: they need a token with Object Read & Write.)\n\
         Make a key of any two long random values, since only the Worker checks what it signs:\n\
         \n  openssl rand -hex 16\n  openssl rand -hex 32"
    )
}

/// Spec: <https://www.backblaze.com/docs/cloud-storage-application-keys>
pub(crate) fn b2_key(bucket: &BucketEntry, uses: &[Use<'_>]) -> String {
    let capabilities = joined(&[
        (writes(uses), "writeFiles"),
        (locks(uses), "writeFileRetentions"),
        (reads(uses), "readFiles"),
        (deletes(uses), "deleteFiles"),
    ]);
    let common = prefixes(uses).into_iter().reduce(common_prefix).unwrap_or_default();
    format!(
        "A B2 application key, not the master key:\n\
         \n\
         Bucket:           {}\n\
         Capabilities:     {capabilities}\n\
         File name prefix: {common}",
        bucket.bucket().name()
    )
}

/// Spec: <https://docs.cloud.google.com/storage/docs/access-control/iam-permissions>
pub(crate) fn google_role(bucket: &BucketEntry, uses: &[Use<'_>]) -> String {
    let writes = writes(uses);
    let permissions = joined(&[
        (writes, "storage.objects.create"),
        (reads(uses), "storage.objects.get"),
        (deletes(uses), "storage.objects.delete"),
    ]);
    let name = bucket.bucket().name();
    let within = prefixes(uses).into_iter().map(|prefix| {
        format!("  resource.name.startsWith(\"projects/_/buckets/{name}/objects/{prefix}\")")
    });
    let overwriting = if writes && !deletes(uses) {
        "\nWithout storage.objects.delete no object is overwritten, and a form that is sent a second time is rejected."
    } else {
        ""
    };
    format!(
        "An HMAC key (Cloud Storage > Settings > Interoperability) of a service account without other roles.\n\
         Give that account a custom role, only on the bucket {name}:\n\
         \n\
         Permissions: {permissions}\n\
         Condition:\n{}\n{overwriting}\n\
         Google has no condition on the age of a signature: a link is valid for the time that it states, at most 7 days.",
        within.collect::<Vec<_>>().join(" ||\n")
    )
}

/// Spec: <https://garagehq.deuxfleurs.fr/documentation/reference-manual/cli/>
pub(crate) fn garage_key(bucket: &BucketEntry, uses: &[Use<'_>]) -> String {
    let rights = [(reads(uses), " --read"), (writes(uses), " --write")];
    let rights: String =
        rights.iter().filter(|(needed, _)| *needed).map(|(_, flag)| *flag).collect();
    format!(
        "A key only for Signpost. Garage can restrict it to buckets, but not to prefixes:\n\
         \n  garage key create signpost\n  garage bucket allow{rights} {} --key signpost\n\
         \nKeep nothing else in this bucket.",
        bucket.bucket().name()
    )
}

fn writes(uses: &[Use<'_>]) -> bool {
    uses.iter().any(Use::writes)
}

fn deletes(uses: &[Use<'_>]) -> bool {
    uses.iter().any(Use::deletes)
}

fn reads(uses: &[Use<'_>]) -> bool {
    uses.iter().any(Use::reads)
}

fn locks(uses: &[Use<'_>]) -> bool {
    uses.iter().any(|each| each.actions.contains(&"s3:PutObjectRetention"))
}

/// The names that are needed, separated by commas.
fn joined(names: &[(bool, &str)]) -> String {
    let needed = names.iter().filter(|(needed, _)| *needed).map(|(_, name)| *name);
    needed.collect::<Vec<_>>().join(", ")
}

/// The prefixes of the rules' keys, each once.
fn prefixes<'u>(uses: &[Use<'u>]) -> Vec<&'u str> {
    let mut prefixes: Vec<_> = uses.iter().map(|each| each.key.prefix()).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

fn common_prefix<'a>(a: &'a str, b: &'a str) -> &'a str {
    let end = a.char_indices().zip(b.chars()).find(|((_, x), y)| x != y).map(|((at, _), _)| at);
    a.get(..end.unwrap_or(a.len().min(b.len()))).unwrap_or_default()
}
