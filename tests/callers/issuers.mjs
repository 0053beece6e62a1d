/**
 * @file Tokens shaped as issuers document them: their headers, claims and key sets, for the entries of docs/issuers.md.
 *
 * Values are made up, or the issuer's own examples. `now` stands for the time; the tests add `exp` and `iat`.
 */

/**
 * @typedef {object} Issued
 * @property {string} name
 * @property {string} caller the entry of docs/issuers.md
 * @property {Record<string, unknown>} [header] besides the issuer's own
 * @property {Record<string, unknown>} claims
 * @property {string | RegExp} expect the caller's name, or the reason for a 401
 *
 * @typedef {object} TokenIssuer
 * @property {string[]} sources the pages that document header, claims and key set
 * @property {string[]} callers the entries of docs/issuers.md with its tokens
 * @property {string} alg
 * @property {Record<string, unknown>} header
 * @property {Record<string, object[]>} sets the keys by URL; `$key` stands for the public key that verifies the tokens
 * @property {Issued[]} tokens
 */

const X5C = ['MIIC/jCCAeagAwIBAgIJAJ'.padEnd(1_400, 'A')];
const user = '4f6b2a30-7c1d-4f0e-9b52-0d8e7a6c5b41';
const groups = (/** @type {number} */ count) => Array.from({ length: count }, (_, i) => `0f1e2d3c-4b5a-4968-8776-${String(i).padStart(12, '0')}`);

