//! Causes that one and the same error may have.

use crate::Code;

pub(super) const SIGNATURE: &[Code] = &[
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
];
pub(super) const POLICY: &[Code] = &[
    Code::PolicyCondition,
    Code::ExtraField,
    Code::MissingField,
    Code::Expired,
    Code::FileNotLast,
    Code::PolicyDamaged,
];
pub(super) const SHAPE: &[Code] = &[
    Code::WrongRegion,
    Code::MissingParameter,
    Code::RepeatedParameter,
    Code::MalformedParameter,
    Code::ExpiresOutOfRange,
    Code::HtmlEscaped,
    Code::SignatureDamaged,
    Code::TwoSignatures,
];
pub(super) const CHECKSUM: &[Code] = &[Code::EmptyBodyChecksum, Code::ChecksumDiffers];
/// Any cause at all.
pub(super) const ALL: &[Code] = &[];
