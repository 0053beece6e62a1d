//! HTML pages for uploads without scripts.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rules::{FormGrant, MediaType, Origin};
use sha2::{Digest as _, Sha256};
use signer::{HttpUrl, PresignedPost};

use crate::http::answer::Answer;

const STYLE: &str = "\
:root{color-scheme:light dark;font:1.05rem/1.5 system-ui,sans-serif}\
body{max-width:32rem;margin:15vh auto;padding:0 1.25rem}\
form{display:grid;gap:1rem}\
label{display:grid;gap:.4rem}\
input,select,button{font:inherit;padding:.55rem .7rem;border:1px solid GrayText;border-radius:.4rem;max-width:100%}\
button{cursor:pointer}\
small{opacity:.8}";

/// Returns the page with a signed form.
///
/// Browsers also check redirects of a form against `form-action`, so the policy names the page after the upload too.
pub(crate) fn form(
    grant: &FormGrant,
    post: &PresignedPost,
    redirect: &str,
    ancestors: &[Origin],
) -> Answer {
    let media_type = grant.media_type().as_str();
    let origin = |url| HttpUrl::parse(url).map_or("", |url| url.origin());
    let form_action = format!("{} {}", origin(&post.url), origin(redirect));
    let markup = page(
        "Upload a file",
        &html! {
            form method="post" action=(post.url) enctype="multipart/form-data" {
                @for (name, value) in &post.fields {
                    input type="hidden" name=(name) value=(value);
                }
                label {
                    "File"
                    input type="file" name="file" accept=(media_type) required;
                    small { (media_type) ", at most " (grant.max_size().to_string()) }
                }
                button { "Upload" }
            }
        },
    );
    Answer::html(markup, policy(&form_action, ancestors))
}

/// Returns the page that asks for the type first, since a form is signed for one exact type.
pub(crate) fn choice(types: &[MediaType], ancestors: &[Origin]) -> Answer {
    let markup = page(
        "Upload a file",
        &html! {
            form method="get" {
                label {
                    "What kind of file is it?"
                    select name="type" required {
                        @for media_type in types {
                            option { (media_type.as_str()) }
                        }
                    }
                }
                button { "Continue" }
            }
        },
    );
    Answer::html(markup, policy("'self'", ancestors))
}

/// Returns the page after an upload, for rules without a `redirect`.
pub(crate) fn done() -> Answer {
    Answer::html(
        page("Uploaded", &html! { p { "The file has arrived. You may close this page." } }),
        policy("'none'", &[]),
    )
}

fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (content) } }
        }
    }
}

/// Returns a policy under which nothing loads or runs, forms go only to `form_action`, and only the rule's pages may frame it.
fn policy(form_action: &str, ancestors: &[Origin]) -> String {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let framed_by = match ancestors {
        [] => "'none'".to_owned(),
        origins => origins.iter().map(Origin::as_str).collect::<Vec<_>>().join(" "),
    };
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action {form_action}; base-uri 'none'; \
         frame-ancestors {framed_by}"
    )
}
