//! Checks links and forms that Signpost has signed, for Workers that serve or store files themselves.

use rules::{Unverified, VerifiedLink};
use serde::Serialize;
use serde_json::json;
use signer::{HttpUrl, ReceivedRequest, VerifiedPost};
use wasm_bindgen::prelude::*;
use web_sys::Request;

use crate::shell::answer::Responding;
use crate::shell::env::{Env, header_list};
use crate::shell::promise::{self, Running};
use crate::shell::signpost::Signpost;
use crate::shell::{clock, response};

impl Signpost {
    /// Checks a request with a presigned URL. Answers 200 with bucket, key and end as JSON, or 403 with the reason.
    ///
    /// # Errors
    ///
    /// Throws the platform's exception.
    pub fn verify(&self, request: Request, env: Env) -> Result<Responding, JsValue> {
        let _running = Running::enter();
        let signpost = self.clone();
        promise::run(async move {
            let verified = signpost.verified_link(&request, &env).await;
            answer(verified.as_ref().map(|link| {
                let VerifiedLink { bucket, key, expires_at } = link;
                json!({ "bucket": bucket, "key": key.as_str(), "expires": expires_at.to_string() })
            }))
        })
        .map(JsCast::unchecked_into)
    }

    /// Checks a form that was sent to a bucket: `fields` is a JSON list of names and values. Answers as [`Signpost::verify`].
    ///
    /// # Errors
    ///
    /// Throws the platform's exception.
    pub fn verify_form(
        &self,
        bucket: String,
        fields: &str,
        file_name: Option<String>,
        env: Env,
    ) -> Result<Responding, JsValue> {
        let _running = Running::enter();
        let signpost = self.clone();
        let fields: Vec<(String, String)> = serde_json::from_str(fields).unwrap_or_default();
        promise::run(async move {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let verified =
                signpost.verified_form(&bucket, &fields, file_name.as_deref(), &env).await;
            answer(verified.as_ref().map(|post| {
                let (min, max) = post.content_length.clone().into_inner();
                let fields: serde_json::Map<_, _> =
                    post.fields().map(|(name, value)| (name.into(), value.into())).collect();
                json!({
                    "bucket": bucket, "key": post.key.as_str(), "expires": post.expiration.to_string(),
                    "min_size": min, "max_size": max, "fields": fields,
                })
            }))
        })
        .map(JsCast::unchecked_into)
    }

    pub(super) async fn verified_link(
        &self,
        request: &Request,
        env: &Env,
    ) -> Result<VerifiedLink, Unverified> {
        let site = self.0.refreshed(env, clock::now()).await;
        let (method, url) = (request.method(), request.url());
        let parts = HttpUrl::parse(&url).ok_or(Unverified::NoSuchBucket)?;
        let mut headers = header_list(&request.headers());
        if !headers.iter().any(|(name, _)| name == "host") {
            headers.push(("host".into(), parts.authority().into()));
        }
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let query = parts.query().unwrap_or_default();
        let received =
            ReceivedRequest { method: &method, path: parts.path(), query, headers: &headers };
        let rules = site.rules().ok_or(Unverified::NoSuchBucket)?;
        rules.verify_link(&url, &received, site.secrets(), clock::ambient().now)
    }

    pub(super) async fn verified_form(
        &self,
        bucket: &str,
        fields: &[(&str, &str)],
        file_name: Option<&str>,
        env: &Env,
    ) -> Result<VerifiedPost, Unverified> {
        let site = self.0.refreshed(env, clock::now()).await;
        let rules = site.rules().ok_or(Unverified::NoSuchBucket)?;
        rules.verify_form(bucket, fields, file_name, site.secrets(), clock::ambient().now)
    }
}

/// The members of a refusal, as in a problem of HTTP.
#[derive(Serialize)]
struct Refused {
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
}

fn answer(verified: Result<serde_json::Value, &Unverified>) -> Result<JsValue, JsValue> {
    let response = match verified {
        Ok(value) => response::json(200, &value),
        Err(unverified) => response::json(
            403,
            &Refused {
                title: "Forbidden",
                status: 403,
                detail: unverified.to_string(),
                code: unverified.code(),
            },
        ),
    };
    response.map(Into::into)
}
