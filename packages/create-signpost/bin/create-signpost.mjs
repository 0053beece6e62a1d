#!/usr/bin/env node
/** @file `npm create signpost`: writes a project that deploys Signpost. */
import { create } from '../lib/create.mjs';
import { Stopped } from '../lib/stopped.mjs';

try {
  await create(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
  process.stderr.write(`error: ${error.message}\n${error.hint ? `hint: ${error.hint}\n` : ''}`);
  process.exitCode = error.status;
}
