/** @file Uploaders from npm, with an S3 server that takes forms and has its CORS configured. */
import * as ministack from './judges/ministack.mjs';
import { SECRETS, play } from './uploaders.mjs';
import { onForms } from './stage.mjs';

play('MiniStack', () => onForms(ministack, SECRETS), { forms: true, lists: true });
