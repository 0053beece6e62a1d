/**
 * @file Temporary credentials of a role, from the token services of three servers: what the rules allow works, and everything else is
 * rejected, although the role itself may do anything. Then renewals, with a token service that fails.
 *
 * - MiniStack has Amazon's roles. With the condition keys of a signature (tests/servers/ministack_signatures.py) it gets the whole policy.
 * - Ceph's gateway has roles as well, and gets a policy without conditions. Its version 16 answers 204 to a form that such credentials
 *   sign, and stores nothing, so no form is sent to it. An object belongs to the user who assumed the role, so that user can read it.
 * - JuiceFS's gateway has MinIO's `AssumeRole`, without roles: the credentials are those of the key's user, restricted by the policy.
 */
import { describe } from 'node:test';
import { needs } from '../needs.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { renewals } from '../support/renewals.mjs';
import { suite } from '../support/role_suite.mjs';

describe('MiniStack, with the condition keys of signatures', await needs('ministack'), () =>
  suite({ start: () => ministack.start({ program: ['tests/servers/ministack_signatures.py'] }), provider: 'aws', conditions: true }));
describe('Ceph', await needs('ceph'), () => suite({ start: () => radosgw.start({ sts: true }), provider: 'custom', forms: false, ownsObjects: true }));
describe('the JuiceFS gateway', await needs('juicefs'), () =>
  suite({ start: juicefs.start, provider: 'custom', notImplemented: ['changes CORS', 'lets everyone read'] }));

renewals(
  { secret: 'MEDIA', role: 'arn:aws:iam::123456789012:role/signpost' },
  { MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', MEDIA_SECRET_ACCESS_KEY: 'marked-long-lived-secret' },
);
