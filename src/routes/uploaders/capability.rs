//! `/uploads/{rule}/parts/{capability}`: an upload in parts, for clients that expect to talk to S3.
//!
//! ```text
//! to begin:
//! POST   ?uploads    the id of the upload, which has begun already  <InitiateMultipartUploadResult>
//! to manage:
//! POST               completes the upload                           <CompleteMultipartUploadResult>
//! GET                lists the stored parts                         <ListPartsResult>
//! DELETE             aborts the upload                              204
//! ```
//!
//! As with a presigned URL, whoever has the capability may use it: such clients send no token. One that manages an upload
//! gives nobody its id, which signs parts where a rule admits anyone. One that begins it does, and expires soon.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>

use error_code::ErrorCode;
use maud::{Markup, html};
use rules::{
    Blocked, Caller, Capability, Challenge, Denial, MultipartUpload, Part, UploadRule, xml_document,
};

use super::multipart;
use crate::exchange::{Action, Exchange};
use crate::http::answer::Answer;
use crate::http::body;
use crate::http::problem::Problem;
use crate::routes::multipart::s3;

pub(super) fn respond(
    rule: &UploadRule,
    text: &str,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let begins = exchange.request.method == "POST" && exchange.request.query("uploads").is_some();
    let capability = if begins { Capability::Begin } else { Capability::Manage };
    let Exchange { site, ambient, record, .. } = exchange;
    let open = |secrets| rule.open_capability(capability, text, secrets, ambient.now);
    let (caller, upload) = match open(site.secrets()) {
        // The capability is valid, so it may cause a request for credentials.
        Err(Denial::CredentialsUnavailable { .. }) => open(exchange.secrets_for(rule.bucket())?)?,
        opened => opened?,
    };
    admit(caller, rule, exchange)?;
    record.borrow_mut().granted(upload.key(), None);
    match (capability, exchange.request.method) {
        (Capability::Begin, _) => Ok(xml(html! {
            InitiateMultipartUploadResult xmlns=(NAMESPACE) {
                (names(&upload))
                UploadId { (upload.id(ambient)) }
            }
        })),
        (Capability::Manage, "POST") => complete(&upload, exchange),
        (Capability::Manage, "GET") => list(&upload, exchange),
        (Capability::Manage, "DELETE") => {
            s3::abort(&upload, exchange)?;
            Ok(Action::Answer(Answer::empty(204)))
        }
        (Capability::Manage, _) => {
            Err(Problem::method_not_allowed("GET, POST, DELETE, OPTIONS").into())
        }
    }
}

/// Admits the caller that the capability names, within the rule's limit.
fn admit(
    caller: Caller,
    rule: &UploadRule,
    exchange: Exchange<'_>,
) -> Result<(), Blocked<Problem>> {
    let Exchange { site, request, record, .. } = exchange;
    record.borrow_mut().caller(&caller);
    let context = exchange.auth_context(request.client());
    let admitted = rule.access().admit(Ok(caller), Challenge::Solved, &context, site.secrets());
    admitted.map(drop).map_err(|blocked| blocked.map(Problem::from))
}

pub(super) fn refuse(problem: Problem) -> Answer {
    let body = xml_document(html! {
        Error {
            Code { (problem.code().as_str()) }
            Message { (problem.sentence()) }
        }
    });
    problem.into_answer().with_body("application/xml", body)
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let max_bytes = s3::max_list_bytes(upload);
    let Some(body) = body::bytes(exchange.request, max_bytes)? else {
        return Ok(Action::ReadBody { max_bytes });
    };
    let parts = core::str::from_utf8(body).ok().and_then(|body| Part::all_in(body).ok());
    let parts = parts.ok_or_else(|| {
        Problem::new(ErrorCode::MalformedXml, "the body must be S3's XML, a list of parts")
    })?;
    s3::complete(upload, &parts, exchange)?;
    Ok(xml(html! {
        CompleteMultipartUploadResult xmlns=(NAMESPACE) {
            Location { (upload.location()) }
            (names(upload))
        }
    }))
}

fn list(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let parts = multipart::list(upload, exchange)?;
    Ok(xml(html! {
        ListPartsResult xmlns=(NAMESPACE) {
            (names(upload))
            IsTruncated { "false" }
            @for part in parts {
                Part {
                    PartNumber { (part.part_number) }
                    ETag { (part.etag) }
                    Size { (part.size) }
                }
            }
        }
    }))
}

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Writes the elements that all these answers share.
fn names(upload: &MultipartUpload) -> Markup {
    html! {
        Bucket { (upload.bucket_name()) }
        Key { (upload.key()) }
    }
}

fn xml(root: Markup) -> Action {
    Action::Answer(Answer::xml(200, xml_document(root)))
}
