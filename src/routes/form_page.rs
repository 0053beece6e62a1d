//! HTML pages for uploads without scripts.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use error_code::ErrorCode;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rules::{FormGrant, MediaType, Origin};
use sha2::{Digest as _, Sha256};
use signer::{HttpUrl, PresignedPost};

use crate::http::answer::Answer;
use crate::http::problem::Problem;
use crate::routes::confirm::Confirmed;

const STYLE: &str = "\
:root{color-scheme:light dark;font:1.05rem/1.5 system-ui,sans-serif}\
body{max-width:32rem;margin:15vh auto;padding:0 1.25rem}\
form{display:grid;gap:1rem}\
label{display:grid;gap:.4rem}\
input,select,button,textarea{font:inherit;padding:.55rem .7rem;border:1px solid GrayText;border-radius:.4rem;max-width:100%}\
button{cursor:pointer}\
dd{margin:0 0 .6rem;overflow-wrap:anywhere}\
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
    let media_type = grant.media_type();
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
                    input type="file" name="file" accept=(media_type.accept()) required;
                    small { (media_type.label()) ", at most " (grant.max_size().to_string()) }
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
                            option value=(media_type.as_str()) { (media_type.label()) }
                        }
                    }
                }
                button { "Continue" }
            }
        },
    );
    Answer::html(markup, policy("'self'", ancestors))
}

/// Returns the page after an upload, for rules that neither have a `redirect` nor confirm uploads.
pub(crate) fn done() -> Answer {
    Answer::html(
        page("Uploaded", &html! { p { "The file has arrived. You may close this page." } }),
        policy("'none'", &[]),
    )
}

/// Returns the page after an upload that the bucket has confirmed.
pub(crate) fn stored(object: &Confirmed) -> Answer {
    let Confirmed { key, size, r#type, receipt, .. } = object;
    let essence = r#type.split_once(';').map_or(r#type.as_str(), |(essence, _)| essence.trim());
    let label = MediaType::new(essence).map_or_else(|| r#type.clone(), |known| known.label());
    let content = html! {
        p { "The file has arrived. You may close this page." }
        dl {
            dt { "Stored as" } dd { (key) }
            dt { "Size" } dd { (size) " bytes" }
            dt { "Type" } dd { (label) }
        }
        @if let Some(receipt) = receipt {
            label {
                "Receipt"
                textarea readonly rows="4" { (receipt) }
                small { "It proves that the file has arrived. Copy it if the site asks for it." }
            }
        }
    };
    Answer::html(page("Uploaded", &content), policy("'none'", &[]))
}

/// Returns the page after an upload that the bucket has not confirmed, or not yet.
pub(crate) fn not_stored(problem: &Problem) -> Answer {
    let (title, text, may_come) = match problem.code() {
        ErrorCode::NoSuchKey => {
            ("Not there yet", "The bucket does not have the file yet.".to_owned(), true)
        }
        ErrorCode::UploadMismatch => ("Not uploaded", problem.sentence(), false),
        ErrorCode::NoSuchUpload => {
            let text = "This address belongs to no upload, or it has expired.".to_owned();
            ("Not known", text, false)
        }
        _ => ("Not known yet", "The bucket could not be asked.".to_owned(), true),
    };
    let content = html! {
        p { (text) }
        @if may_come {
            p { a href="" { "Look again" } " in a few seconds. If nothing changes, upload the file again." }
        } @else {
            p { "Please upload the file again." }
        }
    };
    problem.clone().with_page(Answer::html(page(title, &content), policy("'none'", &[])))
}

pub(super) fn page(title: &str, content: &Markup) -> Markup {
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
pub(super) fn policy(form_action: &str, ancestors: &[Origin]) -> String {
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
