//! Query parameters of a link: those of the store are signed, those of a signature are refused.

#![allow(
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use signer::{
    Bucket, Credentials, Dialect, Expires, Method, ObjectKey, Presign, Region, ReservedQuery,
    Signer, UnixTime, UrlStyle,
};

/// Parameters of stores, and where each is used in a link.
const OF_STORES: [(&str, &str); 9] = [
    // https://github.com/aws/aws-sdk-go-v2/pull/2768
    ("x-amz-request-payer", "requester"),
    ("X-Amz-Request-Payer", "requester"),
    // https://github.com/aws/aws-sdk-go-v2/issues/2508
    ("x-amz-expected-bucket-owner", "123456789012"),
    // https://github.com/aws/aws-sdk-go-v2/pull/3530
    ("x-amz-checksum-mode", "ENABLED"),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
    ("x-amz-object-attributes", "ETag,Checksum"),
    // https://github.com/aws/aws-sdk-js-v3/issues/4849
    ("x-amz-sdk-checksum-algorithm", "SHA256"),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
    ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
    // https://docs.cloud.google.com/storage/docs/using-requester-pays
    ("x-goog-user-project", "my-project"),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    ("versionId", "3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY"),
];

#[test]
fn signs_the_parameters_of_stores() {
    for (name, value) in OF_STORES {
        let url = link().query(name, value).unwrap().sign(&signer(&credentials())).url;
        let encoded = value.replace(',', "%2C").replace('/', "%2F").replace('+', "%2B");
        let (query, _) = url.rsplit_once("&X-Amz-Signature=").unwrap();
        assert!(query.contains(&format!("&{name}={encoded}")), "{name}: {url}");
        assert!(query.contains("&X-Amz-SignedHeaders=host"), "{name}: {url}");
        let canonical =
            link().query(name, value).unwrap().canonical_request(&signer(&credentials()));
        assert!(canonical.to_string().contains(&format!("{name}={encoded}")), "{name}");
    }
}

/// The expected signature is botocore 1.44's for the same URL.
#[test]
fn signs_requester_pays_as_botocore_does() {
    let link = link().query("x-amz-request-payer", "requester").unwrap();
    let url = link.sign(&signer(&credentials())).url;
    assert!(
        url.ends_with("&X-Amz-SignedHeaders=host&x-amz-request-payer=requester&X-Amz-Signature=9698f4927317fb49a8f08fc91a5c23f80da47905963028bc6da1626c0d50861f"),
        "{url}"
    );
}

#[test]
fn refuses_the_parameters_of_a_signature_in_any_case() {
    let version_4 = [
        "Algorithm",
        "Content-Sha256",
        "Credential",
        "Date",
        "Expires",
        "S3session-Token",
        "Security-Token",
        "Signature",
        "SignedHeaders",
    ];
    let version_4 = ["X-Amz-", "X-Goog-"]
        .iter()
        .flat_map(|prefix| version_4.map(|name| format!("{prefix}{name}")));
    let version_2 = ["AWSAccessKeyId", "GoogleAccessId", "Signature", "Expires"].map(String::from);
    for name in version_4.chain(version_2).chain([String::new()]) {
        for name in [name.clone(), name.to_ascii_lowercase(), name.to_ascii_uppercase()] {
            assert_eq!(link().query(&name, "x").err(), Some(ReservedQuery), "{name}");
        }
    }
}

#[test]
fn signs_them_in_googles_dialect_too() {
    let credentials = credentials();
    let signer = signer(&credentials).in_dialect(Dialect::Google);
    let url = link().query("x-goog-user-project", "my-project").unwrap().sign(&signer).url;
    assert!(url.contains("&x-goog-user-project=my-project&X-Goog-Signature="), "{url}");
}

fn link() -> Presign<'static> {
    use std::sync::LazyLock;
    static BUCKET: LazyLock<Bucket> = LazyLock::new(|| {
        let region = Region::new("eu-west-1").unwrap();
        let endpoint = "https://s3.eu-west-1.amazonaws.com";
        Bucket::new(endpoint, UrlStyle::VirtualHosted, "acme-media", region).unwrap()
    });
    static KEY: LazyLock<ObjectKey> = LazyLock::new(|| ObjectKey::new("a").unwrap());
    Presign::new(Method::Get, &BUCKET, &KEY, Expires::from_secs(600).unwrap())
}

fn credentials() -> Credentials {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

fn signer(credentials: &Credentials) -> Signer<'_> {
    let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
    Signer::new(credentials, &Region::new("eu-west-1").unwrap(), now)
}
