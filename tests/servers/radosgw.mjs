/** @file Ceph's RADOS gateway, which still accepts Signature Version 2. It does not check the region of a scope. */
import { AwsClient } from 'aws4fetch';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch } from '../../scripts/process.mjs';
import { run } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';
import { makeBucket, providerParameters, trustPolicy } from './s3.mjs';

const REGION = 'default';
const KEYS = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-access-key' };

/** The ID of the only key of its key management service. */
export const KMS_KEY = '0f4c3b2a-1d5e-4f60-8a7b-9c0d1e2f3a4b';
const KMS = `rgw_crypt_require_ssl = false
rgw_crypt_s3_kms_backend = testing
rgw_crypt_s3_kms_encryption_keys = ${KMS_KEY}=${randomBytes(32).toString('base64')}
`;

/**
 * Starts a cluster of one monitor, one object store in memory and one gateway, with a bucket `media`.
 *
 * @param {{ classes?: string[], sts?: boolean, kms?: boolean }} [options] storage classes besides `STANDARD`; whether it takes temporary credentials, and then
 *   answers `AccessDenied` instead of `InvalidAccessKeyId` about unknown keys; whether it encrypts with {@link KMS_KEY}
 * @returns {Promise<import('./s3.mjs').S3Server & import('./s3.mjs').WithUsers & import('./s3.mjs').WithRoles>}
 */
