//! A signer to compare with others: reads one JSON request per line from stdin, and writes one JSON result per line.
//!
//! ```text
//! echo '{"sign":"url","endpoint":"https://s3.example.com","style":"path","bucket":"media","region":"auto",
//!   "access_key_id":"AKIA","secret_access_key":"s","now":1795460400,"key":"a.txt","method":"GET","expires":60}' |
//!   cargo run -p signpost-signer --features sigv2 --example sign
//! ```
//!
//! `sign` is `url`, `header` or `post`, or with Signature Version 2 `url-v2` or `post-v2`;
//! `verify` checks a `url` instead; `dialect` may be `google`.

#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::std_instead_of_alloc,
    reason = "an example that uses std and writes to stdout"
)]

use core::error::Error;
use std::io::{self, BufRead as _};

use serde_json::{Map, Value, json};
use signer::{
    Authorize, Bucket, Credentials, Dialect, Expires, FILENAME, FieldName, FormKey, HeaderName,
    HeaderValue, Method, ObjectKey, Operation, PartNumber, Payload, PostPolicy, Presign,
    PresignedPost, ReceivedRequest, Region, Signer, SignerV2, UnixTime, UploadId, UrlStyle,
    Verifier,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    for line in io::stdin().lock().lines() {
        let request = Request(serde_json::from_str(&line?)?);
        let result = request.sign().unwrap_or_else(|error| json!({ "error": error.to_string() }));
        println!("{result}");
    }
    Ok(())
}

struct Request(Value);

impl Request {
    fn sign(&self) -> Outcome<Value> {
        let (bucket, credentials, now) = (self.bucket()?, self.credentials()?, self.now()?);
        let signer = Signer::new(&credentials, bucket.region(), now).in_dialect(self.dialect());
        Ok(match self.text("sign")? {
            "url" => {
                let (key, upload_id) = (self.object_key()?, self.upload_id()?);
                json!({ "url": self.presign(&bucket, &key, upload_id.as_ref())?.sign(&signer).url })
            }
            "url-v2" => {
                let (key, upload_id) = (self.object_key()?, self.upload_id()?);
                let presign = self.presign(&bucket, &key, upload_id.as_ref())?;
                json!({ "url": presign.sign_v2(&SignerV2::new(&credentials, now)).url })
            }
            "header" => self.authorize(&bucket, &signer)?,
            "verify" => self.verify(&Verifier::new(&credentials, bucket.region(), now))?,
            "post" => form(self.policy(&bucket)?.sign(&signer)),
            "post-v2" => form(self.policy(&bucket)?.sign_v2(&SignerV2::new(&credentials, now))),
            unknown => return Err(format!("sign: {unknown}").into()),
        })
    }

