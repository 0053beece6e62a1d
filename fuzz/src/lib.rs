//! The Worker for fuzz targets: a site with a rule for each kind of caller, whose platform the fuzzer plays.

use hmac::{Hmac, KeyInit as _, Mac as _};
use post_object::MAX_HEAD;
use rules::{
    Ambient, Effect, EffectResult, Fetched, RequestHeaders, Results, StateAnswer, StateChange,
};
use serde_json::Value;
use sha2::Sha256;
use signer::UnixTime;
use signpost::{
    Action, Answer, Found, Headers, Next, ObjectAnswer, ReadObject, Request, Site, StoredObject,
    Url, WriteObject, Written, respond,
};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

/// The origin of the Worker.
pub const ORIGIN: &str = "https://signpost.example.com";

/// The time of all requests, in seconds since 1970: 2026-11-23T19:00:00Z.
pub const NOW: f64 = 1_795_460_400.0;

/// Most actions for one request, as in the shell.
const MAX_ROUNDS: usize = 16;

/// Secrets, none of which an answer may contain.
const SECRETS: [(&str, &str); 6] = [
    ("MEDIA_SECRET_ACCESS_KEY", "marked-secret-access-key-of-the-media-bucket"),
    ("NOTES_SECRET_ACCESS_KEY", "marked-secret-access-key-of-the-notes-bucket"),
    ("SITE_TOKEN", "marked-bearer-token-of-at-least-32-bytes"),
    ("HS_SECRET", "marked-hs256-secret-of-at-least-32-bytes"),
    ("ISSUER_KEY", "marked-shared-secret-of-the-issuer-of-32-bytes"),
    ("TICKET_SECRET", "marked-ticket-secret-of-at-least-32-bytes"),
];

/// A request, with everything that an attacker chooses.
#[derive(Clone, Debug, Default)]
pub struct Hostile<'a> {
    /// In capitals.
    pub method: &'a str,
    /// The path and the query.
    pub path: &'a str,
    /// The headers, by their names in lower case.
    pub headers: Vec<(&'a str, &'a str)>,
    /// The body.
    pub body: &'a [u8],
}

/// Returns the site of all targets.
///
/// # Panics
///
/// If its configuration is wrong.
#[must_use]
pub fn site() -> Site {
    let vars: Value = serde_json::from_str(include_str!("site.json")).expect("JSON");
    let site = Site::new(vars.as_object().expect("an object"), |name| {
        let public = name.ends_with("_ACCESS_KEY_ID").then_some("AKIAIOSFODNN7EXAMPLE");
        let secret = SECRETS.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        public.or(secret).map(str::to_owned)
    });
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

/// Answers a request, whose effects `platform` performs. Checks the laws of all answers.
///
/// # Panics
///
/// If an answer breaks a law: its status is that of an answer and never 500, it has no secret, and it comes in time.
pub fn answer(
    site: &Site,
    request: &Hostile<'_>,
    mut platform: impl FnMut(&Effect) -> EffectResult,
) -> Answer {
    let header = |name: &str| {
        let found = request.headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value).filter(|value| !value.is_empty())
    };
    let length = request.body.len().to_string();
    let rule_headers: Vec<_> =
        site.headers().iter().map(|name| (*name, header(name).map(str::to_owned))).collect();
    let headers = Headers {
        accept: header("accept"),
        authorization: header("authorization"),
        content_type: header("content-type"),
        content_length: Some(&length),
        origin: header("origin"),
        address: header("cf-connecting-ip"),
        country: header("country"),
        fetch_site: header("sec-fetch-site"),
        rule_headers: &rule_headers,
    };
    let url = format!("{ORIGIN}{}", request.path);
    let (mut body, mut results) = (None, Results::default());
    for _ in 0..=MAX_ROUNDS {
        let url = Url::new(&url);
        let asked = Request { method: request.method, url, headers, body, results: &results };
        match respond(site, &asked, ambient()) {
            Action::Answer(answer) => return checked(answer, request),
            Action::ReadBody { max_bytes } => {
                assert!(body.is_none(), "the body is read twice");
                body = Some(request.body.get(..=max_bytes).unwrap_or(request.body));
            }
            Action::ReadHead(_) => {
                assert!(body.is_none(), "the head is read twice");
                body = Some(request.body.get(..=MAX_HEAD).unwrap_or(request.body));
            }
            Action::WriteObject(write) => {
                return checked(finished(&write, site, &mut platform), request);
            }
            Action::ReadObject(read) => return sent(*read, request),
            Action::Perform(Effect::ReadHeaders) => {
                let headers = request.headers.iter();
                let headers = headers.map(|(name, value)| ((*name).into(), (*value).into()));
                let headers = RequestHeaders::new(headers.collect());
                results.insert(Effect::ReadHeaders, EffectResult::Headers(headers));
            }
            Action::Perform(effect) => {
                let result = platform(&effect);
                results.insert(effect, result);
            }
        }
    }
    panic!("more than {MAX_ROUNDS} actions");
}

