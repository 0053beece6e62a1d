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

use core::fmt::Write as _;

use rules::{MultipartUpload, Part, UploadRule, escape_xml};

use crate::admission::Halt;
use crate::problem::Problem;
use crate::respond::Exchange;
use crate::{Answer, Step, body, parts};

pub(super) fn respond(rule: &UploadRule, pass: &str, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let (caller, upload) = rule.redeem(pass, exchange.site.secrets(), exchange.moment.now)?;
    exchange.caller_by_pass(rule.access(), caller)?;
    exchange.record.borrow_mut().granted(upload.key(), None);
    match exchange.request.method {
        "POST" if exchange.request.query("uploads").is_some() => {
            let id = [("UploadId", upload.id())];
            Ok(xml("InitiateMultipartUploadResult", &names(&upload, id)))
        }
        "POST" => complete(&upload, exchange),
        "GET" => list(&upload, exchange),
        "DELETE" => {
            parts::drop(&upload, exchange)?;
            Ok(Step::Answer(Answer::empty(204)))
        }
        _ => Err(Problem::method_not_allowed("GET, POST, DELETE, OPTIONS").into()),
    }
}

pub(super) fn refuse(problem: Problem) -> Answer {
    let (code, message) = (problem.code(), escape_xml(&problem.sentence()));
    let body = format!("{PROLOGUE}<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    problem.into_answer().reworded("application/xml", body)
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let Some(body) = body::bytes(exchange.request, parts::MAX_BYTES)? else {
        return Ok(Step::ReadBody { max_bytes: parts::MAX_BYTES });
    };
    let body = core::str::from_utf8(body);
    let body = body.map_err(|_| Problem::new("MalformedXML", "the body must be S3's XML"))?;
    parts::join(upload, &Part::all_in(body), exchange)?;
    let location = [("Location", upload.location())];
    Ok(xml("CompleteMultipartUploadResult", &names(upload, location)))
}

fn list(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let mut inner = names(upload, [("IsTruncated", "false".into())]);
    for Part { part_number, etag, size } in parts::list(upload, exchange)? {
        let etag = escape_xml(&etag);
        write!(inner, "<Part><PartNumber>{part_number}</PartNumber><ETag>{etag}</ETag><Size>{size}</Size></Part>")
            .expect("a string takes all");
    }
    Ok(xml("ListPartsResult", &inner))
}

const PROLOGUE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// The elements that all these answers have, and another.
fn names(upload: &MultipartUpload, other: [(&str, String); 1]) -> String {
    let own = [("Bucket", upload.bucket_name().to_owned()), ("Key", upload.key().to_owned())];
    own.into_iter().chain(other).fold(String::new(), |mut inner, (name, value)| {
        write!(inner, "<{name}>{}</{name}>", escape_xml(&value)).expect("a string takes all");
        inner
    })
}

fn xml(name: &str, inner: &str) -> Step {
    let namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    let body = format!(r#"{PROLOGUE}<{name} xmlns="{namespace}">{inner}</{name}>"#);
    Step::Answer(Answer::xml(200, body))
}
