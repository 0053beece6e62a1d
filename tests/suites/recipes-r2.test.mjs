/** @file The example pages under `wrangler dev`, with its local R2. */
import { suite } from '../support/recipes.mjs';
import { onLocalR2 } from '../support/fixture.mjs';

suite('local R2', onLocalR2);
