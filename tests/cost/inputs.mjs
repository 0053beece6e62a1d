/** @file All inputs of the test, with the Worker's parsers and routes that they reach. */
import { requests } from './requests.mjs';
import { bodies } from './bodies.mjs';
import { bucketAnswers } from './bucket_answers.mjs';
import { tokens } from './tokens.mjs';
import { calls } from './calls.mjs';
import { forms } from './forms.mjs';
import { puts } from './puts.mjs';
import { confirmations } from './confirmations.mjs';
import { configurations } from './configurations.mjs';
import { served } from './served.mjs';

/** @typedef {import('./worker.mjs').RequestSpec} RequestSpec */

/**
 * A series of inputs that differ only in their size.
 *
 * @typedef {object} Input
 * @property {string} name
 * @property {string[]} reaches files of the parsers and routes that answer it
 * @property {number} limit the largest size that is accepted: usually bytes
 * @property {(size: number, ids: Ids) => RequestSpec} request
 * @property {(size: number) => import('./worker.mjs').Upstream} [upstream] answers the Worker's own requests
 * @property {(size: number) => Record<string, unknown>} [site] replaces the configuration, which is then part of the cost
 * @property {number[]} [statuses] of the answer at the largest size; by default any but 404 and 500
 */

/** What the Worker issued for uploads: the ID and a capability of one in parts, and the state of one to confirm. @typedef {{ upload: string, capability: string, confirm: string }} Ids */

/** @type {Input[]} */
export const INPUTS = [...requests, ...bodies, ...bucketAnswers, ...tokens, ...forms, ...puts, ...calls, ...confirmations, ...served, ...configurations];
