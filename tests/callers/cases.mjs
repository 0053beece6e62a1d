/** @file The cases of authentication by every kind of caller, in the format of the contract. */
import { ISSUERS, KEY_IDS, keys, pem, rawToken, site, token } from './tokens.mjs';

/** @typedef {import('../contract/cases.mjs').Case} Case */
/** @typedef {import('../contract/cases.mjs').Expectation} Expectation */

/** @param {number} now in seconds @returns {Promise<Case[]>} */
export async function cases(now) {
  const jwt = await Promise.all(Object.keys(ISSUERS).map((kind) => jwtCases(kind, now)));
  return [...jwt.flat(), ...(await memberCases(now)), ...(await ticketCases(now)), ...(await otherCases(now)), ...(await ambientCases(now))];
}

/** Values of `typ` for ID tokens and access tokens: RFC 7519 section 5.1, RFC 9068 sections 2.1 and 4, RFC 7515 section 4.1.9. */
const TYPES = ['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT', 'application/jwt'];

/** Values for other purposes: RFC 8417, RFC 9449, RFC 9101, OpenID Connect Back-Channel Logout; and what is none. */
const OTHER_TYPES = ['secevent+jwt', 'dpop+jwt', 'oauth-authz-req+jwt', 'application/logout+jwt', 'application/application/jwt', 'application/', 'text/at+jwt', '', 1, null];

/** @param {string} path @returns {Expectation} a redirect to that object */
const granted = (path) => ({ status: 302, headers: { location: `/^https:\\/\\/acme-media\\.s3\\.eu-west-1\\.amazonaws\\.com\\/${path}\\?X-Amz-/` } });

/** @param {string} detail @param {string} [code] @param {number} [status] @returns {Expectation} */
const refused = (detail, code = 'InvalidToken', status = 401) => ({ status, code, detail: `/${detail}/` });

/** @param {number} now */
const times = (now) => ({ iat: now, nbf: now, exp: now + 300 });

/**
 * @param {string} kind
 * @param {number} now
 */
