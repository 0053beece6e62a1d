/** @file Series of requests in which one quantity grows: rules, conditions, the key, concurrent requests. */
import { SITE } from './contenders.mjs';

/** @typedef {{ bindings: import('./workerd.mjs').Bindings, request: import('./load.mjs').RequestSpec, concurrency?: number }} Point */
/** @typedef {{ title: string, unit: string, points: Record<number, Point> }} Series */

const headers = { authorization: `Bearer ${SITE.SITE_TOKEN}` };
const upload = { method: 'POST', path: '/uploads/avatar', headers, json: { type: 'image/png', size: 48213 } };
const download = { method: 'GET', path: '/downloads/avatar/7f.png', headers };

const NAMES = Array.from({ length: 12 }, (_, i) => `name-${String(i).padStart(2, '0')}`);

/** A site whose uploads have metadata, which adds conditions. */
const WITH_METADATA = { ...SITE, UPLOADS: { avatar: { ...SITE.UPLOADS.avatar, metadata: NAMES } } };

/** @param {number} count @returns {import('./workerd.mjs').Bindings} a site with `count` upload rules and one download rule */
function withRules(count) {
  const rules = Array.from({ length: count - 1 }, (_, i) => [`rule-${i}`, SITE.UPLOADS.avatar]);
  return { ...SITE, UPLOADS: { ...SITE.UPLOADS, ...Object.fromEntries(rules) } };
}

/** @param {number} count @returns {import('./load.mjs').RequestSpec} an upload with `count` more conditions */
function withConditions(count) {
  const metadata = Object.fromEntries(NAMES.slice(0, count).map((name) => [name, 'a value of twenty-four B']));
  return { ...upload, json: { ...upload.json, metadata } };
}

/** @param {number} bytes @returns {import('./load.mjs').RequestSpec} a download of a key of `bytes` bytes */
function withKey(bytes) {
  return { ...download, path: `/downloads/avatar/${'k'.repeat(bytes - 'avatars/site/'.length)}` };
}

/** @template T @param {number[]} numbers @param {(number: number) => T} make */
const each = (numbers, make) => Object.fromEntries(numbers.map((number) => [number, make(number)]));

/** @type {Record<string, Series>} */
export const SERIES = {
  rules: {
    title: 'POST /uploads, by rules configured',
    unit: 'rules',
    points: each([1, 10, 100, 1000], (count) => ({ bindings: withRules(count), request: upload })),
  },
  conditions: {
    title: 'POST /uploads, by conditions added',
    unit: 'conditions of 31 bytes',
    points: each([0, 4, 8, 12], (count) => ({ bindings: WITH_METADATA, request: withConditions(count) })),
  },
  key: {
    title: 'GET /downloads, by length of the key',
    unit: 'bytes',
    points: each([32, 256, 512, 1024], (bytes) => ({ bindings: SITE, request: withKey(bytes) })),
  },
  concurrency: {
    title: 'GET /downloads, by requests at once',
    unit: 'requests',
    points: each([1, 4, 16, 64], (concurrency) => ({ bindings: SITE, request: download, concurrency })),
  },
};
