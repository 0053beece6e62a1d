//! `/uploads/{rule}/parts/{pass}`: an upload in parts, for clients that believe to talk to S3.
//!
//! ```text
//! POST   ?uploads    the sealed id, for an upload that has begun    <InitiateMultipartUploadResult>
//! POST               joins the parts                                <CompleteMultipartUploadResult>
//! GET                lists those that are stored                    <ListPartsResult>
//! DELETE             drops them                                     204
//! ```
//!
//! As with a presigned URL, whoever has it may use it: such clients send no token to S3. It signs no part.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>

use maud::{Markup, html};
use rules::{Caller, Challenge, MultipartUpload, Part, Proofs, UploadRule, xml_document};

use super::in_parts;
use crate::admission::Halt;
use crate::problem::Problem;
use crate::respond::Exchange;
use crate::{Answer, Step, body, parts};

pub(super) fn respond(rule: &UploadRule, pass: &str, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let (caller, upload) = rule.redeem(pass, exchange.site.secrets(), exchange.moment.now)?;
    admit(caller, rule, exchange)?;
    exchange.record.borrow_mut().granted(upload.key(), None);
    match exchange.request.method {
        "POST" if exchange.request.query("uploads").is_some() => Ok(xml(html! {
            InitiateMultipartUploadResult xmlns=(NAMESPACE) {
                (names(&upload))
                UploadId { (upload.id()) }
            }
        })),
        "POST" => complete(&upload, exchange),
        "GET" => list(&upload, exchange),
        "DELETE" => {
            parts::drop(&upload, exchange)?;
            Ok(Step::Answer(Answer::empty(204)))
        }
        _ => Err(Problem::method_not_allowed("GET, POST, DELETE, OPTIONS").into()),
    }
}

/// Lets in the caller whom the pass names, within the rule's limit.
fn admit(caller: Caller, rule: &UploadRule, exchange: Exchange<'_>) -> Result<(), Halt> {
    let Exchange { site, request, moment, record } = exchange;
    record.borrow_mut().caller(&caller);
    let proofs = Proofs {
        origin: request.headers.origin,
        address: request.headers.address,
        ..Proofs::none(moment.now, request.facts, site.key_cache())
    };
    rule.access().admit(Ok(caller), Challenge::Answered, &proofs, site.secrets())?;
    Ok(())
}

pub(super) fn refuse(problem: Problem) -> Answer {
    let body = xml_document(html! {
        Error {
            Code { (problem.code()) }
            Message { (problem.sentence()) }
        }
    });
    problem.into_answer().reworded("application/xml", body)
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let Some(body) = body::bytes(exchange.request, parts::MAX_BYTES)? else {
        return Ok(Step::ReadBody { max_bytes: parts::MAX_BYTES });
    };
    let body = core::str::from_utf8(body);
    let body = body.map_err(|_| Problem::new("MalformedXML", "the body must be S3's XML"))?;
    parts::join(upload, &Part::all_in(body), exchange)?;
    Ok(xml(html! {
        CompleteMultipartUploadResult xmlns=(NAMESPACE) {
            Location { (upload.location()) }
            (names(upload))
        }
    }))
}

fn list(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let parts = in_parts::list(upload, exchange)?;
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

/// The elements that all these answers have.
fn names(upload: &MultipartUpload) -> Markup {
    html! {
        Bucket { (upload.bucket_name()) }
        Key { (upload.key()) }
    }
}

fn xml(root: Markup) -> Step {
    Step::Answer(Answer::xml(200, xml_document(root)))
}
