//! The diagnosis of one request, from its evidence and context.

use signer::UnixTime;

use crate::cause::Code;
use crate::context::Context;
use crate::diagnosis::Diagnosis;
use crate::evidence::{Evidence, Sent};
use crate::form::{Encoding, Form};
use crate::link::{Link, decode};
use crate::search::mismatch;
use crate::server_error::ServerError;
use crate::verdict::{self, Verdict};
use crate::{incomplete, instant, mask};

/// Finds the causes for which a request fails. The texts have no control or invisible characters.
#[must_use]
pub fn explain(evidence: &Evidence, context: &Context) -> Diagnosis {
    diagnose(evidence, context).with_visible_text()
}

fn diagnose(evidence: &Evidence, context: &Context) -> Diagnosis {
    let evidence = &with_server_view(evidence.clone());
    let mut diagnosis = Diagnosis { subject: subject(evidence), ..Diagnosis::default() };
    if evidence.was_accepted() {
        return diagnosis;
    }
    let verdict =
        evidence.server_error.as_ref().map(|error| Verdict::of(error, evidence, &context.buckets));
    let verdict = if is_blocked_by_cors(evidence) {
        Some(verdict::cors(evidence, &context.buckets))
    } else {
        verdict
    };
    let case = Case { evidence, context, verdict };
    diagnosis.remarks.extend(incomplete::remark(evidence));
    match (&evidence.link, &evidence.form) {
        (_, Some(form)) => {
            if form.encoding == Encoding::NotRecorded {
                let remark = "the record of the request has no body, so the fields of the form are not known";
                diagnosis.remarks.push(remark.into());
            }
            case.form(form, &mut diagnosis);
        }
        (Some(link), None) => case.link(link, &mut diagnosis),
        (None, None) => {}
    }
    let fallback = case.verdict.as_ref().and_then(|verdict| verdict.fallback.clone());
    // The server knows the bucket's region better than the configuration.
    if fallback.as_ref().is_some_and(|cause| cause.code == Code::WrongRegion) {
        diagnosis.causes.retain(|cause| cause.code != Code::WrongRegion);
    }
    if diagnosis.causes.is_empty() {
        diagnosis.causes.extend(fallback);
    }
    // An error of the server is always a problem.
    if diagnosis.causes.is_empty() && evidence.server_error.is_some() {
        diagnosis.causes.push(mismatch());
    }
    diagnosis.causes.sort_by_key(|cause| cause.code);
    diagnosis.causes.dedup();
    if diagnosis.causes.is_empty() {
        diagnosis.unverified = case.unverified(&diagnosis);
    }
    diagnosis
}

/// Whether a preflight was rejected, or the page could not read a response.
fn is_blocked_by_cors(evidence: &Evidence) -> bool {
    let method = evidence.sent.as_ref().and_then(|sent| sent.method.as_deref());
    method == Some("OPTIONS")
        || evidence.redirect.is_some()
        || (evidence.status == Some(0) && evidence.server_error.is_none())
}

/// Replaces the sent method and headers with those of the server's canonical request, which are those received.
fn with_server_view(mut evidence: Evidence) -> Evidence {
    let text =
        evidence.server_error.as_ref().and_then(|server_error| server_error.canonical_request());
    let Some((method, rest)) = text.and_then(|text| text.split_once('\n')) else { return evidence };
    let lines = rest.lines().skip(2).take_while(|line| !line.is_empty());
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.to_owned())).filter(|(_, value)| !value.is_empty())
    };
    let received: Vec<_> = lines.filter_map(header).collect();
    let sent = evidence.sent.take().unwrap_or_default();
    let unsigned = sent
        .headers
        .into_iter()
        .filter(|(name, _)| !received.iter().any(|(found, _)| found == name));
    let unsigned: Vec<_> = unsigned.collect();
    let headers = received.into_iter().chain(unsigned).collect();
    evidence.sent = Some(Sent { method: Some(method.into()), headers, complete: true });
    evidence
}