async function jwtCases(kind, now) {
  const issuer = ISSUERS[kind];
  const rule = ['rs256', 'ps256', 'es256', 'eddsa'].includes(kind) ? 'login' : kind;
  const good = { iss: issuer.iss, aud: issuer.aud, sub: 'u1', ...times(now) };
  /** @param {string} name @param {string | undefined} presented @param {Expectation} expect @returns {Case} */
  const made = (name, presented, expect) => {
    const value = presented ?? '';
    /** @type {Record<string, string>} */
    const headers = kind === 'access' ? { 'cf-access-jwt-assertion': value } : { authorization: `Bearer ${value}` };
    const request = { method: 'GET', path: `/downloads/${rule}/a.txt`, ...(presented === undefined ? {} : { headers }) };
    return { name: `${kind}: ${name}`, request, expect };
  };
  const by = async (/** @type {string} */ name, /** @type {object} */ more, /** @type {Expectation} */ expect) =>
    made(name, await token(issuer, { ...good, ...more }), expect);
  const ok = granted(`${rule}\\/u1\\/a\\.txt`);
  const secret = site.secrets[issuer.key];
  const header = { alg: issuer.alg, ...(secret ? {} : { kid: issuer.key }) };
  const raw = (/** @type {string} */ name, /** @type {Expectation} */ expect, /** @type {string} */ head, payload = JSON.stringify(good), alg = issuer.alg, key = secret ?? issuer.key) =>
    made(name, rawToken(alg, key, head, payload), expect);
  const whole = await token(issuer, good);
  const [head, payload, signature] = whole.split('.');
  const flipped = Buffer.from(signature, 'base64url');
  flipped[0] ^= 1;
  const other = { HS256: 'another-secret-of-at-least-32-bytes.', RS256: 'other-rsa', PS256: 'other-rsa', ES256: 'other-ec', EdDSA: 'other-ed' }[issuer.alg] ?? '';

  return [
    made('good', whole, ok),
    await by('good, for several audiences', { aud: ['elsewhere', issuer.aud] }, ok),
    await by('good, without nbf and iat', { nbf: undefined, iat: undefined }, ok),
    await by('expired within the leeway', { exp: now - 30 }, ok),
    await by('not yet valid within the leeway', { nbf: now + 30, iat: now + 30 }, ok),
    raw('good, with a fraction of a second', ok, JSON.stringify(header), JSON.stringify({ ...good, exp: now + 300.5 })),
    made('missing', undefined, refused('requires a token', 'MissingAuthenticationToken')),
    made('malformed', 'not-a-token', refused('three parts')),
    made('two parts', `${head}.${payload}`, refused('three parts')),
    made('four parts', `${whole}.AAAA`, refused('base64url')),
    made('an empty signature', `${head}.${payload}.`, refused('three parts')),
    made('padding', `${head}=.${payload}.${signature}`, refused('base64url')),
    made('of 100 KB', '{100000}', refused('16384 bytes')),
    await by('expired', { exp: now - 90 }, refused('has expired', 'ExpiredToken')),
    await by('without exp', { exp: undefined }, refused('no expiration')),
    raw('with a text for exp', refused('not a number of seconds'), JSON.stringify(header), JSON.stringify({ ...good, exp: 'tomorrow' })),
    raw('with a negative exp', refused('not a number of seconds'), JSON.stringify(header), JSON.stringify({ ...good, exp: -1 })),
    await by('not yet valid, by nbf', { nbf: now + 120 }, refused('not valid yet')),
    await by('not yet valid, by iat', { iat: now + 120 }, refused('not valid yet')),
    await by('wrong issuer', { iss: 'https://evil.example.com/' }, refused('different issuer')),
    await by('no issuer', { iss: undefined }, refused('different issuer')),
    await by('wrong audience', { aud: 'elsewhere' }, refused('different audience')),
    await by('wrong audiences', { aud: ['elsewhere', 'signpos'] }, refused('different audience')),
    await by('no audience', { aud: undefined }, refused('no audience')),
    await by('a claim that stands for the audience elsewhere', { aud: undefined, client_id: issuer.aud, azp: issuer.aud }, refused('no audience')),
    raw('wrong key under the right name', refused('signature'), JSON.stringify(header), undefined, undefined, other),
    made('a changed signature', `${head}.${payload}.${flipped.toString('base64url')}`, refused('signature')),
    made('changed claims', `${head}.${Buffer.from(JSON.stringify({ ...good, sub: 'u2' })).toString('base64url')}.${signature}`, refused('signature')),
    made('alg none', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`, refused('three parts')),
    made('alg none, with a signature', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.${signature}`, refused('`alg`')),
    made('alg nOnE', `${Buffer.from('{"alg":"nOnE"}').toString('base64url')}.${payload}.${signature}`, refused('`alg`')),
    raw('no alg', refused('`alg`'), '{}'),
    raw('an unknown alg', refused('`alg`'), JSON.stringify({ ...header, alg: 'HS512' })),
    raw('an RSA public key as the secret', secret ? refused('signature') : refused('`alg` that this caller does not use'), JSON.stringify({ ...header, alg: 'HS256' }), undefined, 'HS256', pem('rsa')),
    raw('a critical header', refused('critical'), JSON.stringify({ ...header, crit: ['b64'], b64: true })),
    raw('an empty crit', refused('critical'), JSON.stringify({ ...header, crit: [] })),
    raw('another typ', refused('`typ`'), JSON.stringify({ ...header, typ: 'logout+jwt' })),
    raw('the subject twice', refused('duplicate names'), JSON.stringify(header), JSON.stringify(good).replace('{', '{"sub":"root",')),
    raw('alg twice', refused('duplicate names'), JSON.stringify(header).replace('{', '{"alg":"none",')),
    raw('claims that are no object', refused('JSON claims'), JSON.stringify(header), '["u1"]'),
    raw('claims that are no JSON', refused('JSON claims'), JSON.stringify(header), '{'),
    ...TYPES.map((typ) => raw(`typ ${typ}`, ok, JSON.stringify({ ...header, typ }))),
    ...OTHER_TYPES.map((typ) => raw(`typ ${JSON.stringify(typ)}`, refused('`typ`'), JSON.stringify({ ...header, typ }))),
    // A `kid` is only compared, so these are keys that nobody has published. A secret has no name.
    ...['../../etc/passwd', '/dev/null', 'https://evil.example.com/jwks', '', 'x'.repeat(1_000), "' OR 1=1", 'a\n'].map((kid) =>
      raw(`kid ${JSON.stringify(kid).slice(0, 30)}`, secret ? ok : refused('does not publish'), JSON.stringify({ ...header, kid })),
    ),
    ...(kind === 'es256' ? KEY_IDS.map((kid) => raw(`the published kid ${kid}`, ok, JSON.stringify({ ...header, kid }))) : []),
    raw('a number as kid', refused('`kid`'), JSON.stringify({ ...header, kid: 1 })),
    raw('a key of its own', refused('signature'), JSON.stringify({ ...header, jwk: keys['other-ec'], jku: 'https://evil.example.com' }), undefined, undefined, other),
    ...(await Promise.all(
      ['../x', 'a/b', '', '.', '..', 'a\\b', '${filename}', 'a\u0000b', 'x'.repeat(201), 7, null].map((sub) =>
        by(`subject ${JSON.stringify(sub).slice(0, 20)}`, { sub }, refused('cannot be a segment')),
      ),
    )),
    await by('no subject', { sub: undefined }, refused('cannot be a segment')),
    ...(secret ? [made('good, by the new secret', await token({ ...issuer, key: 'HS_NEW' }, good), ok)] : [raw('an unknown kid', refused('does not publish'), JSON.stringify({ ...header, kid: 'nobody' }))]),
  ];
}

