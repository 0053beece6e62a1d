//! A Worker with two Signposts: `/files` is configured in `wrangler.toml`, `/reports` in code.

#![cfg(target_arch = "wasm32")]

mod reports;
mod session;

use signpost::{LazySignpost, NamedCaller, Signpost};
use worker::{Context, Env, Request, Response, ResponseBuilder, Result, Router, event};

thread_local! {
    static FILES: LazySignpost = const {
        LazySignpost::new(|env| Signpost::builder().base_path("/files").callers(user).build(env))
    };
    static REPORTS: LazySignpost = const {
        LazySignpost::new(|env| {
            Signpost::builder()
                .base_path("/reports")
                .config(reports::config())
                .callers(user)
                .build(env)
        })
    };
}

/// Answers every request of this Worker.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    Router::with_data(context)
        .get("/", |_, _| page())
        .get_async("/me", async |request, route| {
            match session::find(&request, &route.env).await? {
                Some(session) => Response::ok(session.user),
                None => Response::error("sign in first", 401),
            }
        })
        .on_async("/files/*path", async |request, route| {
            let files = FILES.with(|files| files.get(&route.env))?;
            files.handle(request, &route.env, &route.data).await
        })
        .on_async("/reports/*path", async |request, route| {
            let reports = REPORTS.with(|reports| reports.get(&route.env))?;
            reports.handle(request, &route.env, &route.data).await
        })
        .run(request, env)
        .await
}

/// Names the callers of kind `worker`: whoever has a session.
async fn user(request: &Request, env: &Env) -> Result<Option<NamedCaller>> {
    let session = session::find(request, env).await?;
    Ok(session.map(|session| NamedCaller::new(session.user).claim("team", session.team)))
}

fn page() -> Result<Response> {
    let policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; connect-src *; img-src *; frame-ancestors 'none'";
    ResponseBuilder::new()
        .with_header("content-security-policy", policy)?
        .from_html(include_str!("page.html"))
}
