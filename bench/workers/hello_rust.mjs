// The smallest Worker with the `worker` crate, behind an entry as thin as Signpost's.
import { fetch, initSync } from '../../build/hello-rust/hello_rust.js';
import module from '../../build/hello-rust/hello_rust_bg.wasm';

initSync({ module });

export default { fetch };
