//! Generates the JavaScript bindings of a compiled Worker: `bindgen INPUT.wasm OUT_DIR NAME [--worker]`.
//!
//! With `--worker` they are those that `worker-build` generates for a Worker written with the crate `worker`.

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

const USAGE: &str = "usage: bindgen INPUT.wasm OUT_DIR NAME [--worker]";

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let input = args.next().context(USAGE)?;
    let out = args.next().context(USAGE)?;
    let name = args.next().context(USAGE)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).out_name(&name);
    bindgen.reset_state_function(true); // exports `__wbg_reset_state`, for a fresh instance after a trap
    match args.next().as_deref() {
        None => bindgen.web(true)?.omit_default_module_path(true).typescript(true), // `tsc` checks the JavaScript against these types
        Some("--worker") => {
            // The crate `worker` has a handler that asks for a fresh instance after a trap.
            bindgen.module(true)?.force_enable_abort_handler(true).typescript(false)
        }
        Some(_) => anyhow::bail!(USAGE),
    };
    bindgen.generate(out)
}
