//! What the credentials need, for providers that have no policies in JSON.

use super::uses::Use;
use crate::configured::Entry;

/// The least that they must be allowed; nothing where a policy says it.
pub(crate) fn of(bucket: &Entry<'_>, uses: &[Use<'_>]) -> Option<String> {
    let text = match bucket.text("provider")? {
        "r2" if uses.is_empty() => r2_without_token(bucket),
        "r2" => r2_token(bucket, uses),
        "b2" => b2_key(bucket, uses),
        "gcs" => gcs_key(bucket, uses),
        "garage" => garage_key(bucket, uses),
        _ => return None,
    };
    Some(format!("{text}\n\n{}", secrets(bucket)))
}

fn secrets(bucket: &Entry<'_>) -> String {
    let list = bucket.texts("credentials");
    let prefix = bucket.text("credentials").or_else(|| list.first().copied()).unwrap_or_default();
    format!("The two parts are the secrets {prefix}_ACCESS_KEY_ID and {prefix}_SECRET_ACCESS_KEY.")
}

fn name<'b>(bucket: &Entry<'b>) -> &'b str {
    bucket.text("name").unwrap_or_default()
}

fn writes(uses: &[Use<'_>]) -> bool {
    uses.iter().any(Use::writes)
}

fn reads(uses: &[Use<'_>]) -> bool {
    uses.iter().any(|each| each.actions.contains(&"s3:GetObject"))
}

/// The words whose condition holds, with commas.
fn those(words: &[(bool, &str)]) -> String {
    let those: Vec<_> = words.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect();
    those.join(", ")
}

/// What each rule begins its keys with, each once.
fn prefixes<'u>(uses: &[Use<'u>]) -> Vec<&'u str> {
    let mut prefixes: Vec<_> = uses.iter().map(|each| each.entry.key_prefix()).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

/// Spec: <https://developers.cloudflare.com/r2/api/tokens/>
fn r2_token(bucket: &Entry<'_>, uses: &[Use<'_>]) -> String {
    let permission = if writes(uses) { "Object Read & Write" } else { "Object Read only" };
    let forms = match bucket.text("binding") {
        Some(_) => {
            "Forms need no token: the Worker takes them, and stores their files by its binding.\n"
        }
        None => "",
    };
    let name = name(bucket);
    let keys = uses.iter().map(|each| {
        let actions = each.actions.join(" ").replace("s3:", "");
        format!("  {actions} {}\n", each.entry.key_pattern("*"))
    });
    format!(
        "An R2 API token (R2 > Manage API tokens > Create):\n\
         \n\
         Permission: {permission}\n\
         Buckets:    apply to specific buckets only: {name}\n\
         TTL:        as short as you can renew it\n\
         \n\
         {forms}\
         R2 knows neither prefixes nor the age of a signature, so the token can do more than the rules ask for:\n\
         {}Keep nothing else in this bucket.",
        keys.collect::<String>()
    )
}

/// Whoever looks at a signature there is the Worker itself.
fn r2_without_token(bucket: &Entry<'_>) -> String {
    format!(
        "No R2 API token: the Worker takes the forms for {}, and stores their files by its binding.\n\
         (Uppy's signRequest and Better Upload send whole files to R2 itself: for those, one with Object Read & Write.)\n\
         Any two long random secrets will do, since only the Worker looks at what they sign:\n\
         \n  openssl rand -hex 16\n  openssl rand -hex 32",
        name(bucket)
    )
}

/// Spec: <https://www.backblaze.com/docs/cloud-storage-application-keys>
fn b2_key(bucket: &Entry<'_>, uses: &[Use<'_>]) -> String {
    let capabilities = those(&[(writes(uses), "writeFiles"), (reads(uses), "readFiles")]);
    let common = prefixes(uses).into_iter().reduce(common_prefix).unwrap_or_default();
    format!(
        "A B2 application key, not the master key:\n\
         \n\
         Bucket:           {}\n\
         Capabilities:     {capabilities}\n\
         File name prefix: {common}",
        name(bucket)
    )
}

/// Spec: <https://docs.cloud.google.com/storage/docs/access-control/iam-permissions>
fn gcs_key(bucket: &Entry<'_>, uses: &[Use<'_>]) -> String {
    let writes = writes(uses);
    let permissions =
        those(&[(writes, "storage.objects.create"), (reads(uses), "storage.objects.get")]);
    let name = name(bucket);
    let within = prefixes(uses).into_iter().map(|prefix| {
        format!("  resource.name.startsWith(\"projects/_/buckets/{name}/objects/{prefix}\")")
    });
    let overwriting = if writes {
        "\nWithout storage.objects.delete nothing is overwritten, and a form that is sent a second time is refused."
    } else {
        ""
    };
    format!(
        "An HMAC key (Cloud Storage > Settings > Interoperability) of a service account that has nothing else.\n\
         Give that account, on the bucket {name} alone, a custom role:\n\
         \n\
         Permissions: {permissions}\n\
         Condition:\n{}\n{overwriting}\n\
         Google knows no age of a signature: a link is good as long as it says, 7 days at most.",
        within.collect::<Vec<_>>().join(" ||\n")
    )
}

/// Spec: <https://garagehq.deuxfleurs.fr/documentation/reference-manual/cli/>
fn garage_key(bucket: &Entry<'_>, uses: &[Use<'_>]) -> String {
    let rights = [(reads(uses), " --read"), (writes(uses), " --write")];
    let rights: String = rights.iter().filter(|(holds, _)| *holds).map(|(_, flag)| *flag).collect();
    format!(
        "A key of its own, which Garage can hold to buckets but not to prefixes:\n\
         \n  garage key create signpost\n  garage bucket allow{rights} {} --key signpost\n\
         \nKeep nothing else in this bucket.",
        name(bucket)
    )
}

fn common_prefix<'a>(a: &'a str, b: &'a str) -> &'a str {
    let same = a.char_indices().zip(b.chars()).find(|((_, x), y)| x != y).map(|((at, _), _)| at);
    a.get(..same.unwrap_or(a.len().min(b.len()))).unwrap_or_default()
}
