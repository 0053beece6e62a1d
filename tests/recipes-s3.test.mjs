/** @file The recipes under `wrangler dev`, with an S3 server that takes forms, and those that need one. */
import * as ministack from './judges/ministack.mjs';
import { play } from './recipes.mjs';
import { underWrangler } from './stage.mjs';

play('MiniStack', () => underWrangler(ministack));
