//! Errors of encryption and its keys.

use super::Entry;
use crate::cause::Code;
use crate::verdict::NOTHING_ELSE;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["InvalidEncryptionAlgorithmError"],
        Code::Encryption,
        NOTHING_ELSE,
        "the server does not have this encryption",
        "sign x-amz-server-side-encryption as AES256 or aws:kms, or sign without it",
    ),
    Entry::new(
        &[
            "KMS.DisabledException",
            "KMS.InvalidKeyUsageException",
            "KMS.KMSInvalidStateException",
            "KMS.NotFoundException",
            "CloudKmsBadKey",
            "CloudKmsCannotChangeKeyName",
            "CloudKmsDecryptionKeyNotFound",
            "CloudKmsDisabledKey",
            "CloudKmsEncryptionKeyNotFound",
            "CloudKmsKeyLocationNotAllowed",
        ],
        Code::Encryption,
        NOTHING_ELSE,
        "the KMS key cannot be used: it does not exist, is disabled, is being deleted, or is in another region",
        "check the key's state, region and policy in the provider's console",
    ),
    Entry::new(
        &[
            "CustomerEncryptionAlgorithmIsInvalid",
            "CustomerEncryptionKeyFormatIsInvalid",
            "CustomerEncryptionKeyIsIncorrect",
            "CustomerEncryptionKeySha256IsInvalid",
            "ResourceIsEncryptedWithCustomerEncryptionKey",
            "ResourceNotEncryptedWithCustomerEncryptionKey",
            "XMinioEncryptionError",
        ],
        Code::Encryption,
        NOTHING_ELSE,
        "the customer-provided key is missing or wrong, or the object is not encrypted with one",
        "send the algorithm, key and checksum headers of the key that encrypted the object, and none for other objects",
    ),
    Entry::new(
        &["EncryptionTypeMismatch"],
        Code::Encryption,
        NOTHING_ELSE,
        "the request appends to an object that is encrypted in another way",
        "sign the x-amz-server-side-encryption headers with which the object was created",
    ),
    Entry::new(
        &["XMinioObjectTampered", "XMinioInvalidDecompressedSize"],
        Code::Encryption,
        NOTHING_ELSE,
        "the server cannot decrypt or decompress the stored object",
        "upload the object again",
    ),
];
