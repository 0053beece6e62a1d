//! The same CORS rules in each provider's own words.

use serde_json::{Value, json};

use super::{CorsRule, Rules};

/// How long a browser may keep the answer: 1 hour, in seconds.
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

/// For `gcloud storage buckets update gs://NAME --cors-file cors.json`; one list for headers both ways.
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
    let element = |name: &str, text: &str| format!("    <{name}>{text}</{name}>\n");
    let each = |(origins, rule): (&Vec<String>, &CorsRule)| {
        let mut xml = String::from("  <CORSRule>\n");
        // Nothing to escape: origins, methods and header names have none of XML's characters.
        xml.extend(origins.iter().map(|text| element("AllowedOrigin", text)));
        xml.extend(rule.methods.iter().map(|text| element("AllowedMethod", text)));
        xml.extend(rule.headers.iter().map(|text| element("AllowedHeader", text)));
        xml.extend(rule.exposed.iter().map(|text| element("ExposeHeader", text)));
        xml + &element("MaxAgeSeconds", &MAX_AGE_SECS.to_string()) + "  </CORSRule>\n"
    };
    let rules = rules.iter().map(each).collect::<String>();
    format!(
        "<CORSConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n{rules}</CORSConfiguration>"
    )
}
