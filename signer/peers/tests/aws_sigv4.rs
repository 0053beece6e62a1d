//! What we presign and what `aws-sigv4` presigns, on 2,000 random asks: equal in every byte.

use peers::{ACCESS_KEY_ID, AwsSigV4, NOW, SECRET_ACCESS_KEY};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use signer::{
    Bucket, Credentials, Expires, HeaderName, HeaderValue, Method, ObjectKey, Presign, Region,
    Signer, UnixTime, UrlStyle,
};

/// What RFC 3986 leaves as it is, and the slash that separates.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
const QUERY: &AsciiSet = &PATH.add(b'/');

type Pairs = std::collections::BTreeMap<String, String>;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn signs_the_same(
        key in prop_oneof![any::<String>(), "[ +%~/a-c=&?#.'\"]{1,12}"].prop_filter_map("no key", |key| ObjectKey::new(key).ok()),
        method in prop::sample::select(vec![Method::Get, Method::Head, Method::Put, Method::Delete]),
        port in prop::sample::select(vec!["", ":8443", ":9000"]),
        style in prop::sample::select(vec![UrlStyle::Path, UrlStyle::VirtualHosted]),
        region in "[a-z]{2}-[a-z]{4}-[1-9]",
        token in prop::option::of("[A-Za-z0-9/+=]{20,60}"),
        headers in prop::collection::btree_map("(x-amz-meta-[a-c]|content-type|range|zoo)", "[!-~]( {0,3}[!-~]){0,9}", 0..4),
        query in prop::collection::btree_map("([a-zA-WYZ~_.-][a-zA-Z é+~]{0,5}|[xX]-[aA]mz-(request-payer|checksum-mode|[a-d]{1,4}))", any::<String>(), 0..4),
        (now, expires) in (NOW..NOW + 100_000_000, 1..=604_800_u32),
    ) {
        let region = Region::new(region).unwrap();
        let bucket = Bucket::new(&format!("https://s3.example.com{port}"), style, "media", region.clone()).unwrap();
        let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY);
        let credentials = match &token {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        };
        let mut presign = Presign::new(method, &bucket, &key, Expires::from_secs(expires).unwrap());
        for (name, value) in &headers {
            presign = presign.header(HeaderName::new(name).unwrap(), HeaderValue::new(value).unwrap());
        }
        for (name, value) in &query {
            presign = presign.query(name, value).unwrap();
        }
        let ours = presign.sign(&Signer::new(&credentials, &region, UnixTime::from_secs(now))).url;

        let path = utf8_percent_encode(key.as_str(), PATH);
        let host = if style == UrlStyle::Path { format!("s3.example.com{port}") } else { format!("media.s3.example.com{port}") };
        let place = if style == UrlStyle::Path { "/media" } else { "" };
        let url = format!("https://{host}{place}/{path}{}", query_string(&query));
        let mut signed: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        signed.push(("host", &host));
        let theirs = AwsSigV4 {
            method: method.as_str(), url: &url, headers: &signed, region: region.as_str(), session_token: token.as_deref(), now, expires,
        }.presign();
        prop_assert_eq!(sorted(&ours), sorted(&theirs));
    }
}

fn query_string(query: &Pairs) -> String {
    let encode = |text| utf8_percent_encode(text, QUERY).to_string();
    let pairs: Vec<_> =
        query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// The order of a query is not signed: it is sorted first.
fn sorted(url: &str) -> (&str, Vec<&str>) {
    let (base, query) = url.split_once('?').unwrap();
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.sort_unstable();
    (base, pairs)
}
