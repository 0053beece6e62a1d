/** @file Uploaders from npm under `wrangler dev`, with its local R2: by PUT, and by forms and PUTs that the Worker accepts. */
import { SECRETS, suite } from '../support/uploaders.mjs';
import { onLocalR2 } from '../support/fixture.mjs';

suite('local R2', () => onLocalR2(false, SECRETS), { forms: false });
suite('local R2, bound', () => onLocalR2(true, SECRETS), { forms: true });
suite('local R2, bound, without forms', () => onLocalR2(true, SECRETS, false), { forms: false });
