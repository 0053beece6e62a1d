//! Causes that one and the same error may have.

use crate::Code;

/// What an error leaves possible.
#[derive(Clone, Copy)]
pub(crate) enum Allowed {
    /// Anything at all.
    All,
    /// Anything but that it is too late or too early: the server would have said so.
    AllButTime,
    /// These.
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
    Code::SignatureDamaged,
    Code::TwoSignatures,
]);
pub(super) const CHECKSUM: Allowed =
    Allowed::Only(&[Code::EmptyBodyChecksum, Code::ChecksumDiffers]);
