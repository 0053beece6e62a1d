/** @file The recipes under `wrangler dev`, with its local R2. */
import { play } from './recipes.mjs';
import { onLocalR2 } from './stage.mjs';

play('local R2', onLocalR2);
