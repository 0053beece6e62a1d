#!/usr/bin/env node
/** @file `signpost-deploy`: checks the configuration, sets missing secrets, deploys the Worker, and prints what its buckets need. */
import { main } from '../lib/failure.mjs';
import { deploy } from '../lib/deploy.mjs';

await main(() => deploy(process.argv.slice(2)));
