//! CORS rules in the format of each provider.

use maud::html;
use serde_json::{Value, json};

use super::{CorsRule, Rules};

/// How long a browser may cache the answer to a preflight request, in seconds: 1 hour.
const MAX_AGE_SECS: u32 = 3_600;

pub(super) fn list(rules: &Rules, convert: impl Fn(&[String], &CorsRule) -> Value) -> Vec<Value> {
    rules.iter().map(|(origins, rule)| convert(origins, rule)).collect()
}

/// For `aws s3api put-bucket-cors --cors-configuration file://cors.json`.
pub(super) fn to_aws(origins: &[String], rule: &CorsRule) -> Value {
    json!({
        "AllowedOrigins": origins,
        "AllowedMethods": rule.methods,
        "AllowedHeaders": rule.headers,
        "ExposeHeaders": rule.exposed,
        "MaxAgeSeconds": MAX_AGE_SECS,
    })
}

/// For `npx wrangler r2 bucket cors set NAME --file cors.json`.
/// Spec: <https://developers.cloudflare.com/r2/buckets/cors/>
pub(super) fn to_r2(origins: &[String], rule: &CorsRule) -> Value {
    json!({
        "allowed": { "origins": origins, "methods": rule.methods, "headers": rule.headers },
        "exposeHeaders": rule.exposed,
        "maxAgeSeconds": MAX_AGE_SECS,
    })
}

/// For `gcloud storage buckets update gs://NAME --cors-file cors.json`; it lists request and response headers together.
/// Spec: <https://docs.cloud.google.com/storage/docs/cross-origin>
pub(super) fn to_gcs(origins: &[String], rule: &CorsRule) -> Value {
    let exposed = rule.exposed.iter().map(|name| (*name).to_owned());
    json!({
        "origin": origins,
        "method": rule.methods,
        "responseHeader": rule.headers.iter().cloned().chain(exposed).collect::<Vec<_>>(),
        "maxAgeSeconds": MAX_AGE_SECS,
    })
}

/// For `PUT /bucket?cors`.
pub(super) fn to_xml(rules: &Rules) -> String {
    ::rules::xml_document(html! {
        CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/" {
            @for (origins, rule) in rules {
                "\n  " CORSRule {
                    @for text in origins { "\n    " AllowedOrigin { (text) } }
                    @for text in &rule.methods { "\n    " AllowedMethod { (text) } }
                    @for text in &rule.headers { "\n    " AllowedHeader { (text) } }
                    @for text in &rule.exposed { "\n    " ExposeHeader { (text) } }
                    "\n    " MaxAgeSeconds { (MAX_AGE_SECS) } "\n  "
                }
            }
            "\n"
        }
    })
}