/** @param {number} now */
async function memberCases(now) {
  const good = { iss: 'https://hs.example.com/', aud: 'signpost', sub: 'u1', email: 'ada@example.com', team: 'blue', role: ['viewer', 'editor'], verified: true, ...times(now) };
  const by = async (/** @type {string} */ name, /** @type {object} */ more, /** @type {Expectation} */ expect) => {
    const headers = { authorization: `Bearer ${await token(ISSUERS.hs, { ...good, ...more })}` };
    return { name: `claims: ${name}`, request: { method: 'GET', path: '/downloads/member/a.txt', headers }, expect };
  };
  const link = (/** @type {string} */ team) => granted(`teams\\/${team}\\/ada%40example\\.com\\/a\\.txt`);
  return [
    await by('make the key', {}, link('blue')),
    await by('a number in the key', { team: 42 }, link('42')),
    await by('one role', { role: 'editor' }, link('blue')),
    await by('roles in one text, which only scopes are', { role: 'viewer editor' }, refused('lacks a required claim')),
    await by('another role', { role: ['viewer'] }, refused('lacks a required claim')),
    await by('no role', { role: undefined }, refused('lacks a required claim')),
    await by('not verified', { verified: false }, refused('lacks a required claim')),
    await by('verified as a text', { verified: 'true' }, refused('lacks a required claim')),
    await by('no such claim', { team: undefined }, refused('claim that is part of the key')),
    await by('a way up in a claim', { team: '../admin' }, refused('claim that is part of the key')),
    await by('a list in a claim', { team: ['blue'] }, refused('claim that is part of the key')),
    await by('no subject of this name', { email: undefined }, refused('cannot be a segment')),
  ];
}

