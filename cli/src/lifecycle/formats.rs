//! A lifecycle configuration in the format of each provider.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{ABORT_DAYS, Lifecycle, Unconfirmed};
use crate::failure::Failure;

const SECS_OF_DAY: u64 = 86_400;

/// For `aws s3api put-bucket-lifecycle-configuration --lifecycle-configuration file://lifecycle.json`.
pub(super) fn to_aws(lifecycle: &Lifecycle) -> Value {
    let unconfirmed = lifecycle.unconfirmed.iter().map(|(prefix, files)| {
        let (key, value) = files.tag;
        json!({
            "ID": unconfirmed_id(files.rule),
            "Status": "Enabled",
            "Filter": { "And": { "Prefix": prefix, "Tags": [{ "Key": key, "Value": value }] } },
            "Expiration": { "Days": files.days },
        })
    });
    // S3 rejects this action in a rule with tags.
    let parts = lifecycle.parts.iter().map(|(prefix, rule)| {
        json!({
            "ID": parts_id(rule),
            "Status": "Enabled",
            "Filter": { "Prefix": prefix },
            "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": ABORT_DAYS },
        })
    });
    json!({ "Rules": unconfirmed.chain(parts).collect::<Vec<_>>() })
}

/// For `npx wrangler r2 bucket lifecycle set NAME --file lifecycle.json`.
/// Spec: <https://developers.cloudflare.com/api/resources/r2/subresources/buckets/subresources/lifecycle/>
pub(super) fn to_r2(lifecycle: &Lifecycle) -> Result<Value, Failure> {
    if let Some(prefix) = lifecycle.unconfirmed.keys().next() {
        let message =
            format!("R2 has no tags, so it cannot remove unconfirmed files below {prefix:?}");
        return Err(Failure::rejected(message).hint("choose the format aws or xml"));
    }
    let rule = |(prefix, rule): (&&str, &&str)| {
        json!({
            "id": parts_id(rule),
            "enabled": true,
            "conditions": { "prefix": prefix },
            "abortMultipartUploadsTransition": {
                "condition": { "type": "Age", "maxAge": ABORT_DAYS * SECS_OF_DAY },
            },
        })
    };
    Ok(json!({ "rules": lifecycle.parts.iter().map(rule).collect::<Vec<_>>() }))
}

/// For `PUT /bucket?lifecycle`.
pub(super) fn to_xml(lifecycle: &Lifecycle) -> String {
    ::rules::xml_document(html! {
        LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/" {
            @for (prefix, files) in &lifecycle.unconfirmed { (unconfirmed_xml(prefix, files)) }
            @for (prefix, rule) in &lifecycle.parts { (parts_xml(prefix, rule)) }
            "\n"
        }
    })
}

fn unconfirmed_xml(prefix: &str, files: &Unconfirmed<'_>) -> Markup {
    let (key, value) = files.tag;
    html! {
        "\n  " Rule {
            "\n    " ID { (unconfirmed_id(files.rule)) }
            "\n    " Status { "Enabled" }
            "\n    " Filter {
                And { Prefix { (prefix) } Tag { Key { (key) } Value { (value) } } }
            }
            "\n    " Expiration { Days { (files.days) } } "\n  "
        }
    }
}

fn parts_xml(prefix: &str, rule: &str) -> Markup {
    html! {
        "\n  " Rule {
            "\n    " ID { (parts_id(rule)) }
            "\n    " Status { "Enabled" }
            "\n    " Filter { Prefix { (prefix) } }
            "\n    " AbortIncompleteMultipartUpload { DaysAfterInitiation { (ABORT_DAYS) } } "\n  "
        }
    }
}

/// The IDs of the lifecycle rules, which are unique in a bucket.
fn unconfirmed_id(rule: &str) -> String {
    format!("signpost-unconfirmed-{rule}")
}

fn parts_id(rule: &str) -> String {
    format!("signpost-parts-{rule}")
}
