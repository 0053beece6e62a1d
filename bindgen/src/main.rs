//! Generates the JavaScript bindings of a compiled Worker: `bindgen INPUT.wasm OUT_DIR NAME`.

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

const USAGE: &str = "usage: bindgen INPUT.wasm OUT_DIR NAME";

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let input = args.next().context(USAGE)?;
    let out = args.next().context(USAGE)?;
    let name = args.next().context(USAGE)?;
    Bindgen::new()
        .input_path(input)
        .out_name(&name)
        .web(true)?
        .omit_default_module_path(true)
        .reset_state_function(true) // exports `__wbg_reset_state`, for a fresh instance after a trap
        .typescript(true) // `tsc` checks the JavaScript against these types
        .generate(out)
}
