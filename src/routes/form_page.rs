//! Pages that work without any script.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rules::{FormGrant, MediaType, Origin};
use sha2::{Digest as _, Sha256};
use signer::PresignedPost;

use crate::http::answer::Answer;
use crate::http::url::Url;

const STYLE: &str = "\
:root{color-scheme:light dark;font:1.05rem/1.5 system-ui,sans-serif}\
body{max-width:32rem;margin:15vh auto;padding:0 1.25rem}\
form{display:grid;gap:1rem}\
label{display:grid;gap:.4rem}\
input,select,button{font:inherit;padding:.55rem .7rem;border:1px solid GrayText;border-radius:.4rem;max-width:100%}\
button{cursor:pointer}\
small{opacity:.8}";

/// A form, as far as it is known before it is signed.
pub(crate) struct Page {
    media_type: String,
    max_size: String,
    policy: String,
}

impl Page {
    /// Reads off a grant what the page will say and where it may send the browser.
    ///
    /// Browsers hold a form's target to `form-action` on every redirect too, so it names the end of the way as well.
    pub(crate) fn new(
        grant: &FormGrant,
        target: &str,
        redirect: &str,
        ancestors: &[Origin],
    ) -> Self {
        let form_action = format!("{} {}", Url::new(target).origin, Url::new(redirect).origin);
        Self {
            media_type: grant.media_type().as_str().to_owned(),
            max_size: grant.max_size().to_string(),
            policy: policy(&form_action, ancestors),
        }
    }

    pub(crate) fn into_answer(self, post: &PresignedPost) -> Answer {
        let markup = page(
            "Upload a file",
            &html! {
                form method="post" action=(post.url) enctype="multipart/form-data" {
                    @for (name, value) in &post.fields {
                        input type="hidden" name=(name) value=(value);
                    }
                    label {
                        "File"
                        input type="file" name="file" accept=(self.media_type) required;
                        small { (self.media_type) ", at most " (self.max_size) }
                    }
                    button { "Upload" }
                }
            },
        );
        Answer::html(markup, self.policy)
    }
}

/// A page that asks for the type first, since a form is signed for one exact type.
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

/// Where a form ends, if its rule names no page of its own.
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

/// Nothing loads and nothing runs; forms go to `form_action` alone, and only the rule's own pages may frame it.
fn policy(form_action: &str, ancestors: &[Origin]) -> String {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let mut framed_by = String::new();
    for origin in ancestors {
        framed_by.extend([" ", origin.as_str()]);
    }
    if ancestors.is_empty() {
        framed_by.push_str(" 'none'");
    }
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action {form_action}; base-uri 'none'; \
         frame-ancestors{framed_by}"
    )
}
