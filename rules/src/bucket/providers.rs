//! The table of providers. To add one, add a row.

use signer::{Dialect, UrlStyle};

use crate::bucket::features::Feature::{
    LanguageByForm, ObjectLock, Sse, SseKms, TagConditions, Tags,
};
use crate::bucket::features::{Features, StorageClasses};
use crate::bucket::provider::{
    Bindings, BucketNames, CorsFormat, Deletes, Endpoint, ExtraFields, Forms, Iam, Overwrites,
    Provider, Signatures, Sts,
};
use crate::config::join_names::join_names;

/// Returns a provider whose endpoint follows from the region, with the most common values.
const fn regional(name: &'static str, endpoint: &'static str) -> Provider {
    Provider {
        name,
        endpoint: Endpoint::Pattern(endpoint),
        names: BucketNames::Any,
        regions: &[],
        style: UrlStyle::VirtualHosted,
        forms: Forms::Unknown,
        extra_fields: ExtraFields::Unknown,
        overwrites: Overwrites::Unknown,
        features: Features::NONE,
        deletes: Deletes::Unconditional,
        signatures: Signatures::V2AndV4,
        dialect: Dialect::Amazon,
        bindings: Bindings::Unsupported,
        iam: Iam::WithoutConditions,
        cors: CorsFormat::Aws,
        sts: Sts::None,
    }
}

/// Returns a provider whose customers each have their own endpoint.
const fn self_hosted(
    name: &'static str,
    example: &'static str,
    regions: &'static [&'static str],
) -> Provider {
    Provider {
        endpoint: Endpoint::PerCustomer { example },
        regions,
        style: UrlStyle::Path,
        ..regional(name, "")
    }
}

/// The storage classes that an upload can name. Others belong to Outposts, Snow devices and directory buckets.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html>
const AMAZON_CLASSES: &[&str] = &[
    "STANDARD",
    "INTELLIGENT_TIERING",
    "STANDARD_IA",
    "ONEZONE_IA",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
    "REDUCED_REDUNDANCY",
];

/// Amazon's canned access control lists for objects.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
const AMAZON_ACLS: &[&str] = &[
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
];

/// The two access control lists of providers that have few.
const ACLS: &[&str] = &["private", "public-read"];

/// Amazon, whose endpoints are the default of S3 tools.
///
/// Spec: <https://docs.aws.amazon.com/general/latest/gr/s3.html>
const AMAZON: Provider = Provider {
    endpoint: Endpoint::Amazon,
    names: BucketNames::Amazon,
    forms: Forms::Accepted,
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
    extra_fields: ExtraFields::Rejected,
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    overwrites: Overwrites::Preventable,
    features: Features::of(&[ObjectLock, Sse, SseKms, TagConditions, Tags])
        .classes(AMAZON_CLASSES)
        .acls(AMAZON_ACLS),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
    deletes: Deletes::IfMatch,
    iam: Iam::Aws,
    // https://docs.aws.amazon.com/general/latest/gr/sts.html
    sts: Sts::Amazon,
    ..regional("aws", "")
};

