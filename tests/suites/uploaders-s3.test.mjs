/** @file Uploaders from npm, with an S3 server that takes forms and has its CORS configured. */
import * as ministack from '../servers/ministack.mjs';
import { SECRETS, suite } from '../support/uploaders.mjs';
import { onForms } from '../support/fixture.mjs';

suite('MiniStack', () => onForms(ministack, SECRETS), { forms: true });
