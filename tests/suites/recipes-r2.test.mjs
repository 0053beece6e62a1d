/** @file The recipes under `wrangler dev`, with its local R2. */
import { play } from '../support/recipes.mjs';
import { onLocalR2 } from '../support/fixture.mjs';

play('local R2', onLocalR2);
