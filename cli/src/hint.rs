//! What to do about a refusal of the rules'.

/// A line to write, for each key that may be missing or wrong.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "provider",
        r#"write the provider's name, such as provider = "aws"; "custom" is any other S3"#,
    ),
    ("name", r#"write the bucket's own name, such as name = "acme-media""#),
    ("region", r#"write the bucket's region, such as region = "eu-west-1"; R2's is "auto""#),
    (
        "credentials",
        r#"write credentials = "MEDIA", then set the secrets MEDIA_ACCESS_KEY_ID and MEDIA_SECRET_ACCESS_KEY"#,
    ),
    (
        "endpoint",
        r#"write the URL that the provider's page shows, without the bucket: endpoint = "https://s3.example.com""#,
    ),
    (
        "url_style",
        r#"write url_style = "path" for https://host/bucket/key, "virtual-hosted" for https://bucket.host/key"#,
    ),
    ("forms", "leave `forms` out: files then go by PUT, with length and type signed"),
    (
        "kind",
        r#"write kind = "bearer" with the name of a secret, "jwt" with the issuer of tokens, or another that README.md explains"#,
    ),
    (
        "issuer",
        "copy `issuer` from the provider's /.well-known/openid-configuration, to the letter",
    ),
    ("audience", r#"write what stands as `aud` in the tokens, such as audience = "signpost""#),
    ("jwks", "copy `jwks_uri` from the provider's /.well-known/openid-configuration"),
    (
        "keys",
        "give the public parts alone; of a private key, make a new one, since this one has been shown",
    ),
    (
        "require",
        r#"write require = ["email"] for claims that must be there, require = { role = "editor" } for values"#,
    ),
    ("subject", r#"write subject = "sub", the claim that names the caller, or leave it out"#),
    ("team", r#"write the team's host, such as team = "acme.cloudflareaccess.com""#),
    ("hostname", r#"write the host that shows the widget, such as hostname = "www.example.com""#),
    ("action", r#"write the action that the page gives the widget, such as action = "upload""#),
    ("turnstile", r#"name a table of [vars.CALLERS] whose kind is "turnstile""#),
    ("limit", r#"declare a binding in [[ratelimits]], and name it: limit = "AVATAR_LIMIT""#),
    (
        "binding",
        "declare the binding, a bucket's in [[r2_buckets]] and a limit's in [[ratelimits]], and name it",
    ),
    ("period", "write 10 or 60, the period of the binding in [[ratelimits]]"),
    (
        "secret",
        r#"write the secret's name, such as secret = "SITE_TOKEN", and set its value with `npx wrangler secret put SITE_TOKEN`"#,
    ),
    ("bucket", "name a table of [vars.BUCKETS]"),
    ("signature", r#"leave the line out; signature = "v2" is for stores that know nothing newer"#),
    ("callers", r#"name tables of [vars.CALLERS], such as callers = ["site"]"#),
    (
        "origins",
        r#"write what the page's `location.origin` says, such as origins = ["https://www.example.com"]"#,
    ),
    ("key", r#"write key = "avatars/{caller}/{uuid}.{ext}", with a first segment of your own"#),
    ("types", r#"list each type that is taken, such as types = ["image/png", "image/jpeg"]"#),
    ("max_size", r#"write a number with its unit, such as max_size = "5 MiB""#),
    ("expires", r#"write a number with its unit, such as expires = "10 min""#),
    (
        "redirect",
        r#"write the whole address of a page, such as redirect = "https://www.example.com/thanks""#,
    ),
    ("metadata", r#"write the names without x-amz-meta-, such as metadata = ["album"]"#),
    ("active_content", "write true or false, without quotes"),
    (
        "multipart",
        "write true, without quotes, for files that may come in parts; else leave it out",
    ),
    (
        "uploaders",
        "write true, without quotes, for pages that send by Uppy or Better Upload; else leave it out",
    ),
    (
        "overwrite",
        "write false, without quotes, for uploads that never take an object's place; else leave it out",
    ),
    ("attachment", "write true, without quotes, for files that browsers save; else leave it out"),
    (
        "window",
        r#"write a length of time that is at most half of `expires`, such as window = "2 min""#,
    ),
];

/// Says what to do about the refusal `message` at `place`.
pub(crate) fn of_refusal(place: &str, message: &str) -> String {
    let key = place.rsplit('.').next().unwrap_or(place);
    let key = key.split('[').next().unwrap_or(key);
    of_message(key, message).unwrap_or_else(|| {
        let example = EXAMPLES.iter().find(|(name, _)| *name == key);
        example.map_or("README.md explains every key", |(_, hint)| hint).into()
    })
}

/// Refusals that say more than their key does.
fn of_message(key: &str, message: &str) -> Option<String> {
    if let Some(known) = message.strip_prefix("unknown key, expected one of ") {
        return Some(of_unknown_key(key, known));
    }
    let hint = if message.contains("can carry scripts") {
        "serve such files from a host without cookies of yours, as attachments; or leave the type out"
    } else if message.contains("stands twice") {
        "rename one of the two"
    } else if message.contains("a table") {
        "write it as a table: [vars.UPLOADS.avatar]"
    } else if message.contains("where anyone may ask") {
        "take {caller} out of the key, or ask for a token: callers of another kind than \"anyone\""
    } else if message.contains("{ext} has none") {
        "write the extension into the key in place of {ext}, or take {ext} out"
    } else if message.starts_with("a name has") {
        "rename the table: the name becomes part of the URL"
    } else if message.contains("cannot refuse to overwrite") {
        "write forms = false in the bucket's table; or leave `overwrite` out, and put {uuid} into the key"
    } else if message.contains("does not document that it can refuse") {
        "leave `overwrite` out, and put {uuid} into the key: then no two uploads meet"
    } else if message.contains("files in one piece alone") {
        "leave `multipart` or `overwrite` out; {uuid} in the key keeps uploads apart as well"
    } else if key == "bucket" && message.contains("Signature Version 2 cannot hold") {
        r#"write forms = true in the bucket's table, if the store takes forms; or take its signature = "v2" out"#
    } else if key == "multipart" && message.contains("leave this line out") {
        "leave the line out: the client then sends files in one piece, of up to 5 GiB"
    } else if message.contains("answers 501") {
        return None;
    } else if message.contains("one of jwks, keys, secret") {
        "write one of them: jwks for an issuer's URL, keys for its public keys, secret for a shared one"
    } else if message.contains("a widget has one secret") {
        "name the secret of this one widget"
    } else if message.contains("path-style") {
        r#"add url_style = "path""#
    } else {
        return None;
    };
    Some(hint.into())
}

/// The key that was meant, if one is close; some keys of other tools deserve a word of their own.
fn of_unknown_key(key: &str, known: &str) -> String {
    let close = known.split(", ").map(|name| (strsim::osa_distance(key, name), name)).min();
    match (key, close) {
        ("acl", _) => "leave it out: buckets have had no ACLs since April 2023 (and R2 never), so an upload with one is refused; a bucket policy says who may read".into(),
        (_, Some((distance, name))) if distance <= 2 => format!("write {name}"),
        _ => "leave it out; README.md explains every key".into(),
    }
}
