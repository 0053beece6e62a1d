//! Common methods and header values, to try in place of unknown ones.

use crate::request::{Request, UNSIGNED};

pub(super) const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "DELETE", "POST"];

/// The hash of an empty body, which some signers sign in a URL.
pub(super) const EMPTY_BODY_SHA256: &str =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Common media types.
const TYPES: &[&str] = &[
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-www-form-urlencoded",
    "application/json",
    "application/pdf",
    "application/zip",
    "audio/mpeg",
    "image/avif",
    "image/gif",
    "image/jpeg",
    "image/jpg",
    "image/png",
    "image/svg+xml",
    "image/webp",
    "multipart/form-data",
    "text/csv",
    "text/html",
    "text/plain",
    "text/plain;charset=UTF-8",
    "text/plain; charset=utf-8",
    "video/mp4",
    "video/quicktime",
    "",
];

/// The request, completed with each common value of its unknown method and first unknown header.
pub(crate) fn completions(request: &Request, types: &[String]) -> Vec<Request> {
    let methods: Vec<_> = match &request.method {
        Some(method) => vec![method.clone()],
        None => METHODS.map(String::from).into(),
    };
    let unknown = request.headers.iter().position(|(_, value)| value.is_none());
    let complete = |method: String| {
        let request = Request { method: Some(method), ..request.clone() };
        let Some((at, (name, _))) = unknown.and_then(|at| Some((at, request.headers.get(at)?)))
        else {
            return vec![request];
        };
        let with = |value: &str| {
            let mut request = request.clone();
            if let Some((_, known)) = request.headers.get_mut(at) {
                *known = Some(value.into());
            }
            request
        };
        candidates(name, types).iter().map(|value| with(value)).collect()
    };
    methods.into_iter().flat_map(complete).collect()
}

/// A type without its parameters, and with a charset as HTTP libraries append it.
pub(super) fn with_other_parameters(sent: &str) -> Vec<String> {
    let kind = sent.split(';').next().unwrap_or_default().trim();
    if kind.is_empty() {
        return Vec::new();
    }
    let charsets = ["", ";charset=UTF-8", "; charset=UTF-8", ";charset=utf-8", "; charset=utf-8"];
    charsets.map(|charset| format!("{kind}{charset}")).into()
}

/// Common values of a header.
pub(super) fn candidates(name: &str, types: &[String]) -> Vec<String> {
    let known: &[&str] = match name {
        "content-type" => {
            return TYPES
                .iter()
                .map(|text| (*text).to_owned())
                .chain(types.iter().cloned())
                .collect();
        }
        "x-amz-acl" => &[
            "private",
            "public-read",
            "bucket-owner-full-control",
            "public-read-write",
            "authenticated-read",
        ],
        "if-none-match" | "if-match" => &["*"],
        "x-amz-server-side-encryption" => &["AES256", "aws:kms"],
        "x-amz-storage-class" => &["STANDARD", "STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR"],
        "x-amz-content-sha256" => &[UNSIGNED, EMPTY_BODY_SHA256],
        "x-amz-sdk-checksum-algorithm" => &["CRC32", "CRC64NVME", "SHA256"],
        "x-amz-checksum-crc32" => &["AAAAAA=="],
        _ => &[""],
    };
    known.iter().map(|text| (*text).to_owned()).collect()
}
