//! A Signpost that is built at the first request.

use core::cell::OnceCell;
use core::fmt;

use worker::Env;

use crate::shell::mount::invalid_config::InvalidConfig;
use crate::shell::signpost::Signpost;

/// A Signpost in a `thread_local!`, built at the first request, since a Worker has no environment before it.
///
/// An instance of a Worker answers many requests. A Signpost keeps key sets, stored secrets and signing keys between them.
///
/// # Example: one from the variables, one from code
///
/// ```ignore
/// thread_local! {
///     static FILES: LazySignpost = const { LazySignpost::new(|env| Signpost::builder().base_path("/files").build(env)) };
///     static REPORTS: LazySignpost = const {
///         LazySignpost::new(|env| Signpost::builder().base_path("/reports").config(reports::config()).build(env))
///     };
/// }
///
/// let files = FILES.with(|files| files.get(&env))?;
/// files.handle(request, &env, &context).await
/// ```
pub struct LazySignpost {
    build: fn(&Env) -> Result<Signpost, InvalidConfig>,
    built: OnceCell<Signpost>,
}

impl LazySignpost {
    /// Takes the function that builds it.
    #[must_use]
    pub const fn new(build: fn(&Env) -> Result<Signpost, InvalidConfig>) -> Self {
        Self { build, built: OnceCell::new() }
    }

    /// Returns the Signpost. It is built at the first call, and again after an error.
    ///
    /// # Errors
    ///
    /// That of the function that builds it.
    pub fn get(&self, env: &Env) -> Result<Signpost, InvalidConfig> {
        if let Some(built) = self.built.get() {
            return Ok(built.clone());
        }
        let built = (self.build)(env)?;
        Ok(self.built.get_or_init(|| built).clone())
    }
}

impl fmt::Debug for LazySignpost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LazySignpost").field(&self.built.get()).finish()
    }
}
