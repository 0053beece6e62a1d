//! Checks links and forms that Signpost has signed, for Workers that serve or store files themselves.

use core::borrow::Borrow;

use rules::{Unverified, VerifiedLink};
use serde::Serialize;
use signer::{HttpUrl, ReceivedRequest, VerifiedPost};
use wasm_bindgen::prelude::*;
use web_sys::Request;

use crate::http::answer::Pairs;
use crate::shell::answer::Responding;
use crate::shell::env::{Env, header_list};
use crate::shell::promise::{self, Running};
use crate::shell::signpost::Signpost;
use crate::shell::{clock, response};

impl Signpost {
    /// Checks a request with a presigned URL. Answers 200 with bucket, key and end as JSON, or a problem.
    ///
    /// # Errors
    ///
    /// Throws the platform's exception.
    pub fn answer_verify_link(&self, request: Request, env: Env) -> Result<Responding, JsValue> {
        let _running = Running::enter();
        let signpost = self.clone();
        promise::run(async move {
            let verified = signpost.verified_link(&request, &env).await;
            answer(verified.map(|link| LinkBody {
                bucket: link.bucket,
                key: link.key.as_str().into(),
                expires: link.expires_at.to_string(),
                payload: link.payload.to_string(),
            }))
        })
        .map(JsCast::unchecked_into)
    }

    /// Checks a form that was sent to a bucket: `fields` is a JSON list of names and values. Answers as [`Signpost::answer_verify_link`].
    ///
    /// # Errors
    ///
    /// Throws the platform's exception.
    pub fn answer_verify_form(
        &self,
        bucket: String,
        fields: &str,
        file_name: Option<String>,
        env: Env,
    ) -> Result<Responding, JsValue> {
        let _running = Running::enter();
        let signpost = self.clone();
        let Ok(fields) = serde_json::from_str::<Vec<(String, String)>>(fields) else {
            let detail = "`fields` must be a list of names and values, all of them text".into();
            let refused =
                Refused { title: "Bad Request", status: 400, detail, code: "InvalidArgument" };
            return response::json(400, &refused).map(JsCast::unchecked_into);
        };
        promise::run(async move {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let verified =
                signpost.verified_form(&bucket, &fields, file_name.as_deref(), &env).await;
            answer(verified.as_ref().map(|post| FormBody {
                bucket: &bucket,
                key: post.key.as_str(),
                expires: post.expiration.to_string(),
                min_size: *post.content_length.start(),
                max_size: *post.content_length.end(),
                fields: Pairs(post.fields().collect()),
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
        // A proxy may have replaced the header, and a `Request` made by a program has none.
        headers.retain(|(name, _)| name != "host");
        headers.push(("host".into(), parts.authority().into()));
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let query = parts.query().unwrap_or_default();
        let received =
            ReceivedRequest { method: &method, path: parts.path(), query, headers: &headers };
        let rules = site.rules().ok_or(Unverified::NotConfigured)?;
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
        let rules = site.rules().ok_or(Unverified::NotConfigured)?;
        rules.verify_form(bucket, fields, file_name, site.secrets(), clock::ambient().now)
    }
}

#[derive(Serialize)]
struct LinkBody {
    bucket: String,
    key: String,
    expires: String,
    payload: String,
}

#[derive(Serialize)]
struct FormBody<'a> {
    bucket: &'a str,
    key: &'a str,
    expires: String,
    min_size: u64,
    max_size: u64,
    fields: Pairs<&'a str>,
}

/// The members of a refusal, as in a problem of HTTP.
#[derive(Serialize)]
struct Refused {
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
}

fn answer<E: Borrow<Unverified>>(verified: Result<impl Serialize, E>) -> Result<JsValue, JsValue> {
    let response = match verified {
        Ok(value) => response::json(200, &value),
        Err(unverified) => {
            let unverified = unverified.borrow();
            let (status, title) = unverified.status();
            let (detail, code) = (unverified.to_string(), unverified.code());
            response::json(status, &Refused { title, status, detail, code })
        }
    };
    response.map(Into::into)
}
