//! Random things to sign, and who signs them.

#![allow(dead_code, reason = "each test file uses its part")]

use core::ops::RangeInclusive;

use proptest::prelude::*;
use signer::{
    Bucket, Credentials, FieldName, FormKey, HeaderName, HeaderValue, Method, ObjectKey,
    PostPolicy, Region, Signer, UnixTime, UrlStyle,
};

pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub(crate) const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";
pub(crate) const BUCKET: &str = "media";

/// An upload form to be signed.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) key: FormKey,
    pub(crate) fields: Vec<(FieldName, String)>,
    pub(crate) content_length: RangeInclusive<u64>,
}

impl Form {
    /// The fields of the form, signed.
    pub(crate) fn sign(&self) -> Vec<(String, String)> {
        let (bucket, credentials) = (bucket(), credentials());
        let mut policy = PostPolicy::new(&bucket, self.key.clone(), now().plus_secs(600))
            .content_length_range(self.content_length.clone());
        for (name, value) in &self.fields {
            policy = policy.exact(name.clone(), value);
        }
        let post = policy.sign(&Signer::new(&credentials, bucket.region(), now()));
        post.fields.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
    }
}

/// Any form whose fields have no variable: S3 puts the file's name for it, and then no exact condition holds.
pub(crate) fn form() -> impl Strategy<Value = Form> {
    let value = any::<String>().prop_filter("a variable", |value| !value.contains("${filename}"));
    let fields = prop::collection::vec((field_name(), value), 0..4);
    let range = (0..1_000_u64, 1_000..5_000_000_000_u64).prop_map(|(min, max)| min..=max);
    (form_key(), fields, range).prop_map(|(key, fields, content_length)| Form {
        key,
        fields,
        content_length,
    })
}

fn form_key() -> impl Strategy<Value = FormKey> {
    let exact = key().prop_filter_map("a variable", |key| FormKey::exact(&key).ok());
    let prefix = "[a-z é/]{1,9}/"
        .prop_filter_map("no prefix", |prefix| FormKey::filename_under(&prefix).ok());
    prop_oneof![exact, prefix]
}

fn field_name() -> impl Strategy<Value = FieldName> {
    let named = [FieldName::ACL, FieldName::CONTENT_TYPE, FieldName::EXPIRES, FieldName::TAGGING];
    prop_oneof![
        prop::sample::select(named.to_vec()),
        "[a-z-]{1,9}".prop_map(|name| FieldName::new(&format!("x-amz-meta-{name}")).unwrap()),
    ]
}

/// Any object key, often one that is hard to encode.
pub(crate) fn key() -> impl Strategy<Value = ObjectKey> {
    prop_oneof![any::<String>(), "[ +%~/a-c=&?#.']{1,12}", "(a|\\$\\{filename\\}|/){1,4}"]
        .prop_filter_map("not an object key", |key| ObjectKey::new(key).ok())
}

/// Headers to be signed, no name twice.
pub(crate) fn headers() -> impl Strategy<Value = Vec<(HeaderName, HeaderValue)>> {
    let name = prop_oneof!["content-type", "range", "x-amz-meta-[a-z]{1,3}", "if-none-match"]
        .prop_map(|name| HeaderName::new(&name).unwrap());
    let value = "[ -~]{0,20}".prop_map(|value| HeaderValue::new(&value).unwrap());
    prop::collection::btree_map(name, value, 0..4).prop_map(|headers| headers.into_iter().collect())
}

/// Any method.
pub(crate) fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(vec![Method::Get, Method::Head, Method::Put, Method::Delete])
}

pub(crate) fn bucket() -> Bucket {
    Bucket::new("https://s3.example.com", UrlStyle::Path, BUCKET, region()).unwrap()
}

pub(crate) fn region() -> Region {
    Region::new("auto").unwrap()
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET).with_session_token(TOKEN)
}

pub(crate) const fn now() -> UnixTime {
    UnixTime::from_secs(1_795_460_400) // 2026-11-23T19:00:00Z
}
