#!/usr/bin/env node
/** @file `signpost-dev`: runs the Worker on this machine, with local buckets and a page to upload from. */
import { main } from '../lib/failure.mjs';
import { dev } from '../lib/dev.mjs';

await main(() => dev(process.argv.slice(2)));