/** @param {number} now */
async function ticketCases(now) {
  const good = { rule: 'uploads/doc', key: 'docs/u7/contract.txt', exp: now + 300 };
  const issuer = { alg: 'HS256', key: 'TICKET_OLD', iss: '', aud: '' };
  const ask = { filename: 'mine.txt', type: 'text/plain', size: 100 };
  const by = async (/** @type {string} */ name, /** @type {object} */ more, /** @type {Expectation} */ expect, json = {}, key = 'TICKET_OLD', inPath = false) => {
    const ticket = await token({ ...issuer, key }, { ...good, ...more });
    const presented = inPath ? { path: `/t/${ticket}/uploads/doc` } : { path: '/uploads/doc', headers: { authorization: `Bearer ${ticket}` } };
    return { name: `ticket: ${name}`, request: { method: 'POST', json: { ...ask, ...json }, ...presented }, expect };
  };
  const read = async (/** @type {string} */ name, /** @type {object} */ more, /** @type {string} */ path, /** @type {Expectation} */ expect) => {
    const ticket = await token(issuer, { ...good, rule: 'downloads/backend', ...more });
    return { name: `ticket: ${name}`, request: { method: 'GET', path: `/t/${ticket}/downloads/backend/${path}` }, expect };
  };
  const form = (/** @type {string} */ key, ends = true) => ({
    status: 200,
    headers: { 'signpost-expires-with': ends ? 'ticket' : null },
    json: { method: 'POST', url: '/./', key, expires: '/./', fields: FIELDS(key), ...(ends ? { expires_with: 'ticket' } : {}) },
  });
  const limit = (/** @type {string} */ name) => refused(`another \`${name}\``, 'AccessDenied', 403);
  const none = { key: undefined };
  return [
    await by('good', {}, form('docs/u7/contract.txt')),
    await by('good, in the path', {}, form('docs/u7/contract.txt'), {}, undefined, true),
    await by('good, by the new secret', {}, form('docs/u7/contract.txt'), {}, 'TICKET_NEW'),
    await by('good, for as long as the rule', { exp: now + 7200 }, form('docs/u7/contract.txt', false)),
    await by('a subject instead of a key', { ...none, sub: 'u9' }, form('docs/u9/mine.txt')),
    await by('neither subject nor key', none, refused('neither a subject')),
    await by('the right type', { type: 'text/plain' }, form('docs/u7/contract.txt')),
    await by('another type', { type: 'image/png' }, limit('type')),
    await by('the right type, and the file has parameters', { type: 'text/plain' }, { status: 200 }, { type: 'text/plain;charset=utf-8' }),
    await by('a type with parameters', { type: 'text/plain;charset=utf-8' }, { status: 200 }, { type: 'text/plain;charset=utf-8' }),
    await by('a type with parameters, and the file has none', { type: 'text/plain;charset=utf-8' }, limit('type')),
    await by('a type with parameters, and the file has others', { type: 'text/plain;charset=utf-8' }, limit('type'), { type: 'text/plain;charset=utf-16' }),
    await by('a type that the rule lacks', { type: 'text/html' }, refused('is not accepted', 'UnsupportedMediaType', 415), { type: 'text/html' }),
    await by('the largest size', { max_size: 100 }, form('docs/u7/contract.txt')),
    await by('one byte more', { max_size: 99 }, refused('99 B', 'EntityTooLarge', 413)),
    await by('a size above the rule', { max_size: 5000 }, refused('1 KiB', 'EntityTooLarge', 413), { size: 1025 }),
    await by('a size as a text', { max_size: '100' }, refused('number of bytes')),
    await by('another rule', { rule: 'uploads/person' }, limit('rule')),
    await by('the rule of a download', { rule: 'downloads/doc' }, limit('rule')),
    await by('no rule', { rule: undefined }, limit('rule')),
    await by('a key outside the rule', { key: 'secrets/u7/contract.txt' }, limit('key')),
    await by('a key below the rule', { key: 'docs/u7/more/contract.txt' }, limit('key')),
    await by('a key that leads up', { key: 'docs/u7/..' }, refused('segments', 'InvalidArgument', 400)),
    await by("another subject's key", { sub: 'u8' }, limit('key')),
    await by('a subject that leads up', { ...none, sub: '..' }, refused('cannot be a segment')),
    await by('a misspelt limit', { maxsize: 1 }, refused('unknown claim')),
    await by('for more than a day', { exp: now + 90_000 }, refused('more than a day')),
    await by('without exp', { exp: undefined }, refused('no expiration')),
    await by('expired', { exp: now - 90 }, refused('expired', 'ExpiredToken')),
    await by('expired, in the path', { exp: now - 90 }, refused('expired', 'ExpiredToken'), {}, undefined, true),
    await by("by another caller's secret", {}, refused('signature'), {}, 'HS_OLD'),
    { name: 'ticket: none, in the path', request: { method: 'POST', path: '/t//uploads/doc', json: ask }, expect: refused('three parts') },
    { name: 'ticket: where no ticket is taken', request: { method: 'GET', path: `/t/${await token(issuer, good)}/downloads/open/a` }, expect: refused('not valid for this rule') },
    await read('a link', { key: 'docs/u7.pdf' }, 'u7.pdf', { ...granted('docs\\/u7\\.pdf'), headers: { 'signpost-expires-with': null, location: '/docs\\/u7\\.pdf/' } }),
    await read('a link to any of the rule', none, 'a/b', granted('docs\\/a\\/b')),
    await read('another key', { key: 'docs/u7.pdf' }, 'u8.pdf', limit('key')),
    await read('the end of the key', { key: 'docs/u7.pdf' }, '7.pdf', limit('key')),
    await read('a limit that no link has', { max_size: 1 }, 'u7.pdf', limit('rule')),
  ];
}

/** @param {string} key */
const FIELDS = (key) => ({
  key, bucket: 'acme-media', 'Content-Type': 'text/plain', policy: '/./', 'x-amz-algorithm': '/./', 'x-amz-credential': '/./', 'x-amz-date': '/./', 'x-amz-signature': '/./',
});