const cognito = { sub: user, iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01', origin_jti: user, event_id: user, auth_time: 1676312777, jti: user };
const cognitoAccess = { ...cognito, device_key: user, 'cognito:groups': ['uploaders'], version: 2, client_id: '1example23456789', token_use: 'access', scope: 'phone openid profile resourceserver.1/appclient2 email', username: 'my-test-user' };

const auth0 = { iss: 'https://acme.eu.auth0.com/', sub: 'auth0|123456', aud: ['https://files.example.com/', 'https://acme.eu.auth0.com/userinfo'], scope: 'openid profile upload:files' };

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const api = '00001111-aaaa-2222-bbbb-3333cccc4444';
const entra = { aio: 'AXQAi/8IAAAAtAAAA', azpacr: '0', name: 'Ada', oid: user, preferred_username: 'ada@example.com', rh: 'I', sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ', tid: tenant, uti: 'fqiBqXLPj0eQa82S-IYFAA', ver: '2.0' };
const entra2 = { ...entra, aud: api, iss: `https://login.microsoftonline.com/${tenant}/v2.0`, azp: '6e74172b-be56-4843-9ff4-e66a39bb12e3', scp: 'Files.Upload access_as_user' };
const entra1 = { ...entra, aud: `api://${api}`, iss: `https://sts.windows.net/${tenant}/`, acr: '1', amr: ['pwd'], appid: '6e74172b-be56-4843-9ff4-e66a39bb12e3', appidacr: '0', ipaddr: '192.0.2.1', unique_name: 'ada@example.com', scp: 'Files.Upload', ver: '1.0' };

const keycloak = {
  jti: 'onrtac:c84b0e0c-2b87-4d0f-a0a6-7a5b5ab1c7a4', iss: 'https://login.example.com/realms/acme', sub: user, typ: 'Bearer', azp: 'photos', sid: user, acr: '1', 'allowed-origins': ['https://www.example.com'],
  realm_access: { roles: ['default-roles-acme', 'offline_access', 'uma_authorization'] }, resource_access: { account: { roles: ['manage-account', 'view-profile'] } }, scope: 'openid email profile', email_verified: true, preferred_username: 'ada',
};

const clerk = { azp: 'https://www.example.com', fva: [7, -1], iss: 'https://clerk.example.com', jti: 'b1c7a4c84b0e0c2b874d', sid: 'sess_2R8vQ', sub: 'user_2R8vQ', v: 2, pla: 'u:free', fea: 'u:photos', o: { id: 'org_2R8vQ', rol: 'admin', slg: 'acme' } };

const supabase = {
  iss: 'https://abcdefghijklmnopqrst.supabase.co/auth/v1', aud: 'authenticated', sub: user, role: 'authenticated', aal: 'aal1', session_id: user, email: 'ada@example.com', phone: '', is_anonymous: false,
  amr: [{ method: 'password', timestamp: 1640991600 }], app_metadata: { provider: 'email', providers: ['email'] }, user_metadata: { email: 'ada@example.com', email_verified: true },
};

const firebase = { iss: 'https://securetoken.google.com/acme-photos', aud: 'acme-photos', auth_time: 1640991600, user_id: 'XrZ2mWk9', sub: 'XrZ2mWk9', email: 'ada@example.com', email_verified: true, firebase: { identities: { email: ['ada@example.com'] }, sign_in_provider: 'password' } };

const google = { iss: 'https://accounts.google.com', azp: '1234987819200.apps.googleusercontent.com', aud: '1234987819200.apps.googleusercontent.com', sub: '10769150350006150715113082367', at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q', hd: 'example.com', email: 'jsmith@example.com', email_verified: true, nonce: '0394852-3190485-2490358' };

const actions = {
  jti: user, sub: 'repo:octo-org/octo-repo:ref:refs/heads/main', aud: 'https://signpost.example.workers.dev', ref: 'refs/heads/main', sha: '15f0c7b1', repository: 'octo-org/octo-repo', repository_owner: 'octo-org', actor_id: '12', repository_visibility: 'private', repository_id: '74', repository_owner_id: '65',
  run_id: '1234567890', run_number: '10', run_attempt: '2', runner_environment: 'github-hosted', actor: 'octocat', workflow: 'release', head_ref: '', base_ref: '', event_name: 'push', ref_type: 'branch', job_workflow_ref: 'octo-org/octo-repo/.github/workflows/release.yml@refs/heads/main', iss: 'https://token.actions.githubusercontent.com',
};

const application = '32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228';
const staff = { aud: [application], email: 'user@example.com', iss: 'https://acme.cloudflareaccess.com', type: 'app', identity_nonce: '6ei69kawdKzMIAPF', sub: '7335d417-61da-459d-899c-0a01c76a2f94', country: 'US' };
const robot = { type: 'app', aud: application, iss: 'https://acme.cloudflareaccess.com', common_name: 'e367826f93b8d71185e03fe518aff3b4.access', sub: '' };

const wrongAudience = /different audience|no audience/;
const wrongIssuer = /different issuer/;
const lacks = /lacks a required claim/;
const noName = /cannot be a segment/;

/** @param {string} caller @param {string} name @param {Record<string, unknown>} claims @param {string | RegExp} expect @param {Record<string, unknown>} [header] @returns {Issued} */
const token = (caller, name, claims, expect, header) => ({ caller, name, claims, expect, header });

/** @type {Record<string, TokenIssuer>} */
export const TOKEN_ISSUERS = {
  'Amazon Cognito': {
    sources: ['https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html', 'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html'],
    callers: ['cognito'],
    alg: 'RS256',
    header: { kid: '1234example/+=', alg: 'RS256' },
    sets: { 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01/.well-known/jwks.json': [{ $key: 'other', kid: 'abcdefgexample=', alg: 'RS256', use: 'sig' }, { $key: 'own', kid: '1234example/+=', alg: 'RS256', use: 'sig' }] },
    tokens: [
      token('cognito', 'an access token', cognitoAccess, user),
      token('cognito', 'an access token for a resource that the entry does not list', { ...cognitoAccess, aud: 'https://other.example.com' }, wrongAudience),
      token('cognito', "another app client's access token", { ...cognitoAccess, client_id: '2example23456789' }, wrongAudience),
      token('cognito', 'an ID token', { ...cognito, aud: '1example23456789', token_use: 'id', 'cognito:username': 'ada', email: 'ada@example.com', email_verified: true }, wrongAudience),
      token('cognito', "another pool's access token", { ...cognitoAccess, iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example02' }, wrongIssuer),
    ],
  },
  Auth0: {
    sources: ['https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles', 'https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-key-set-properties'],
    callers: ['auth0'],
    alg: 'RS256',
    header: { alg: 'RS256', typ: 'JWT', kid: 'NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg' },
    sets: { 'https://acme.eu.auth0.com/.well-known/jwks.json': [{ $key: 'own', alg: 'RS256', use: 'sig', x5c: X5C, kid: 'NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg', x5t: 'NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg' }, { $key: 'other', alg: 'RS256', use: 'sig', kid: 'next' }] },
    tokens: [
      token('auth0', 'an access token of the Auth0 profile', { ...auth0, azp: 'my_client_id', my_custom_claim: 'x' }, 'auth0|123456'),
      token('auth0', 'an access token of the RFC 9068 profile', { ...auth0, client_id: 'my_client_id', jti: '73WakrfVbNJBaAmhQtEeDv' }, 'auth0|123456', { typ: 'at+jwt' }),
      token('auth0', "a machine's access token", { ...auth0, aud: 'https://files.example.com/', sub: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx@clients', azp: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx', scope: 'upload:files', gty: 'client-credentials' }, 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx@clients'),
      token('auth0', 'without the scope', { ...auth0, scope: 'openid profile reupload:files upload:files2' }, lacks),
      token('auth0', 'an access token for another API', { ...auth0, aud: ['https://other.example.com/', 'https://acme.eu.auth0.com/userinfo'] }, wrongAudience),
      token('auth0', 'an ID token', { ...auth0, aud: 'my_client_id', scope: undefined, nickname: 'ada', email: 'ada@example.com' }, wrongAudience),
      token('auth0', "an issuer without the slash", { ...auth0, iss: 'https://acme.eu.auth0.com' }, wrongIssuer),
      token('auth0', 'a logout token', { ...auth0, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }, /`typ`/, { typ: 'logout+jwt' }),
    ],
  },
  'Microsoft Entra ID': {
    sources: ['https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference', 'https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-the-signature'],
    callers: ['entra', 'entra-v1'],
    alg: 'RS256',
    header: { typ: 'JWT', alg: 'RS256', kid: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY' },
    // Eight keys with certificates are some 15 KB, none has `alg`.
    sets: Object.fromEntries(['discovery/v2.0/keys', 'discovery/keys'].map((path) => [
      `https://login.microsoftonline.com/${tenant}/${path}`,
      [...Array.from({ length: 7 }, (_, i) => ({ $key: 'other', use: 'sig', kid: `k${i}`, x5t: `k${i}`, x5c: X5C, issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' })), { $key: 'own', use: 'sig', kid: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY', x5t: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY', x5c: X5C, issuer: `https://login.microsoftonline.com/${tenant}/v2.0` }],
    ])),
    tokens: [
      token('entra', 'an access token of version 2.0', entra2, user),
      token('entra', 'an access token with 200 groups', { ...entra2, groups: groups(200), wids: groups(1) }, user),
      token('entra', 'with more groups, which are left out', { ...entra2, hasgroups: true, _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: `https://graph.microsoft.com/v1.0/users/${user}/getMemberObjects` } } }, user),
      token('entra', 'an ID token of an application that is its own API', { ...entra2, scp: undefined, azp: undefined, nonce: '12345' }, lacks),
      token('entra', "an application's own access token", { ...entra2, scp: undefined, roles: ['Files.Upload'], idtyp: 'app' }, lacks),
      token('entra', 'an access token for Microsoft Graph', { ...entra2, aud: '00000003-0000-0000-c000-000000000000' }, wrongAudience),
      token('entra', "another tenant's access token", { ...entra2, iss: 'https://login.microsoftonline.com/ffffbbbb-0000-cccc-1111-dddd2222eeee/v2.0' }, wrongIssuer),
      token('entra', 'an access token of version 1.0', entra1, wrongIssuer, { x5t: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY' }),
      token('entra-v1', 'an access token of version 1.0', entra1, user, { x5t: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY' }),
      token('entra-v1', 'an access token of version 2.0', entra2, wrongIssuer),
    ],
  },
  Keycloak: {
    sources: ['https://www.keycloak.org/docs/latest/server_admin/#audience-support', 'https://www.keycloak.org/docs/latest/server_admin/#_using_lightweight_access_token'],
    callers: ['keycloak', 'keycloak-account', 'keycloak-azp'],
    alg: 'RS256',
    header: { alg: 'RS256', typ: 'JWT', kid: 'Iv0XxV7yYmB3H4zJ0hEo8YtB2lQ6o8s9a1dQ3wE5rT4' },
    // The key for encryption is beside the one for signatures.
    sets: { 'https://login.example.com/realms/acme/protocol/openid-connect/certs': [{ $key: 'other', kid: 'Iv0XxV7yYmB3H4zJ0hEo8YtB2lQ6o8s9a1dQ3wE5rT4-enc', alg: 'RSA-OAEP', use: 'enc', x5c: X5C, x5t: 'a', 'x5t#S256': 'b' }, { $key: 'own', kid: 'Iv0XxV7yYmB3H4zJ0hEo8YtB2lQ6o8s9a1dQ3wE5rT4', alg: 'RS256', use: 'sig', x5c: X5C, x5t: 'a', 'x5t#S256': 'b' }] },
    tokens: [
      token('keycloak', 'an access token with a mapped audience', { ...keycloak, aud: ['signpost', 'account'] }, user),
      token('keycloak', 'an access token with `typ: at+jwt`', { ...keycloak, aud: 'signpost' }, user, { typ: 'at+jwt' }),
      token('keycloak', 'an access token without the mapper', { ...keycloak, aud: 'account' }, wrongAudience),
      token('keycloak', 'an ID token', { ...keycloak, aud: 'photos', typ: 'ID' }, wrongAudience),
      token('keycloak', 'a lightweight access token', { ...keycloak, aud: 'signpost', sub: undefined, realm_access: undefined, resource_access: undefined }, noName),
      token('keycloak-account', 'an access token', { ...keycloak, aud: 'account' }, user),
      token('keycloak-account', "another client's access token", { ...keycloak, aud: 'account', azp: 'admin-cli' }, lacks),
      token('keycloak-account', 'an ID token', { ...keycloak, aud: 'photos', typ: 'ID' }, wrongAudience),
      token('keycloak-azp', 'an access token without `aud`', { ...keycloak, resource_access: undefined }, user),
      token('keycloak-azp', 'an access token that is for another client too', { ...keycloak, aud: ['billing'] }, wrongAudience),
      token('keycloak-azp', "another client's access token", { ...keycloak, azp: 'admin-cli' }, wrongAudience),
    ],
  },
  Clerk: {
    sources: ['https://clerk.com/docs/guides/sessions/session-tokens', 'https://clerk.com/docs/guides/sessions/manual-jwt-verification'],
    callers: ['clerk'],
    alg: 'RS256',
    header: { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: 'ins_2EABCDEFGHIJKLMNOP', typ: 'JWT' },
    sets: { 'https://clerk.example.com/.well-known/jwks.json': [{ $key: 'own', use: 'sig', kid: 'ins_2EABCDEFGHIJKLMNOP', alg: 'RS256' }] },
    tokens: [
      token('clerk', 'a session token', clerk, 'user_2R8vQ'),
      token('clerk', 'a session token of version 1', { ...clerk, v: undefined, pla: undefined, fea: undefined, o: undefined, org_id: 'org_2R8vQ', org_role: 'org:admin', org_slug: 'acme' }, 'user_2R8vQ'),
      token('clerk', 'of the second page', { ...clerk, azp: 'https://admin.example.com' }, 'user_2R8vQ'),
      token('clerk', "another page's session token", { ...clerk, azp: 'https://evil.example.com' }, wrongAudience),
      token('clerk', 'without azp', { ...clerk, azp: undefined }, wrongAudience),
      token('clerk', 'a token for another service, from a template with `aud`', { ...clerk, aud: 'https://other.example.com' }, wrongAudience),
      token('clerk', "a development instance's session token", { ...clerk, iss: 'https://example.clerk.accounts.dev' }, wrongIssuer),
    ],
  },
  Supabase: {
    sources: ['https://supabase.com/docs/guides/auth/jwt-fields', 'https://supabase.com/docs/guides/auth/signing-keys'],
    callers: ['supabase'],
    alg: 'ES256',
    header: { alg: 'ES256', kid: '4f6b2a30-7c1d-4f0e-9b52-0d8e7a6c5b42', typ: 'JWT' },
    sets: { 'https://abcdefghijklmnopqrst.supabase.co/auth/v1/.well-known/jwks.json': [{ $key: 'own', kid: '4f6b2a30-7c1d-4f0e-9b52-0d8e7a6c5b42', alg: 'ES256', use: 'sig', key_ops: ['verify'], ext: true }, { $key: 'other', kid: 'standby', alg: 'RS256', use: 'sig', key_ops: ['verify'], ext: true }] },
    tokens: [
      token('supabase', "a user's token", supabase, user),
      token('supabase', 'an anonymous user', { ...supabase, is_anonymous: true, email: '', amr: [{ method: 'anonymous', timestamp: 1640991600 }] }, lacks),
      token('supabase', 'the anon key', { iss: 'supabase', ref: 'abcdefghijklmnopqrst', role: 'anon' }, wrongIssuer),
      token('supabase', "the role that bypasses the database's rules", { ...supabase, role: 'service_role' }, lacks),
      token('supabase', "another project's user", { ...supabase, iss: 'https://zyxwvutsrqponmlkjihg.supabase.co/auth/v1' }, wrongIssuer),
    ],
  },
  'Supabase, with the shared secret': {
    sources: ['https://supabase.com/docs/guides/auth/jwt-fields'],
    callers: ['supabase-legacy'],
    alg: 'HS256',
    header: { alg: 'HS256', kid: 'vSk1dB7Lw5hLAwwF', typ: 'JWT' },
    sets: {},
    tokens: [token('supabase-legacy', "a user's token", supabase, user), token('supabase-legacy', 'the anon key', { iss: 'supabase', ref: 'abcdefghijklmnopqrst', role: 'anon' }, wrongIssuer)],
  },
  Firebase: {
    sources: ['https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library'],
    callers: ['firebase'],
    alg: 'RS256',
    header: { alg: 'RS256', kid: 'f90fb1ae048a548fb681ad6092b0b869ea467ac6', typ: 'JWT' },
    sets: { 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com': [{ $key: 'other', alg: 'RS256', use: 'sig', kid: '3b0950fbb3ce73403bf75b5cd7d1dc4eabf4c8d5' }, { $key: 'own', alg: 'RS256', use: 'sig', kid: 'f90fb1ae048a548fb681ad6092b0b869ea467ac6' }] },
    tokens: [
      token('firebase', 'an ID token', firebase, 'XrZ2mWk9'),
      token('firebase', 'an address that nobody has verified', { ...firebase, email_verified: false }, lacks),
      token('firebase', "another project's ID token", { ...firebase, iss: 'https://securetoken.google.com/other', aud: 'other' }, wrongIssuer),
      token('firebase', "another project's audience", { ...firebase, aud: 'other' }, wrongAudience),
      token('firebase', 'a session cookie', { ...firebase, iss: 'https://session.firebase.google.com/acme-photos' }, wrongIssuer),
      token('firebase', 'a custom token', { iss: 'firebase-adminsdk@acme-photos.iam.gserviceaccount.com', sub: 'firebase-adminsdk@acme-photos.iam.gserviceaccount.com', aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit', uid: 'XrZ2mWk9' }, wrongIssuer),
    ],
  },
  Google: {
    sources: ['https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload', 'https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken'],
    callers: ['google'],
    alg: 'RS256',
    header: { alg: 'RS256', kid: '08d3245c62f86b6362afcbbffe1d069826dd1dc1', typ: 'JWT' },
    sets: { 'https://www.googleapis.com/oauth2/v3/certs': [{ $key: 'own', use: 'sig', kid: '08d3245c62f86b6362afcbbffe1d069826dd1dc1', alg: 'RS256' }, { $key: 'other', use: 'sig', kid: 'next', alg: 'RS256' }] },
    tokens: [
      token('google', 'an ID token', google, '10769150350006150715113082367'),
      token('google', "the issuer's other spelling", { ...google, iss: 'accounts.google.com' }, '10769150350006150715113082367'),
      token('google', 'a similar issuer', { ...google, iss: 'https://accounts.google.com/' }, wrongIssuer),
      token('google', "another client's ID token", { ...google, azp: '999.apps.googleusercontent.com', aud: '999.apps.googleusercontent.com' }, wrongAudience),
      token('google', 'an account of no organisation', { ...google, hd: undefined }, lacks),
    ],
  },
  'GitHub Actions': {
    sources: ['https://docs.github.com/en/actions/reference/security/oidc', 'https://docs.github.com/en/actions/concepts/security/openid-connect'],
    callers: ['actions'],
    alg: 'RS256',
    header: { typ: 'JWT', alg: 'RS256', x5t: 'eVaL-example-x5t', kid: 'example-key-id' },
    sets: { 'https://token.actions.githubusercontent.com/.well-known/jwks': [{ $key: 'own', alg: 'RS256', use: 'sig', kid: 'example-key-id', x5c: X5C, x5t: 'eVaL-example-x5t' }, { $key: 'other', alg: 'RS256', use: 'sig', kid: 'cc413527', x5c: X5C, x5t: 'a' }] },
    tokens: [
      token('actions', "a job's token", actions, '74'),
      token('actions', 'with the default audience', { ...actions, aud: 'https://github.com/octo-org' }, wrongAudience),
      token('actions', "another repository's job", { ...actions, repository: 'octo-org/other', repository_id: '75' }, lacks),
      token('actions', 'a job of a pull request', { ...actions, ref: 'refs/pull/7/merge', event_name: 'pull_request' }, lacks),
      token('actions', 'a repository with a similar name', { ...actions, repository: 'octo-org/octo-repo2' }, lacks),
    ],
  },
  'Cloudflare Access': {
    sources: ['https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/application-token/', 'https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/'],
    callers: ['staff', 'robots'],
    alg: 'RS256',
    header: { alg: 'RS256', kid: '9338abe1baf2fe492f646a736f25afbf7b025e35c627be4f60c414d4c73069b8', typ: 'JWT' },
    sets: { 'https://acme.cloudflareaccess.com/cdn-cgi/access/certs': [{ $key: 'other', kid: '1a1c3986a44ce6390be42ec772b031df8f433fdc71716db821dc0c39af3bce49', alg: 'RS256', use: 'sig' }, { $key: 'own', kid: '9338abe1baf2fe492f646a736f25afbf7b025e35c627be4f60c414d4c73069b8', alg: 'RS256', use: 'sig' }] },
    tokens: [
      token('staff', "a person's application token", staff, 'user@example.com'),
      token('staff', 'of another application', { ...staff, aud: ['0a1b2c'] }, wrongAudience),
      token('staff', "another team's", { ...staff, iss: 'https://other.cloudflareaccess.com' }, wrongIssuer),
      token('staff', 'a service token', robot, noName),
      token('robots', 'a service token', robot, 'e367826f93b8d71185e03fe518aff3b4.access'),
      token('robots', "a person's application token", staff, noName),
    ],
  },
};