export async function start({ classes = [], sts = false, kms = false } = {}) {
  await need('ceph');
  const [port, monitorPort] = [await freePort(), await freePort()];
  const directory = await mkdtemp(join(tmpdir(), 'radosgw-'));
  const [config, keyring, osd] = [join(directory, 'ceph.conf'), join(directory, 'keyring'), randomUUID()];
  await writeFile(config, configuration({ directory, port, monitorPort, sts, kms }));
  await Promise.all(['mon', 'osd', 'rgw'].map((name) => mkdir(join(directory, name))));
  const ceph = (/** @type {string} */ program, /** @type {string[]} */ ...args) => run(program, ['-c', config, ...args]);
  const daemon = (/** @type {string} */ program, /** @type {string[]} */ args, /** @type {string | undefined} */ answers = undefined) =>
    launch({ name: `tests/${program}-${port}`, command: program, args: ['-c', config, '-f', ...args], answers, cwd: directory, seconds: 60, patience: 0 });
  const key = (/** @type {string} */ name, /** @type {string[]} */ ...caps) =>
    run('ceph-authtool', [keyring, '--gen-key', '-n', name, ...caps.flatMap((cap) => ['--cap', ...cap.split(': ')])]);

  /** @type {import('../../scripts/process.mjs').Server[]} */
  const servers = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const map = join(directory, 'monmap');
    await run('monmaptool', ['--create', '--clobber', '--add', 'a', `127.0.0.1:${monitorPort}`, map]);
    await run('ceph-authtool', ['--create-keyring', keyring]);
    await key('mon.', 'mon: allow *');
    await key('client.admin', 'mon: allow *', 'osd: allow *');
    await key('osd.0', 'mon: allow profile osd', 'osd: allow *');
    await ceph('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring);
    servers.push(await daemon('ceph-mon', ['-i', 'a']));
    await ceph('ceph', '--connect-timeout', '30', 'osd', 'new', osd);
    await ceph('ceph', 'auth', 'add', 'osd.0', '-i', keyring);
    await ceph('ceph-osd', '--mkfs', '-i', '0', '--osd-uuid', osd);
    servers.push(await daemon('ceph-osd', ['-i', '0']));
    const user = (/** @type {string} */ name, /** @type {typeof KEYS} */ { accessKeyId, secretAccessKey }, /** @type {string[]} */ ...caps) =>
      ceph('radosgw-admin', 'user', 'create', '--uid', name, '--display-name', name, '--access-key', accessKeyId, '--secret-key', secretAccessKey, ...caps);
    await user('server', KEYS, '--caps', 'user-policy=*;oidc-provider=*');
    for (const name of classes) await addClass(ceph, name);
    servers.push(await daemon('radosgw', ['-n', 'client.admin'], `http://127.0.0.1:${port}/`));
    const access = { endpoint: `http://localhost:${port}`, region: REGION, ...KEYS };
    const make = (/** @type {string} */ name) => makeBucket(access, name);
    const makeUser = async (/** @type {string} */ name, /** @type {object[]} */ policies) => {
      const keys = { accessKeyId: `${name}-access-key`, secretAccessKey: randomUUID() };
      await user(name, keys, '--max-buckets=-1'); // it cannot create buckets
      for (const [n, policy] of policies.entries()) await putUserPolicy(access, name, `p${n}`, policy);
      return { ...keys, arn: `arn:aws:iam:::user/${name}` };
    };
    const makeRole = (/** @type {string} */ name, /** @type {object[]} */ policies, /** @type {import('./s3.mjs').User} */ trusted) =>
      makeTrustingRole(name, policies, trustPolicy(trusted));
    const makeTrustingRole = async (/** @type {string} */ name, /** @type {object[]} */ policies, /** @type {object} */ trust) => {
      const create = ['role', 'create', '--role-name', name, '--assume-role-policy-doc', JSON.stringify(trust)];
      const { Arn } = JSON.parse(await ceph('radosgw-admin', ...create));
      for (const [n, policy] of policies.entries())
        await ceph('radosgw-admin', 'role-policy', 'put', '--role-name', name, '--policy-name', `p${n}`, '--policy-doc', JSON.stringify(policy));
      return Arn;
    };
    const makeProvider = (/** @type {import('./s3.mjs').Provider} */ provider) => iam(access, providerParameters(provider));
    return { ...access, bucket: await make('media'), makeBucket: make, makeUser, makeRole, makeTrustingRole, makeProvider, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Adds a storage class to the placement of all buckets.
 *
 * @param {(program: string, ...args: string[]) => Promise<unknown>} ceph
 * @param {string} name
 */
async function addClass(ceph, name) {
  const placement = ['placement', 'add', '--placement-id', 'default-placement', '--storage-class', name];
  await ceph('radosgw-admin', 'zonegroup', ...placement, '--rgw-zonegroup', 'default');
  await ceph('radosgw-admin', 'zone', ...placement, '--rgw-zone', 'default', '--data-pool', 'default.rgw.buckets.data');
}

/**
 * @param {import('./s3.mjs').Access} access of a user who may do that
 * @param {string} user
 * @param {string} name
 * @param {object} policy
 */
const putUserPolicy = (access, user, name, policy) =>
  iam(access, { Action: 'PutUserPolicy', UserName: user, PolicyName: name, PolicyDocument: JSON.stringify(policy) });

/**
 * @param {import('./s3.mjs').Access} access of a user who may do that
 * @param {Record<string, string>} parameters
 */
async function iam({ endpoint, region, accessKeyId, secretAccessKey }, parameters) {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 'iam', retries: 0 });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await client.fetch(`${endpoint}/`, { method: 'POST', headers, body: new URLSearchParams(parameters).toString() });
  if (!answer.ok) throw new Error(`${parameters.Action}: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}

/** @param {{ directory: string, port: number, monitorPort: number, sts: boolean, kms: boolean }} cluster */
function configuration({ directory, port, monitorPort, sts, kms }) {
  return `[global]
fsid = ${randomUUID()}
mon_host = 127.0.0.1:${monitorPort}
keyring = ${directory}/keyring
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_data = ${directory}/mon
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
mon_data_avail_warn = 1
mon_data_avail_crit = 0
osd_data = ${directory}/osd
osd_objectstore = memstore
memstore_device_bytes = 536870912
admin_socket = ${directory}/$name.asok
log_file = ${directory}/$name.log
run_dir = ${directory}
ms_bind_ipv4 = true
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
[client]
rgw_data = ${directory}/rgw
rgw_frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw_dns_name = localhost
rgw_resolve_cname = false
rgw_sts_key = abcdefghijklmnop
rgw_s3_auth_use_sts = ${sts}
rgw_relaxed_s3_bucket_names = true
${kms ? KMS : ''}`;
}