fn subject(evidence: &Evidence) -> String {
    let url = evidence.link.as_ref().or(evidence.form.as_ref().map(|form| &form.url));
    let Some(url) = url else {
        if evidence.server_error.is_none() {
            return "the request".into();
        }
        let code = evidence.server_error.as_ref().map_or("", |server_error| server_error.code());
        return format!("the error {}", mask::short(code));
    };
    let method = evidence.sent.as_ref().and_then(|sent| sent.method.as_deref());
    let method = method.map_or(String::new(), |method| format!("{} ", mask::short(method)));
    let kind = if evidence.form.is_some() { "form for " } else { "" };
    format!("{kind}{method}{}{}", url.origin, mask::short(&mask::path(&decode(&url.path))))
}

/// One request, and the causes that the server's error permits.
pub(crate) struct Case<'c> {
    pub(crate) evidence: &'c Evidence,
    pub(crate) context: &'c Context,
    verdict: Option<Verdict>,
}

impl Case<'_> {
    pub(crate) fn now(&self) -> UnixTime {
        let server = self
            .evidence
            .server_error
            .as_ref()
            .and_then(|server_error| server_error.field("ServerTime"));
        server.and_then(instant::parse).or(self.evidence.at).unwrap_or(self.context.now)
    }

    pub(crate) fn allows(&self, code: Code) -> bool {
        self.verdict.as_ref().is_none_or(|verdict| verdict.allows(code))
    }

    /// Whether the server rejected the signature.
    pub(crate) fn is_signature_rejected(&self) -> bool {
        let code = self.evidence.server_error.as_ref().map(ServerError::code);
        code == Some("SignatureDoesNotMatch")
    }

    /// The remark that the signature could not be verified, if it matters.
    pub(crate) fn unverified_remark(&self, computed: bool) -> Option<String> {
        let algorithm = self.evidence.link.as_ref().and_then(Link::algorithm);
        let service = self.evidence.link.as_ref().and_then(Link::credential);
        let service = service.map(|[_, _, _, service, _]| service);
        let reason = match (&self.context.credentials, algorithm, service.as_deref()) {
            (_, Some(algorithm), _) if !algorithm.is_hmac() => {
                format!("here: it is of {}", algorithm.name)
            }
            (_, _, Some(service)) if !matches!(service, "s3" | "storage") => {
                format!("here: it is for the service {}", mask::short(service))
            }
            _ if self.evidence.form.as_ref().is_some_and(Form::is_version_2) => {
                "here: it is of Signature Version 2".into()
            }
            (None, ..) => "without the secret".into(),
            (Some(_), ..) => "with the credentials of another access key".into(),
        };
        let matters = !computed && self.is_about_signature();
        matters.then(|| format!("the signature itself cannot be verified {reason}"))
    }

    /// Says what was undone to read the link. Returns whether an escape in the link is the cause of the failure.
    pub(crate) fn undone(&self, diagnosis: &mut Diagnosis) -> bool {
        for undone in &self.evidence.undone {
            match undone.cause().filter(|cause| self.allows(cause.code)) {
                Some(cause) => diagnosis.causes.push(cause),
                None => diagnosis.remarks.push(undone.remark()),
            }
        }
        !diagnosis.causes.is_empty()
    }

    /// Whether an SDK signed the request, in a header instead of the link.
    pub(crate) fn is_signed_in_header(&self) -> bool {
        let header = self.evidence.sent.as_ref().and_then(|sent| sent.header("authorization"));
        header.is_some_and(|value| {
            ["AWS", "GOOG4-", "GOOG1 "].iter().any(|scheme| value.starts_with(scheme))
        })
    }

    /// Whether a wrong signature is still a possible cause.
    pub(crate) fn is_about_signature(&self) -> bool {
        self.allows(Code::SignatureMismatch)
    }
}
