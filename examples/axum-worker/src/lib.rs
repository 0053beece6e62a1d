//! A Worker with axum that mounts Signpost at `/files`.

#![cfg(target_arch = "wasm32")]

extern crate alloc;

mod session;

use alloc::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use signpost::{LazySignpost, Signpost};
use tower_service::Service as _;
use worker::{Context, Env, HttpRequest, Result, console_error, event};

thread_local! {
    static FILES: LazySignpost = const {
        LazySignpost::new(|env| {
            Signpost::builder().base_path("/files").callers(session::user).build(env)
        })
    };
}

#[derive(Clone)]
struct Platform {
    env: Env,
    context: Arc<Context>,
}

/// Answers every request of this Worker.
#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, context: Context) -> Result<Response> {
    let mut router = Router::new()
        .route("/", get(async || "this Worker's own answer\n"))
        .route("/files/{*path}", any(files)) // and not `nest`, which cuts off `/files`
        .with_state(Platform { env, context: Arc::new(context) });
    Ok(router.call(request).await?)
}

#[worker::send]
async fn files(State(Platform { env, context }): State<Platform>, request: Request) -> Response {
    let answer =
        async { FILES.with(|files| files.get(&env))?.handle(request, &env, &context).await };
    answer.await.map_or_else(|error| failed(&error), IntoResponse::into_response)
}

fn failed(error: &worker::Error) -> Response {
    console_error!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