/// All providers. Each row follows the provider's documentation.
static PROVIDERS: &[Provider] = &[
    AMAZON,
    // https://developers.cloudflare.com/r2/api/s3/presigned-urls/
    // https://developers.cloudflare.com/r2/api/s3/extensions/
    // https://developers.cloudflare.com/r2/buckets/create-buckets/
    // https://developers.cloudflare.com/r2/api/s3/api/
    Provider {
        features: Features::NONE.classes(&["STANDARD", "STANDARD_IA"]),
        names: BucketNames::S3,
        forms: Forms::Rejected,
        overwrites: Overwrites::Preventable,
        signatures: Signatures::V4Only,
        bindings: Bindings::Supported,
        iam: Iam::R2Token,
        cors: CorsFormat::R2,
        ..self_hosted("r2", "https://<account>.r2.cloudflarestorage.com", &["auto", "us-east-1"])
    },
    // https://www.backblaze.com/docs/cloud-storage-s3-compatible-api
    // It rejects tags: https://www.backblaze.com/apidocs/s3-copy-object
    Provider {
        features: Features::of(&[ObjectLock, Sse]),
        forms: Forms::Rejected,
        signatures: Signatures::V4Only,
        iam: Iam::B2Key,
        ..regional("b2", "https://s3.{region}.backblazeb2.com")
    },
    // https://www.tigrisdata.com/docs/objects/upload-via-html-form/
    // https://www.tigrisdata.com/docs/objects/conditionals/
    // https://www.tigrisdata.com/docs/objects/tiers/
    Provider {
        features: Features::NONE
            .classes(&["STANDARD", "STANDARD_IA", "GLACIER", "GLACIER_IR"])
            .acls(ACLS),
        regions: &["auto"],
        forms: Forms::Accepted,
        overwrites: Overwrites::Preventable,
        signatures: Signatures::V4Only,
        ..regional("tigris", "https://t3.storage.dev")
    },
    // https://docs.min.io/aistor/developers/security-token-service/assumerole/
    Provider {
        forms: Forms::Accepted,
        overwrites: Overwrites::Preventable,
        features: Features::of(&[LanguageByForm, ObjectLock, Sse, SseKms, TagConditions, Tags])
            .classes(&["STANDARD", "REDUCED_REDUNDANCY"]),
        iam: Iam::MinIo,
        sts: Sts::SameEndpoint,
        ..self_hosted("minio", "https://minio.example.com", &["us-east-1"])
    },
    // https://garagehq.deuxfleurs.fr/documentation/reference-manual/s3-compatibility/
    Provider {
        forms: Forms::Accepted,
        extra_fields: ExtraFields::Rejected,
        signatures: Signatures::V4Only,
        iam: Iam::GarageKey,
        ..self_hosted("garage", "https://s3.garage.example.com", &["garage"])
    },
    // https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/
    Provider {
        forms: Forms::Accepted,
        features: Features::NONE.acls(ACLS),
        ..regional("spaces", "https://{region}.digitaloceanspaces.com")
    },
    // https://www.scaleway.com/en/docs/object-storage/api-cli/post-object/
    // https://www.scaleway.com/en/docs/object-storage/api-cli/object-operations/
    Provider {
        forms: Forms::Accepted,
        features: Features::of(&[ObjectLock, Tags])
            .classes(&["STANDARD", "ONEZONE_IA", "GLACIER"])
            .acls(ACLS),
        ..regional("scaleway", "https://s3.{region}.scw.cloud")
    },
    // https://help.ovhcloud.com/csm/en-public-cloud-storage-s3-location
    Provider { forms: Forms::Accepted, ..regional("ovh", "https://s3.{region}.io.cloud.ovh.net") },
    // https://docs.wasabi.com/docs/what-are-the-service-urls-for-wasabi-s-different-storage-regions
    // https://docs.wasabi.com/apidocs/object-tagging-with-the-wasabi-s3-api
    // https://docs.wasabi.com/apidocs/object-lock-with-the-wasabi-s3-api
    // https://docs.wasabi.com/docs/aws-sts-with-wasabi
    Provider {
        features: Features::of(&[ObjectLock, Tags]),
        sts: Sts::Global("https://sts.wasabisys.com"),
        ..regional("wasabi", "https://s3.{region}.wasabisys.com")
    },
    // https://docs.hetzner.com/storage/object-storage/
    // https://docs.hetzner.com/storage/object-storage/supported-actions/
    Provider {
        features: Features::of(&[ObjectLock, Tags]).acls(ACLS),
        ..regional("hetzner", "https://{region}.your-objectstorage.com")
    },
    // https://docs.cloud.google.com/storage/docs/authentication/signatures
    // https://docs.cloud.google.com/storage/docs/xml-api/reference-headers
    Provider {
        features: Features::NONE.classes(&["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"]),
        regions: &["auto"],
        forms: Forms::Accepted,
        extra_fields: ExtraFields::Rejected,
        signatures: Signatures::V4Only,
        dialect: Dialect::Google,
        iam: Iam::GoogleRole,
        cors: CorsFormat::Google,
        ..regional("gcs", "https://storage.googleapis.com")
    },
    // Any other S3. Its owner must know whether it can prevent overwriting, what it stores, and whether it has `AssumeRole`.
    Provider {
        features: Features {
            list: &[LanguageByForm, ObjectLock, Sse, SseKms, TagConditions, Tags],
            classes: StorageClasses::Any,
            acls: AMAZON_ACLS,
        },
        overwrites: Overwrites::Preventable,
        sts: Sts::SameEndpoint,
        ..self_hosted("custom", "https://s3.example.com", &["us-east-1"])
    },
];

impl Provider {
    /// Returns all providers, in the order of the documentation.
    #[must_use]
    pub fn all() -> &'static [Self] {
        PROVIDERS
    }

    /// Returns Amazon, whose endpoints are the default of every S3 tool.
    #[must_use]
    pub fn amazon() -> &'static Self {
        &AMAZON
    }

    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    /// Returns all names, for an error.
    pub(crate) fn names() -> String {
        join_names(PROVIDERS.iter().map(Self::name))
    }

    /// Returns the names of those whose buckets can be bound to a Worker, for an error.
    pub(crate) fn names_with_bindings() -> String {
        let bindable = PROVIDERS.iter().filter(|row| row.bindings == Bindings::Supported);
        join_names(bindable.map(Self::name))
    }
}
