/** @file Samples in Rust: each is compiled for WebAssembly, as a crate that depends on this repository's. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TARGET } from '../../scripts/build.mjs';
import { root, run } from '../../scripts/step.mjs';

const MANIFEST = `[package]
name = "samples"
version = "0.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[dependencies]
signpost = { package = "signpost-worker", path = ${JSON.stringify(root)}, features = ["queue"] }
worker = { version = "=0.8.7", features = ["queue"] }

[workspace]
`;

/** What a sample uses that the reader's own Worker has. */
const SESSIONS = `mod sessions {
    pub async fn user_of(_: &worker::Request, _: &worker::Env) -> worker::Result<Option<String>> {
        Ok(None)
    }
}
`;

/** Around statements without a function. */
const FUNCTION = [
  `use signpost::Signpost;
use worker::{Env, Request, Response, Result};

async fn serve(_key: &str) -> Result<Response> {
    Response::empty()
}

pub async fn sample(signpost: &Signpost, request: Request, env: Env) -> Result<Response> {
`,
  '}\n',
];

/**
 * Fails unless a sample compiles.
 *
 * @param {string} code a whole file, or statements
 */
export async function compileRust(code) {
  // Not below target/: there, cargo does not notice that a file has changed.
  const folder = await mkdtemp(join(tmpdir(), 'samples-'));
  try {
    await mkdir(join(folder, 'src'));
    const whole = /^(?:use|mod|pub|fn) /m.test(code);
    await writeFile(join(folder, 'src', 'lib.rs'), whole ? code + SESSIONS : FUNCTION.join(code));
    await writeFile(join(folder, 'Cargo.toml'), MANIFEST);
    await copyFile(join(root, 'Cargo.lock'), join(folder, 'Cargo.lock')); // the versions of this repository
    await run('cargo', ['check', '--quiet', '--target', TARGET, '--manifest-path', join(folder, 'Cargo.toml')]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
