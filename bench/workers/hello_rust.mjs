// The least that the `worker` crate can do, behind an entry as thin as Signpost's own.
import { fetch, initSync } from '../../build/hello-rust/hello_rust.js';
import module from '../../build/hello-rust/hello_rust_bg.wasm';

initSync({ module });

export default { fetch };
