//! Signs links for bucket addresses, to compare them with other tools: one JSON object per line from stdin, one result per line.
//!
//! ```text
//! echo '{"name":"acme-media","region":"eusc-de-east-1","dual_stack":true,"key":"a.txt","now":1795460400}' |
//!   cargo run -p signpost-rules --example addresses
//! ```
//!
//! Also `endpoint`, `style` (`path` or `virtual`), `fips`, `accelerate`. The method is GET.

#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "an example that writes to stdout"
)]

use core::error::Error;
use std::io::{self, BufRead as _};

use rules::{AmazonSettings, BucketAddress};
use serde_json::{Value, json};
use signer::{Credentials, Expires, Method, ObjectKey, Presign, Region, UnixTime, UrlStyle};

fn main() -> Result<(), Box<dyn Error>> {
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let result = sign(&request).unwrap_or_else(|error| json!({ "error": error.to_string() }));
        println!("{result}");
    }
    Ok(())
}

fn sign(request: &Value) -> Result<Value, Box<dyn Error>> {
    let text = |name: &str| request[name].as_str();
    let is_on = |name: &str| request[name] == true;
    let region = text("region").map(Region::new).transpose()?;
    let address = BucketAddress {
        name: text("name").ok_or("name")?,
        region: region.as_ref(),
        endpoint: text("endpoint"),
        style: match text("style") {
            Some("path") => Some(UrlStyle::Path),
            Some("virtual") => Some(UrlStyle::VirtualHosted),
            _ => None,
        },
        settings: AmazonSettings {
            fips: is_on("fips"),
            dual_stack: is_on("dual_stack"),
            accelerate: is_on("accelerate"),
        },
    };
    let found = address.resolve()?;
    let credentials =
        Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let now = UnixTime::from_secs(request["now"].as_u64().ok_or("now")?);
    let key = ObjectKey::new(text("key").ok_or("key")?)?;
    let link = Presign::new(Method::Get, &found.bucket, &key, Expires::MAX);
    let signer = found.kind.signer(&credentials, &found.bucket, now);
    Ok(json!({ "url": link.sign(&signer).url }))
}
