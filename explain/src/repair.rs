//! Candidates for the request that was signed: each undoes one change, and names that change.
//!
//! The search computes the signature of each with the secret. Only the request that was signed has the signature.

mod complete;
mod encodings;
mod hosts;
mod parameters;
mod paths;
mod slot;

pub(crate) use self::complete::completions;
use self::complete::{EMPTY_BODY_SHA256, METHODS, candidates};
pub(crate) use self::encodings::{raw_plus, space_for_plus};
use self::hosts::hosts_and_styles;
use self::paths::{paths, slashes_differ};
pub(crate) use self::slot::Slot;
use crate::cause::{Cause, Code};
use crate::context::KnownBucket;
use crate::request::{Request, UNSIGNED};
use crate::sending::{header_differs, header_not_sent, method_differs};

/// A candidate for the request that was signed, and the causes of the failure if it is that request.
pub(crate) struct Repair {
    /// What is repaired; the search combines repairs of two different slots.
    pub(crate) slot: Slot,
    /// One for each part of the request that was changed.
    pub(crate) causes: Vec<Cause>,
    pub(crate) request: Request,
}

impl Repair {
    fn new(slot: Slot, cause: Cause, request: Request) -> Self {
        Self { slot, causes: vec![cause], request }
    }

    /// The causes of this repair and of a second one after it, for a request that was sent to this path.
    pub(crate) fn causes_with(&self, second: &Self, sent_path: &str) -> Vec<Cause> {
        // Two slashes are one change: the cause of the second alone would name the path between both.
        if let (Slot::Slash(_), Slot::Slash(_)) = (&self.slot, &second.slot) {
            return vec![slashes_differ(&second.request.path, sent_path)];
        }
        self.causes.iter().chain(&second.causes).cloned().collect()
    }
}

/// Maximum number of signed headers for which other values are tried; links sign a handful.
const MAX_HEADERS: usize = 32;

/// All candidates that are one change away from the request; with `after`, only those that change a later part.
pub(crate) fn all(
    request: &Request,
    buckets: &[KnownBucket],
    types: &[String],
    after: Option<&Slot>,
) -> Vec<Repair> {
    let groups: [(Slot, &dyn Fn() -> Vec<Repair>); 10] = [
        (Slot::Method, &|| methods(request)),
        (Slot::Header(0), &|| headers(request, types)),
        (Slot::Host, &|| hosts_and_styles(request, buckets)),
        (Slot::Path, &|| encodings::of_path(request)),
        (Slot::Slash(0), &|| paths(request)),
        (Slot::QueryEncoding, &|| encodings::of_query(request)),
        (Slot::Added, &|| parameters::added(request)),
        (Slot::Parameter(""), &|| parameters::changed(request)),
        (Slot::Payload, &|| payloads(request)),
        (Slot::Signer, &|| encodings::by_signer(request)),
    ];
    let is_later = |slot: &Slot| after.is_none_or(|after| slot > after);
    let wanted =
        groups.iter().filter(|(slot, _)| after.is_none_or(|after| slot.rank() >= after.rank()));
    let repairs = wanted.flat_map(|(_, repairs)| repairs());
    repairs.filter(|repair| is_later(&repair.slot)).collect()
}

fn methods(request: &Request) -> Vec<Repair> {
    let Some(sent) = request.method.as_deref() else { return Vec::new() };
    let others = METHODS.into_iter().filter(|method| *method != sent);
    let repair = |method: &str| {
        let repaired = Request { method: Some(method.into()), ..request.clone() };
        Repair::new(Slot::Method, method_differs(method, sent), repaired)
    };
    others.map(repair).collect()
}

fn headers(request: &Request, types: &[String]) -> Vec<Repair> {
    let each = |(at, (name, sent)): (usize, &(String, Option<String>))| -> Vec<Repair> {
        let sent = sent.clone().unwrap_or_default();
        let mut others = candidates(name, types);
        if name == "content-type" {
            others.extend(complete::with_other_parameters(&sent));
        }
        let others = others.into_iter().filter(|value| *value != sent);
        let repair = |value: String| {
            let mut repaired = request.clone();
            if let Some((_, known)) = repaired.headers.get_mut(at) {
                *known = Some(value.clone());
            }
            let cause = match sent.as_str() {
                "" => header_not_sent(name, Some(&value)),
                sent => header_differs(name, &value, sent),
            };
            Repair::new(Slot::Header(at), cause, repaired)
        };
        others.map(repair).collect()
    };
    request.headers.iter().take(MAX_HEADERS).enumerate().flat_map(each).collect()
}

fn payloads(request: &Request) -> Vec<Repair> {
    let others =
        [EMPTY_BODY_SHA256, UNSIGNED].into_iter().filter(|payload| *payload != request.payload);
    let repair = |payload: &str| {
        let message =
            "the link was signed with the hash of an empty body instead of UNSIGNED-PAYLOAD";
        let hint = "configure the signer not to sign the body: x-amz-content-sha256: UNSIGNED-PAYLOAD, or use its S3 variant";
        let cause = Cause::new(Code::PayloadSigned, message, hint);
        let repaired = Request { payload: payload.into(), ..request.clone() };
        Repair::new(Slot::Payload, cause, repaired)
    };
    others.map(repair).collect()
}
