//! The smallest Worker that mounts Signpost, at `/files`. It verifies links that lead to another path of its host; `/panic` and `/panic/later` panic.

#![cfg(target_arch = "wasm32")]

use core::time::Duration;

use signpost::{LazySignpost, Signpost};
use worker::{Context, Delay, Env, MessageBatch, Request, Response, Result, event};

thread_local! {
    static FILES: LazySignpost = const {
        LazySignpost::new(|env| Signpost::builder().base_path("/files").build(env))
    };
}

/// Answers every request of this Worker.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    match request.inner().url() {
        url if url.ends_with("/panic") => panic!("planted"),
        url if url.ends_with("/panic/later") => {
            Delay::from(Duration::from_millis(1)).await;
            panic!("planted");
        }
        url if url.contains("X-Amz-Signature=") && !url.contains("/files/files/") => {
            let verified = FILES.with(|files| files.get(&env))?.verify_link(&request, &env).await;
            match verified {
                Ok(link) => Response::ok(link.key.as_str()),
                Err(unverified) => Response::error(unverified.code(), unverified.status().0),
            }
        }
        _ => FILES.with(|files| files.get(&env))?.handle(request, &env, &context).await,
    }
}

/// Delivers the events of this Worker's queue.
#[event(queue)]
async fn queue(batch: MessageBatch<()>, env: Env, _context: Context) -> Result<()> {
    FILES.with(|files| files.get(&env))?.deliver(&batch, &env).await;
    Ok(())
}