/// Answers with an object whose headers an uploader chose: they are taken from the body of the request.
fn sent(read: ReadObject, request: &Hostile<'_>) -> Answer {
    let text = String::from_utf8_lossy(request.body).into_owned();
    let (content_type, disposition) = text.split_once('\n').unwrap_or((&text, &text));
    let object = StoredObject {
        size: text.len().try_into().unwrap_or(u64::MAX),
        etag: "\"0\"".into(),
        modified_at: ambient().now,
        content_type: Some(content_type.into()),
        content_disposition: Some(disposition.into()),
        content_encoding: Some(disposition.into()),
        content_language: Some(disposition.into()),
        cache_control: Some(disposition.into()),
        expires: None,
        metadata: vec![(content_type.into(), disposition.into())],
        checksums: Vec::new(),
        has_bytes: true,
    };
    let mut read = read;
    for _ in 0..=MAX_ROUNDS {
        match read.finish(Found::Object(Box::new(object.clone()))) {
            Next::Read(next) => read = *next,
            Next::Answer(answer) => {
                let ObjectAnswer { answer, metadata, .. } = *answer;
                for (name, value) in &metadata {
                    assert!(
                        !name.contains(['\r', '\n', ':']) && !value.contains(['\r', '\n', '\0'])
                    );
                }
                let has =
                    |name, value| answer.headers.iter().any(|(n, v)| *n == name && v == value);
                assert!(has("x-content-type-options", "nosniff"));
                return checked(answer, request);
            }
        }
    }
    panic!("an object is read more than {MAX_ROUNDS} times");
}

/// Ends a form whose file is stored.
fn finished(
    write: &WriteObject,
    site: &Site,
    platform: &mut impl FnMut(&Effect) -> EffectResult,
) -> Answer {
    let written = Written { outcome: "stored", etag: "\"0\"", size: 1, modified_at: 0 };
    let mut results = Results::default();
    for _ in 0..=MAX_ROUNDS {
        match write.finish(&written, site, &results, ambient()) {
            Action::Answer(answer) => return answer,
            Action::Perform(effect) => {
                let result = platform(&effect);
                results.insert(effect, result);
            }
            _ => panic!("a form that is stored is answered"),
        }
    }
    panic!("more than {MAX_ROUNDS} actions");
}

/// Checks the laws of all answers.
fn checked(answer: Answer, request: &Hostile<'_>) -> Answer {
    let status = answer.status;
    assert!((200..500).contains(&status) || status == 503, "{status}");
    let shown = format!("{answer:?}{:?}{}", answer.headers, answer.body);
    // The fuzzer sees what is compared, so it can send a secret, and an answer may repeat what was sent.
    let sent = format!("{request:?}{}", String::from_utf8_lossy(request.body));
    for (name, secret) in SECRETS {
        assert!(!shown.contains(secret) || sent.contains(secret), "{name} in {shown}");
    }
    for (_, value) in &answer.headers {
        assert!(!value.contains(['\r', '\n', '\0']), "a header has several lines");
    }
    answer
}

/// The result of an effect, unless a target has another: fetches fail, signatures are invalid, limits are not reached, and objects
/// that keep state are new.
///
/// # Panics
///
/// Panics if such an object's answer cannot be read.
#[must_use]
pub fn nothing(effect: &Effect) -> EffectResult {
    match effect {
        Effect::ChangeState { changes, .. } => {
            let change = |StateChange { command, .. }: &StateChange| {
                let applied = rules::apply(None, &command.to_bytes(), ambient().now);
                StateAnswer::read(&applied.answer).expect("an answer")
            };
            EffectResult::Changed(changes.iter().map(change).collect())
        }
        Effect::Limit { .. } => EffectResult::Yes,
        Effect::Verify { .. } => EffectResult::No,
        _ => EffectResult::Failed,
    }
}

/// A successful answer with this body.
#[must_use]
pub fn fetched(body: &str) -> EffectResult {
    EffectResult::Fetched(Fetched { status: 200, body: body.into(), ..Fetched::default() })
}

/// The time, and random bytes that are always the same.
#[must_use]
pub fn ambient() -> Ambient {
    Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [0xab; 16] }
}

/// Makes a token from the text of its header and its claims.
///
/// # Panics
///
/// If there is no secret with this name.
#[must_use]
pub fn token(header: &[u8], claims: &[u8], secret: &str) -> String {
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let signed = format!("{}.{}", encode(header), encode(claims));
    let (_, secret) = SECRETS.iter().find(|(name, _)| *name == secret).expect("a secret");
    let key = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    let signature = key.chain_update(signed.as_bytes()).finalize().into_bytes();
    format!("{signed}.{}", encode(&signature))
}