/** @param {number} now */
async function otherCases(now) {
  const get = (/** @type {string} */ name, /** @type {string} */ path, /** @type {string | undefined} */ presented, /** @type {Expectation} */ expect) => ({
    name, request: { method: 'GET', path, ...(presented === undefined ? {} : { headers: { authorization: presented } }) }, expect,
  });
  const { BEARER_OLD, BEARER_NEW, HS_OLD } = site.secrets;
  const [bearer, mixed, open] = ['/downloads/bearer/a', '/downloads/mixed/a', '/downloads/open/a'];
  const by = async (/** @type {string} */ kind) => {
    const { iss, aud } = ISSUERS[kind];
    return `Bearer ${await token(ISSUERS[kind], { iss, aud, sub: 'u1', ...times(now) })}`;
  };
  const page = { method: 'POST', path: '/uploads/person', json: { type: 'image/png', size: 1 } };
  return [
    get('bearer: good', bearer, `Bearer ${BEARER_OLD}`, granted('bearer\\/bearer\\/a')),
    get('bearer: good, by the new secret', bearer, `Bearer ${BEARER_NEW}`, granted('bearer\\/bearer\\/a')),
    get('bearer: missing', bearer, undefined, refused('requires a token', 'MissingAuthenticationToken')),
    get('bearer: one letter less', bearer, `Bearer ${BEARER_OLD.slice(1)}`, refused('not valid for this rule')),
    get('bearer: both at once', bearer, `Bearer ${BEARER_OLD}${BEARER_NEW}`, refused('not valid for this rule')),
    get('bearer: Basic', bearer, `Basic ${BEARER_OLD}`, refused('`Bearer`')),
    get('bearer: empty', bearer, 'Bearer ', refused('`Bearer`')),
    get('several callers: HS256', mixed, await by('hs'), granted('mixed\\/hs\\/u1\\/a')),
    get('several callers: a key set', mixed, await by('rs256'), granted('mixed\\/login\\/u1\\/a')),
    get('several callers: an inline key', mixed, await by('inline'), granted('mixed\\/inline\\/u1\\/a')),
    get('several callers: a bearer', mixed, `Bearer ${BEARER_NEW}`, granted('mixed\\/bearer\\/bearer\\/a')),
    get('several callers: none of them', mixed, await by('access'), refused('.')),
    get("several callers: another's secret", mixed, `Bearer ${HS_OLD}`, refused('.')),
    get('anyone or a token: none', open, undefined, granted('open\\/a')),
    get('anyone or a token: a good one', open, await by('hs'), granted('open\\/a')),
    get('anyone or a token: a bad one', open, 'Bearer a.b.c', refused('.')),
    { name: 'turnstile: missing', request: page, expect: refused('Turnstile', 'MissingAuthenticationToken') },
    { name: 'turnstile: too long', request: { ...page, headers: { 'turnstile-token': '{2049}' } }, expect: refused('not issued by a Turnstile') },
    { name: "origin: another site's POST without an origin", request: { ...page, headers: { 'sec-fetch-site': 'cross-site' } }, expect: refused('origin', 'AccessDenied', 403) },
    { name: "origin: a sibling's POST without an origin", request: { ...page, headers: { 'sec-fetch-site': 'same-site' } }, expect: refused('origin', 'AccessDenied', 403) },
    { name: 'origin: null', request: { ...page, headers: { origin: 'null', 'sec-fetch-site': 'cross-site' } }, expect: refused('origin', 'AccessDenied', 403) },
    { name: "origin: a rule's page passes", request: { ...page, headers: { origin: 'https://www.example.com', 'sec-fetch-site': 'cross-site' } }, expect: refused('Turnstile', 'MissingAuthenticationToken') },
    { name: 'origin: a link from another site is a link', request: { method: 'GET', path: open, headers: { 'sec-fetch-site': 'cross-site' } }, expect: granted('open\\/a') },
    { name: 'limit: without its binding nobody gets in', request: { method: 'POST', path: '/uploads/unlimited', json: { type: 'image/png', size: 1 } }, expect: refused('cannot be checked', 'ServiceUnavailable', 503) },
  ];
}

/**
 * Requests with a credential that the browser itself sends, even for a page of another site.
 *
 * @param {number} now
 */
