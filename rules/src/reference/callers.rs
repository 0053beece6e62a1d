//! The keys of `CALLERS`.

use super::shape::SECRET_NAME;
use super::{Entries, Key, Presence, Section, Shape};

/// The kinds whose tokens have claims that the configuration can require.
const TOKENS: &[&str] = &["jwt", "access"];
/// Where a token's keys are: exactly one of these keys must be set.
pub(super) const KEYS: Presence =
    Presence::Depends("one of `jwks`, `keys` and `secret` is required");
const SECRET_HINT: &str = r#"write the secret's name, such as secret = "SITE_TOKEN", and set its value with `npx wrangler secret put SITE_TOKEN`"#;

pub(super) const SECTION: Section = Section {
    variable: "CALLERS",
    entries: Entries::Named,
    meaning: "A way to authenticate.",
    keys: &[
        Key {
            name: "kind",
            kinds: &[],
            shape: Shape::Kind,
            meaning: r#"`"anyone"`, `"bearer"`, `"jwt"`, `"access"`, `"ticket"`, `"turnstile"` or `"worker"`"#,
            presence: Presence::Required,
            example: r#""jwt""#,
            hint: r#"write kind = "bearer" with the name of a secret, "jwt" with the issuer of the tokens, or another kind from docs/callers.md"#,
        },
        Key {
            name: "secret",
            kinds: &["bearer", "ticket"],
            shape: Shape::OneOrMore(&SECRET_NAME, Some(8)),
            meaning: r#"the name of a secret, or a list of up to [8](../rules/src/secret_names.rs "const MAX: usize = 8")"#,
            presence: Presence::Required,
            example: r#"["SITE_TOKEN", "SITE_TOKEN_NEXT"]"#,
            hint: SECRET_HINT,
        },
        Key {
            name: "single_use",
            kinds: &["ticket"],
            shape: Shape::Boolean,
            meaning: "each ticket is [valid for one request](quota.md#tickets-that-are-valid-once), and must have a `jti`. Needs [the Durable Object](quota.md#bind-the-durable-object)",
            presence: Presence::Default("false"),
            example: "true",
            hint: "write true, without quotes, for tickets that are valid once; otherwise leave it out",
        },
        Key {
            name: "secret",
            kinds: &["turnstile"],
            shape: Shape::OneOrMore(&SECRET_NAME, Some(1)),
            meaning: "the name of the secret of the widget",
            presence: Presence::Required,
            example: r#""TURNSTILE_SECRET""#,
            hint: SECRET_HINT,
        },
        Key {
            name: "issuer",
            kinds: &["jwt"],
            shape: Shape::OneOrMore(&Shape::Text, None),
            meaning: "the exact value of `iss`, or a list of the spellings of one issuer",
            presence: Presence::Required,
            example: r#""https://login.example.com/""#,
            hint: "copy `issuer` exactly from the provider's /.well-known/openid-configuration",
        },
        Key {
            name: "audience",
            kinds: TOKENS,
            shape: Shape::OneOrMore(&Shape::Text, None),
            meaning: "the expected `aud`, or a list of which one must match",
            presence: Presence::Required,
            example: r#""signpost""#,
            hint: r#"write the value of `aud` in the tokens, such as audience = "signpost""#,
        },
        Key {
            name: "audience_claim",
            kinds: &["jwt"],
            shape: Shape::Text,
            meaning: "the claim with the audience, for tokens without `aud`",
            presence: Presence::Default(r#""aud""#),
            example: r#""client_id""#,
            hint: r#"leave it out for tokens with `aud`; otherwise write the claim that stands for it, such as audience_claim = "client_id"; docs/issuers.md has examples"#,
        },
        Key {
            name: "jwks",
            kinds: &["jwt"],
            shape: Shape::Url,
            meaning: "the URL of the issuer's key set, by HTTPS; plain HTTP only to `localhost` and `127.0.0.1`",
            presence: KEYS,
            example: r#""https://login.example.com/.well-known/jwks.json""#,
            hint: "copy `jwks_uri` from the provider's /.well-known/openid-configuration",
        },
        Key {
            name: "keys",
            kinds: &["jwt"],
            shape: Shape::KeySet,
            meaning: "the issuer's public keys",
            presence: KEYS,
            example: r#"{ keys = [{ kty = "OKP", crv = "Ed25519", kid = "1", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] }"#,
            hint: "write only the public parts; replace a private key that was written here, since it is no longer secret",
        },
        Key {
            name: "secret",
            kinds: &["jwt"],
            shape: Shape::OneOrMore(&SECRET_NAME, Some(8)),
            meaning: "for HS256, the name of the secret that is shared with the issuer, or a list of up to 8",
            presence: KEYS,
            example: r#""LOGIN_SECRET""#,
            hint: SECRET_HINT,
        },
        Key {
            name: "subject",
            kinds: TOKENS,
            shape: Shape::Text,
            meaning: "the claim whose value is `{caller}`",
            presence: Presence::Default(r#""sub""#),
            example: r#""email""#,
            hint: r#"write subject = "sub", the claim that names the caller, or leave it out"#,
        },
        Key {
            name: "require",
            kinds: TOKENS,
            shape: Shape::ClaimRules,
            meaning: "claims that a token must have: a list of names, or a table of names and values",
            presence: Presence::Default("[]"),
            example: r#"{ role = "editor" }"#,
            hint: r#"write require = ["email"] for claims that must exist, require = { role = "editor" } for values"#,
        },
        Key {
            name: "team",
            kinds: &["access"],
            shape: Shape::Pattern(r"^[a-z0-9-]+\.cloudflareaccess\.com$"),
            meaning: "the domain of the Cloudflare Access team",
            presence: Presence::Required,
            example: r#""acme.cloudflareaccess.com""#,
            hint: r#"write the team's host, such as team = "acme.cloudflareaccess.com""#,
        },
        Key {
            name: "hostname",
            kinds: &["turnstile"],
            shape: Shape::OneOrMore(&Shape::Text, None),
            meaning: "the host of the page that shows the widget, or a list",
            presence: Presence::Required,
            example: r#""www.example.com""#,
            hint: r#"write the host that shows the widget, such as hostname = "www.example.com""#,
        },
        Key {
            name: "action",
            kinds: &["turnstile"],
            shape: Shape::Pattern("^[A-Za-z0-9_-]{1,32}$"),
            meaning: "the action of the widget, its `data-action`",
            presence: Presence::Required,
            example: r#""upload""#,
            hint: r#"write the action that the page passes to the widget, such as action = "upload""#,
        },
    ],
};
