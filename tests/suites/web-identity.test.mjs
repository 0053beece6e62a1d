/**
 * @file Temporary credentials without a key: a token of the Worker, whose keys are at the addresses of its metadata.
 *
 * - Ceph's gateway fetches the metadata and the keys, verifies the signature, and applies the trust policy of `signpost iam` and the session
 *   policy. Its version 16 reads a key only from a certificate, `x5c`.
 * - MiniStack applies the trust policy to the claims of a token, but verifies neither its signature nor its expiration, and ignores the session
 *   policy. So its role has the permissions of `signpost iam`.
 */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { freePort } from '../../scripts/process.mjs';
import { needs } from '../needs.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { ALL_OF_S3 } from '../servers/s3.mjs';
import { certifiedKey } from '../support/issuer_keys.mjs';
import { suite } from '../support/role_suite.mjs';
import { renewals } from '../support/renewals.mjs';
import { iamOf } from '../support/signpost.mjs';

const key = await certifiedKey('ec');

describe('Ceph', await needs('ceph', 'command'), () => {
  suite({
    ...{ start: () => radosgw.start({ sts: true }), provider: 'custom', forms: false },
    identity: {
      ...{ role: 'arn:aws:iam:::role/signpost', port: freePort, secrets: { ISSUER_KEY: key.secret } },
      async trust(store, vars) {
        await store.makeProvider?.({ url: vars.ISSUER.url, audiences: ['sts.amazonaws.com'], thumbprints: [key.thumbprint] });
        const trust = await iamOf(vars, ['--bucket', 'puts', '--policy', 'trust']);
        assert.equal(await store.makeTrustingRole?.('signpost', [ALL_OF_S3], trust), 'arn:aws:iam:::role/signpost');
      },
    },
  });
});

describe('MiniStack, with the condition keys of signatures', await needs('ministack', 'command'), () => {
  suite({
    ...{ start: () => ministack.start({ program: ['tests/servers/ministack_signatures.py'] }), provider: 'aws', conditions: true },
    identity: {
      ...{ role: 'arn:aws:iam::000000000000:role/signpost', port: freePort, secrets: { ISSUER_KEY: key.secret } },
      async trust(store, vars) {
        const { IdentityProvider, Role } = (await iamOf(vars, ['--bucket', 'puts', '--trust'])).Resources;
        await store.makeProvider?.({ url: IdentityProvider.Properties.Url, audiences: IdentityProvider.Properties.ClientIdList, thumbprints: [] });
        const { RoleName, Policies, AssumeRolePolicyDocument } = Role.Properties;
        await store.makeTrustingRole?.(RoleName, Policies.map((/** @type {any} */ policy) => policy.PolicyDocument), AssumeRolePolicyDocument);
      },
    },
  });
});

describe('with a token', () =>
  renewals({ web_identity: true, role: 'arn:aws:iam::123456789012:role/signpost' }, { ISSUER_KEY: key.secret }, { ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY'] } }));
