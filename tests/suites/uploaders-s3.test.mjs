/** @file Uploaders from npm, with an S3 server that accepts forms and has a CORS configuration. */
import * as ministack from '../servers/ministack.mjs';
import { SECRETS, suite } from '../support/uploaders.mjs';
import { onForms } from '../support/fixture.mjs';

suite('MiniStack', () => onForms(ministack, SECRETS), { forms: true });