async function ambientCases(now) {
  const { iss, aud } = ISSUERS.access;
  const assertion = await token(ISSUERS.access, { iss, aud, sub: 'u1', ...times(now) });
  const ticket = await token({ alg: 'HS256', key: 'TICKET_OLD', iss: '', aud: '' }, { rule: 'downloads/either', exp: now + 300 });
  const [refusal, link] = [refused('embed', 'AccessDenied', 403), granted('access\\/u1\\/a')];
  /** @param {string} site @param {string} mode @param {string} dest */
  const from = (site, mode, dest) => ({ 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest });
  const picture = from('cross-site', 'no-cors', 'image');
  const frame = from('cross-site', 'navigate', 'iframe');
  const get = (/** @type {string} */ name, /** @type {Record<string, string>} */ headers, /** @type {Expectation} */ expect, path = '/downloads/access/a', method = 'GET') => ({
    name: `ambient: ${name}`, request: { method, path, headers: { 'cf-access-jwt-assertion': assertion, ...headers } }, expect,
  });
  const anonymous = (/** @type {string} */ name, /** @type {string} */ path, /** @type {Expectation} */ expect) => ({ name: `ambient: ${name}`, request: { method: 'GET', path, headers: picture }, expect });
  const post = (/** @type {string} */ name, /** @type {Record<string, string>} */ headers, /** @type {Expectation} */ expect) => ({
    name: `ambient: ${name}`,
    request: { method: 'POST', path: '/uploads/desk', json: { type: 'image/png', size: 1 }, headers: { 'cf-access-jwt-assertion': assertion, ...headers } },
    expect,
  });
  return [
    get("another site's picture", picture, refusal),
    get("another site's picture, by HEAD", picture, { status: 403 }, undefined, 'HEAD'),
    get("another site's picture, of a link that can be cached", picture, refusal, '/downloads/stable/a'),
    get("another site's frame", frame, refusal),
    get("another site's object", from('cross-site', 'navigate', 'object'), refusal),
    get("another site's script", from('cross-site', 'no-cors', 'script'), refusal),
    get("another site's fetch without CORS", from('cross-site', 'no-cors', 'empty'), refusal),
    get("a sibling's picture", from('same-site', 'no-cors', 'image'), refusal),
    get('a site without further headers', { 'sec-fetch-site': 'cross-site' }, refusal),
    get("another site's form page in a frame", frame, refusal, '/uploads/desk?type=image/png'),
    get("another site's picture that names itself", { ...picture, referer: 'https://evil.example.com/' }, refusal),
    get("another site's picture from a similar host", { ...picture, referer: 'https://www.example.com.evil.example/' }, refusal),
    get("another site's picture whose page names a user", { ...picture, referer: 'https://www.example.com@evil.example/' }, refusal),
    get("a rule's page embeds a picture", { ...picture, referer: 'https://www.example.com/album' }, link),
    get("a rule's page embeds a frame", { ...frame, referer: 'https://www.example.com/' }, link),
    get('a link from another site', from('cross-site', 'navigate', 'document'), link),
    get('a link from another site, to one that can be cached', from('cross-site', 'navigate', 'document'), { ...link, headers: { ...link.headers, vary: '/Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest, Referer/' } }, '/downloads/stable/a'),
    get('its own page', from('same-origin', 'no-cors', 'image'), link),
    get('an address that a user typed', from('none', 'navigate', 'document'), link),
    get('a program', {}, link),
    get('a rule that needs no credential, and gets one', picture, refusal, '/downloads/either/a'),
    get('a ticket in the path is explicit', picture, granted('docs\\/a'), `/t/${ticket}/downloads/either/a`),
    anonymous('a rule that needs no credential, and gets none', '/downloads/either/a', granted('docs\\/a')),
    anonymous('a rule without such callers', '/downloads/open/a', granted('open\\/a')),
    post("another site's POST without an origin", { 'sec-fetch-site': 'cross-site' }, refused('origin', 'AccessDenied', 403)),
    post("another site's POST", { origin: 'https://evil.example.com' }, refused('origin', 'AccessDenied', 403)),
    post("another site's POST that names a rule's page", { 'sec-fetch-site': 'cross-site', referer: 'https://www.example.com/' }, refused('origin', 'AccessDenied', 403)),
    post("a rule's page", { origin: 'https://www.example.com', 'sec-fetch-site': 'cross-site' }, { status: 200 }),
    post('a POST of its own page', { 'sec-fetch-site': 'same-origin' }, { status: 200 }),
  ];
}
