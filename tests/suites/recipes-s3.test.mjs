/** @file The example pages under `wrangler dev`, with an S3 server that accepts forms. */
import * as ministack from '../servers/ministack.mjs';
import { suite } from '../support/recipes.mjs';
import { underWrangler } from '../support/fixture.mjs';

suite('MiniStack', () => underWrangler(ministack));
