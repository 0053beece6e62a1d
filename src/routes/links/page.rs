//! The pages of short links: one with a button, so that what only looks at a link does not use it, and those of links that have ended.

use error_code::ErrorCode;
use maud::html;

use crate::http::answer::Answer;
use crate::http::problem::Problem;
use crate::routes::form_page::{page, policy};

/// Returns the page with a button. It shows nothing of the object but the name that who made the link has chosen for it.
///
/// Browsers also check redirects of a form against `form-action`, so the policy names the bucket's origin too, unless the link leads to the Worker itself.
pub(super) fn button(name: Option<&str>, uses_left: Option<u32>, bucket: Option<&str>) -> Answer {
    let content = html! {
        @if let Some(name) = name { p { (name) } }
        @match uses_left {
            Some(1) => p { "This link works once." },
            Some(uses) if uses > 1 => p { "This link works " (uses) " more times." },
            _ => {},
        }
        form method="post" { button { "Download" } }
    };
    let targets = match bucket {
        Some(origin) => format!("'self' {origin}"),
        None => "'self'".into(),
    };
    Answer::html(page("Download a file", &content), policy(&targets, &[]))
}

/// Returns the page instead of a link that does not work.
pub(super) fn refused(problem: &Problem) -> Answer {
    let (title, advice) = match problem.code() {
        ErrorCode::LinkEnded => ("This link has ended", "Ask whoever sent it for a new one."),
        ErrorCode::NoSuchLink => ("Not known", "Check that the address is complete."),
        _ => ("Not available", "Please try again later."),
    };
    let content = html! { p { (problem.sentence()) } p { (advice) } };
    problem.clone().with_page(Answer::html(page(title, &content), policy("'none'", &[])))
}
