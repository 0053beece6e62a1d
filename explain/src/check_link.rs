//! Finds the causes for which a link fails.

use crate::cause::{Cause, Code};
use crate::compare::Comparison;
use crate::diagnosis::Diagnosis;
use crate::explain::Case;
use crate::link::Link;
use crate::proof::{Proof, string_to_sign};
use crate::r2_token::R2Token;
use crate::request::Request;
use crate::search::{Found, matches_but_rejected, mismatch, search, signed_with_another_secret};
use crate::{expiry, format, region, sending, token, verdict};

impl Case<'_> {
    pub(crate) fn link(&self, link: &Link, diagnosis: &mut Diagnosis) {
        if self.undone(diagnosis) {
            return;
        }
        if let Some(scheme) = link.other_scheme() {
            diagnosis.remarks.push(scheme.remark());
            let found = scheme.missing(link).or_else(|| expiry::link(link, self.now()));
            diagnosis.causes.extend(found.filter(|cause| self.allows(cause.code)));
            return;
        }
        if !link.is_signed() && self.is_signed_in_header() {
            let remark =
                "the request is signed in its Authorization header, which is not verified here";
            diagnosis.remarks.push(remark.into());
            return;
        }
        let broken: Vec<_> =
            format::link(link).into_iter().filter(|cause| self.allows(cause.code)).collect();
        if !broken.is_empty() {
            diagnosis.causes = broken;
            return;
        }
        let (context, now) = (self.context, self.now());
        let mut found = Vec::new();
        found.extend(region::link(link, &context.buckets, context.region.as_deref()));
        found.extend(expiry::link(link, now));
        let is_temporary =
            link.part("Credential").is_some_and(|credential| credential.starts_with("ASIA"));
        found.extend((is_temporary && link.session_token().is_none()).then(verdict::token_missing));
        found.extend(token::link(link));
        found.extend(sending::check(link, self.evidence));
        if let Some(token) = R2Token::of(link) {
            let method = Request::as_sent(link, self.evidence).method;
            let causes = token.causes(link, method.as_deref(), context.credentials.as_ref(), now);
            let is_new = |cause: &Cause| found.iter().all(|known| known.code != cause.code);
            let causes: Vec<_> = causes.into_iter().filter(is_new).collect();
            found.extend(causes);
        }
        found.retain(|cause| self.allows(cause.code));
        if self.is_about_signature() {
            found = self.signature(link, found, diagnosis);
        }
        diagnosis.causes = found;
        if let Some(end) = expiry::end(link).filter(|end| *end > now) {
            diagnosis.remarks.push(format!("the link is valid until {end}"));
        }
    }

    /// Computes signatures with the secret, if there is one: proven causes replace suspected causes.
    fn signature(
        &self,
        link: &Link,
        suspected: Vec<Cause>,
        diagnosis: &mut Diagnosis,
    ) -> Vec<Cause> {
        let sent = Request::as_sent(link, self.evidence);
        let of_token = R2Token::of(link).map(|token| token.credentials());
        let credentials = of_token.as_ref().or(self.context.credentials.as_ref());
        let proof = credentials.and_then(|credentials| Proof::of_link(link, credentials));
        let found = proof.as_ref().map(|proof| search(proof, &sent, self.context));
        // Clients sign for directory buckets with the secret of a session, which may not be the given one.
        let may_be_of_session = link.session_token_of_express().is_some();
        let found = found.filter(|found| !matches!(found, Found::Nothing) || !may_be_of_session);
        diagnosis.remarks.extend(self.unverified_remark(found.is_some()));
        diagnosis.is_signature_verified = found.is_some();
        let signed = match &found {
            Some(Found::Repaired(_, request)) => (**request).clone(),
            _ => sent.clone().with_signed(self.evidence.signed.as_ref()),
        };
        self.compare(link, &signed, &sent, diagnosis);
        let is_signature_rejected = self.is_signature_rejected();
        match found {
            Some(Found::Repaired(causes, _)) => {
                // A token that is not readable fails whatever else was changed.
                let token = token::link(link)
                    .filter(|token| causes.iter().all(|cause| cause.code != token.code));
                let rest = suspected
                    .into_iter()
                    .filter(|cause| !is_of_signature(cause.code) || Some(cause) == token.as_ref());
                causes.into_iter().chain(rest).collect()
            }
            Some(Found::AsSent(complete)) if is_signature_rejected && suspected.is_empty() => {
                vec![matches_but_rejected(&sent, &complete)]
            }
            Some(Found::Nothing) if suspected.iter().any(|cause| is_of_signature(cause.code)) => {
                suspected
            }
            Some(Found::Nothing) => {
                suspected.into_iter().chain([self.nothing_found(&sent)]).collect()
            }
            None if is_signature_rejected && suspected.is_empty() => vec![mismatch()],
            Some(Found::AsSent(_)) | None => suspected,
        }
    }

    fn nothing_found(&self, sent: &Request) -> Cause {
        let is_signing_known = self.evidence.signed.is_some() || self.evidence.form.is_some();
        let all_known =
            sent.method.is_some() && sent.headers.iter().all(|(_, value)| value.is_some());
        if is_signing_known && all_known { signed_with_another_secret() } else { mismatch() }
    }

    fn compare(&self, link: &Link, signed: &Request, sent: &Request, diagnosis: &mut Diagnosis) {
        let server_error = self.evidence.server_error.as_ref();
        let server_request = server_error.and_then(|server_error| server_error.canonical_request());
        let (signed_request, sent) = (signed.canonical(), sent.canonical());
        let (right, received) = server_request
            .map_or(("as sent", sent.as_str()), |text| ("as the server received it", text));
        let requests = Comparison::new("canonical request", right, &signed_request, received);
        if !requests.differs() && server_request.is_none() {
            return;
        }
        diagnosis.comparisons.push(requests);
        let (Some(text), Some([_, day, region, service, terminator])) = (
            server_error.and_then(|server_error| server_error.string_to_sign()),
            link.credential(),
        ) else {
            return;
        };
        let (date, scope) = (
            link.part("Date").unwrap_or_default(),
            format!("{day}/{region}/{service}/{terminator}"),
        );
        let to_sign = string_to_sign(
            link.algorithm().map_or("", |algorithm| algorithm.name),
            &date,
            &scope,
            &signed_request,
        );
        diagnosis.comparisons.push(Comparison::new(
            "string to sign",
            "as the server received it",
            &to_sign,
            text,
        ));
    }
}

/// Whether a computed signature proves or disproves the cause.
const fn is_of_signature(code: Code) -> bool {
    matches!(
        code,
        Code::MethodDiffers
            | Code::HeaderNotSent
            | Code::HeaderDiffers
            | Code::ContentTypeDiffers
            | Code::WrongHost
            | Code::PathChanged
            | Code::QueryChanged
            | Code::DoubleEncoded
            | Code::PlusForSpace
    )
}
