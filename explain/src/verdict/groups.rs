//! The causes that each kind of error permits.

use crate::cause::Code;

/// The causes that an error permits.
#[derive(Clone, Copy)]
pub(crate) enum Allowed {
    /// Any cause.
    All,
    /// Any cause except the time, which the server would have named.
    AllButTime,
    /// Only these causes.
    Only(&'static [Code]),
}

impl Allowed {
    pub(super) fn has(self, code: Code) -> bool {
        match self {
            Self::All => true,
            Self::AllButTime => !matches!(code, Code::Expired | Code::ClockSkew),
            Self::Only(codes) => codes.contains(&code),
        }
    }
}

pub(super) const SIGNATURE: Allowed = Allowed::Only(&[
    Code::WrongHost,
    Code::WrongStyle,
    Code::MethodDiffers,
    Code::HeaderNotSent,
    Code::HeaderNotSigned,
    Code::HeaderDiffers,
    Code::ContentTypeDiffers,
    Code::QueryChanged,
    Code::PathChanged,
    Code::DoubleEncoded,
    Code::PlusForSpace,
    Code::SignatureDamaged,
    Code::WrongSecret,
    Code::SignatureMismatch,
    Code::PayloadSigned,
    Code::PolicyDamaged,
    Code::MissingField,
]);
pub(super) const POLICY: Allowed = Allowed::Only(&[
    Code::PolicyCondition,
    Code::ExtraField,
    Code::MissingField,
    Code::Expired,
    Code::FileNotLast,
    Code::PolicyDamaged,
]);
pub(super) const SHAPE: Allowed = Allowed::Only(&[
    Code::WrongRegion,
    Code::MissingParameter,
    Code::RepeatedParameter,
    Code::MalformedParameter,
    Code::ExpiresOutOfRange,
    Code::HtmlEscaped,
    Code::DoubleEncoded,
    Code::SignatureDamaged,
    Code::TwoSignatures,
]);
pub(super) const CHECKSUM: Allowed =
    Allowed::Only(&[Code::EmptyBodyChecksum, Code::ChecksumDiffers]);