    fn authorize(&self, bucket: &Bucket, signer: &Signer<'_>) -> Outcome<Value> {
        let (key, upload_id) = (self.object_key()?, self.upload_id()?);
        let operation = self.operation(upload_id.as_ref())?;
        let mut request = Authorize::new(operation, bucket, &key, self.payload()?);
        for (name, value) in self.entries("headers") {
            request = request.header(HeaderName::new(name)?, HeaderValue::new(value)?);
        }
        for (name, value) in self.entries("query") {
            request = request.query(name, value)?;
        }
        let authorized = request.sign(signer);
        let headers = authorized.headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str().into(), value.as_str().into()));
        Ok(json!({ "url": authorized.url, "headers": headers.collect::<Map<String, Value>>() }))
    }

    fn verify(&self, verifier: &Verifier<'_>) -> Outcome<Value> {
        let (_, rest) = self.text("url")?.split_once("://").ok_or("url")?;
        let (host, rest) = rest.split_at(rest.find('/').ok_or("url")?);
        let (path, query) = rest.split_once('?').ok_or("url")?;
        let headers: Vec<_> = self.entries("headers").chain([("host", host)]).collect();
        let request =
            ReceivedRequest { method: self.text("method")?, path, query, headers: &headers };
        Ok(json!({ "expires_at": verifier.presigned_url(&request)?.expires_at.as_secs() }))
    }

    fn presign<'a>(
        &self,
        bucket: &'a Bucket,
        key: &'a ObjectKey,
        upload_id: Option<&UploadId>,
    ) -> Outcome<Presign<'a>> {
        let expires = Expires::from_secs(self.number("expires")?.try_into()?).ok_or("expires")?;
        let mut presign = Presign::new(self.operation(upload_id)?, bucket, key, expires);
        for (name, value) in self.entries("headers") {
            presign = presign.header(HeaderName::new(name)?, HeaderValue::new(value)?);
        }
        for (name, value) in self.entries("query") {
            presign = presign.query(name, value)?;
        }
        Ok(presign)
    }

    fn policy<'a>(&self, bucket: &'a Bucket) -> Outcome<PostPolicy<'a>> {
        let key = self.text("key")?;
        let key = match key.strip_suffix(FILENAME) {
            Some(prefix) => FormKey::filename_under(prefix)?,
            None => FormKey::exact(&ObjectKey::new(key)?)?,
        };
        let expiration = self.now()?.plus_secs(self.number("expires")?);
        let mut policy = PostPolicy::new(bucket, key, expiration);
        for condition in self.0["conditions"].as_array().into_iter().flatten() {
            policy = match condition.as_array().map(Vec::as_slice) {
                Some([Value::String(_), Value::String(name), Value::String(prefix)]) => {
                    policy.starts_with(FieldName::new(name.trim_start_matches('$'))?, prefix)
                }
                Some([_, min, max]) => policy
                    .content_length_range(min.as_u64().ok_or("min")?..=max.as_u64().ok_or("max")?),
                _ => {
                    let exact = condition
                        .as_object()
                        .and_then(|exact| exact.iter().next())
                        .ok_or("condition")?;
                    policy.exact(FieldName::new(exact.0)?, exact.1.as_str().ok_or("value")?)
                }
            };
        }
        Ok(policy)
    }

    fn operation<'a>(&self, upload_id: Option<&'a UploadId>) -> Outcome<Operation<'a>> {
        let part_number = self.0["part_number"].as_u64();
        let part_number = part_number.and_then(|number| PartNumber::new(number.try_into().ok()?));
        Ok(match (self.text("method")?, upload_id, part_number) {
            ("POST", None, None) => Operation::CreateMultipartUpload,
            ("PUT", Some(upload_id), Some(part_number)) => {
                Operation::UploadPart { upload_id, part_number }
            }
            ("POST", Some(upload_id), None) => Operation::CompleteMultipartUpload { upload_id },
            ("DELETE", Some(upload_id), None) => Operation::AbortMultipartUpload { upload_id },
            ("GET", Some(upload_id), None) => Operation::ListParts { upload_id },
            ("GET", ..) => Method::Get.into(),
            ("HEAD", ..) => Method::Head.into(),
            ("PUT", ..) => Method::Put.into(),
            ("DELETE", ..) => Method::Delete.into(),
            unknown => return Err(format!("method: {unknown:?}").into()),
        })
    }

    fn bucket(&self) -> Outcome<Bucket> {
        let style =
            if self.text("style")? == "path" { UrlStyle::Path } else { UrlStyle::VirtualHosted };
        Ok(Bucket::new(
            self.text("endpoint")?,
            style,
            self.text("bucket")?,
            Region::new(self.text("region")?)?,
        )?)
    }

    fn credentials(&self) -> Outcome<Credentials> {
        let credentials =
            Credentials::new(self.text("access_key_id")?, self.text("secret_access_key")?);
        Ok(match self.0["token"].as_str() {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        })
    }

    fn dialect(&self) -> Dialect {
        if self.0["dialect"] == "google" { Dialect::Google } else { Dialect::Amazon }
    }

    fn payload(&self) -> Outcome<Payload> {
        Ok(if self.0["body"].is_null() {
            Payload::Unsigned
        } else {
            Payload::of(self.text("body")?.as_bytes())
        })
    }

    fn object_key(&self) -> Outcome<ObjectKey> {
        Ok(ObjectKey::new(self.text("key")?)?)
    }

    fn upload_id(&self) -> Outcome<Option<UploadId>> {
        Ok(self.0["upload_id"].as_str().map(UploadId::new).transpose()?)
    }

    fn now(&self) -> Outcome<UnixTime> {
        Ok(UnixTime::from_secs(self.number("now")?))
    }

    fn text(&self, name: &'static str) -> Outcome<&str> {
        self.0[name].as_str().ok_or_else(|| format!("{name}: expected a text").into())
    }

    fn number(&self, name: &'static str) -> Outcome<u64> {
        self.0[name].as_u64().ok_or_else(|| format!("{name}: expected a number").into())
    }

    fn entries(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.0[name].as_object().into_iter().flatten();
        entries.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }
}

fn form(post: PresignedPost) -> Value {
    let fields = post.fields.into_iter().map(|(name, value)| (name.into_owned(), value.into()));
    json!({ "url": post.url, "fields": fields.collect::<Map<String, Value>>() })
}
