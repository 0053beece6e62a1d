//! Text that was percent-encoded twice, spaces and plus signs that were exchanged, and signers that encode differently from S3.

use super::{Repair, Slot};
use crate::cause::{Cause, Code};
use crate::link::decode;
use crate::received::{double_encoded, plus_for_space};
use crate::request::{Request, SignerVariant};

/// The ways in which the encoding of the path may have changed.
pub(super) fn of_path(request: &Request) -> Vec<Repair> {
    let path = |cause, path| Repair::new(Slot::Path, cause, Request { path, ..request.clone() });
    vec![
        path(double_encoded("the path"), decode(&request.path)),
        path(plus_for_space("the path"), request.path.replace('+', "%20")),
        path(space_for_plus("the path"), request.path.replace("%20", "%2B")),
    ]
}

/// The ways in which the encoding of the parameters may have changed.
pub(super) fn of_query(request: &Request) -> Vec<Repair> {
    let repairs = [
        query(request, &decode, double_encoded),
        query(request, &|text| text.replace('+', "%20"), plus_for_space),
        query(request, &|text| text.replace('+', "%2B"), raw_plus),
        query(request, &|text| text.replace("%20", "%2B"), space_for_plus),
    ];
    repairs.into_iter().flatten().collect()
}

/// Changes every value in the query; `None` if that changes nothing.
fn query(
    request: &Request,
    change: &dyn Fn(&str) -> String,
    cause: fn(&str) -> Cause,
) -> Option<Repair> {
    let pairs = request.query.iter().map(|(name, value)| (name.clone(), change(value)));
    let changed: Vec<_> = pairs.collect();
    let differs = request.query.iter().zip(&changed).filter(|((_, old), (_, new))| old != new);
    let names: Vec<_> = differs.map(|((name, _), _)| decode(name)).collect();
    // Decoding changes `%2F`, which is correct, so only a percent sign that remains shows a double encoding.
    let twice = changed.iter().filter(|(_, value)| value.contains('%'));
    let twice: Vec<_> =
        twice.map(|(name, _)| decode(name)).filter(|name| names.contains(name)).collect();
    let affected = if twice.is_empty() { names } else { twice };
    if affected.is_empty() {
        return None;
    }
    let causes = affected.iter().map(|name| cause(&format!("the parameter {name}"))).collect();
    let request = Request { query: changed, ..request.clone() };
    Some(Repair { slot: Slot::QueryEncoding, causes, request })
}

/// The cause for a raw `+` in a query, where `%2B` was signed.
pub(crate) fn raw_plus(part: &str) -> Cause {
    let message = format!("{part} has + where %2B was signed: in a query, S3 reads + as a space");
    Cause::new(
        Code::PlusForSpace,
        message,
        "write + as %2B in a query, and encode the value only once",
    )
}

/// The cause for a space where a plus sign was signed: a decoder of forms read the text on its way.
pub(crate) fn space_for_plus(part: &str) -> Cause {
    let message = format!(
        "{part} has a space where + was signed: a decoder of HTML forms reads + as a space"
    );
    Cause::new(
        Code::PlusForSpace,
        message,
        "do not decode the link as a form on its way; write + as %2B",
    )
}

/// Mistakes that signers are known for.
pub(super) fn by_signer(request: &Request) -> Vec<Repair> {
    let variants = [
        (
            SignerVariant::EncodesPathTwice,
            Code::DoubleEncoded,
            "the signer encoded the path twice, which is correct for other services, but not for S3",
            "configure the signer for S3: service s3, uriEscapePath: false, singleEncode: true, or use its S3 variant",
        ),
        (
            SignerVariant::LowerCaseEscapes,
            Code::SignerEncoding,
            "the signer wrote percent-escapes with lower-case digits (%2f), but S3 computes the signature with upper-case ones (%2F)",
            "write percent-escapes in upper case in the canonical request, or use the provider's SDK to sign",
        ),
        (
            SignerVariant::LeavesMarks,
            Code::SignerEncoding,
            "the signer left some of !'()* unencoded, but S3 computes the signature with these characters encoded",
            "encode !'()* too, which encodeURI and encodeURIComponent leave, or use the provider's SDK to sign",
        ),
        (
            SignerVariant::PlusForSpace,
            Code::PlusForSpace,
            "the signer wrote spaces in the query as +, but S3 computes the signature with %20",
            "encode the canonical query with %20 for a space: encodeURIComponent, rawurlencode, or quote(safe='') instead of urlencode",
        ),
    ];
    let repair = |(signer, code, message, hint)| {
        let repaired = Request { signer, ..request.clone() };
        Repair::new(Slot::Signer, Cause::new(code, message, hint), repaired)
    };
    variants.map(repair).into()
}
