/**
 * @file Answers of servers and mistakes that public threads and documentation report, and the causes that `signpost explain` must name.
 *
 * They need no server: each case has what was signed, what became of it, and the server's answer. Beside each new cause stands the nearest
 * request that must not have it.
 */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} source a URL, `owner/repository#number`, or `own`: our own reasoning, such as the nearest request that must not have a cause
 * @property {string[]} causes the complete list
 * @property {string[]} [sign] what `signpost sign` signs: an action, a URL and options
 * @property {[string | RegExp, string]} [edit] what became of the link
 * @property {string} [link] the link, if `signpost sign` did not make it
 * @property {object} [form] a form, or a HAR, as JSON
 * @property {[code: string, message?: string, more?: string] | string} [error] the server's answer, as XML or as it stands
 * @property {string[]} [args] further arguments, such as the sent method and headers
 * @property {string} [token] the session token of the signer
 * @property {'no'} [secret] whether the secret is not available
 * @property {string} [at] the time of the request; one minute after signing by default
 * @property {RegExp} [says] what the output contains
 */

export const SIGNED_AT = '2026-11-23T19:00:00Z';
const SENT = ['--method', 'GET', '--no-header'];
const MISMATCH = /** @type {[string, string]} */ (['SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.']);
const GET = (/** @type {string} */ key, /** @type {string[]} */ ...more) => ['get', `s3://acme-media/${key}`, '--region=eu-west-1', ...more];
const PUT = ['put', 's3://acme-media/a.png', '--region=eu-west-1', '--header', 'content-type: image/png'];
const SENT_PUT = ['--method', 'PUT', '--header', 'content-type: image/png'];
const R2 = 'https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com';
const ERRORS = 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';
const OWN = 'own';
const POLICY = 'https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html';

/** @param {string} name */
const google = (name, query = '') =>
  `https://storage.googleapis.com/acme-media/${name}?X-Goog-Algorithm=GOOG4-HMAC-SHA256&X-Goog-Credential=GOOG1EXAMPLE%2F20261123%2Fauto%2Fstorage%2Fgoog4_request&X-Goog-Date=20261123T190000Z&X-Goog-Expires=600&X-Goog-SignedHeaders=host&X-Goog-Signature=${'ab'.repeat(32)}${query}`;
const GOOGLE_2 = 'https://storage.googleapis.com/acme-media/a.mp3?GoogleAccessId=GOOG1EXAMPLE&Expires=1795460520&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D';
const AMAZON_2 = 'https://acme-media.s3.amazonaws.com/a.png?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1795464600&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D';

/** A form whose policy has these conditions besides those of its own fields. @param {unknown[]} conditions @param {Record<string, string>} [fields] */
function form(conditions, fields = {}) {
  const own = {
    key: 'a.png',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20261123/eu-west-1/s3/aws4_request',
    'X-Amz-Date': '20261123T190000Z',
  };
  const policy = { expiration: '2026-11-23T20:00:00Z', conditions: [{ bucket: 'acme-media' }, ...Object.entries(own).map(([name, value]) => ({ [name]: value })), ...conditions] };
  return {
    url: 'https://acme-media.s3.eu-west-1.amazonaws.com/',
    fields: { ...own, ...fields, Policy: Buffer.from(JSON.stringify(policy)).toString('base64'), 'X-Amz-Signature': 'ab'.repeat(32) },
  };
}

/** A form with another policy. @param {(policy: string) => string} change */
function withPolicy(change) {
  const { url, fields } = form([]);
  return { url, fields: { ...fields, Policy: change(fields.Policy) } };
}

/** A recorded form with another text in its body. @param {ReturnType<typeof sentForm>} har @param {string} from @param {string} to */
function renamed(har, from, to) {
  const [{ request, ...entry }] = har.log.entries;
  const postData = { ...request.postData, text: request.postData.text.replace(from, to) };
  return { log: { entries: [{ ...entry, request: { ...request, postData } }] } };
}

/** The HAR of a form with its fields in this order. @param {[string, string][]} fields */
function sentForm(fields, files = 1) {
  const parts = fields.map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  const file = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nA\r\n';
  const text = `${parts.join('')}${file.repeat(files)}--x--\r\n`;
  const type = 'multipart/form-data; boundary=x';
  const request = { method: 'POST', url: form([]).url, headers: [{ name: 'Content-Type', value: type }], postData: { mimeType: type, text } };
  return { log: { entries: [{ startedDateTime: '2026-11-23T19:01:00Z', request, response: { status: 403, headers: [], content: {} } }] } };
}

/** The HAR of a request whose answer the page could not read. @param {string} origin */
const blocked = (origin) => {
  const request = { method: 'GET', url: google('a.png').replaceAll('Goog-', 'Amz-'), headers: [{ name: 'Origin', value: origin }] };
  return { log: { entries: [{ startedDateTime: '2026-11-23T19:01:00Z', request, response: { status: 0, headers: [], content: {} } }] } };
};

/** @type {Case[]} */
const TIMES = [
  { name: 'Google says ExpiredToken of a link of version 4', source: 'floci-io/floci-gcp#32', link: google('a.png'), error: ['ExpiredToken', 'The provided token has expired.', '<Details>Request signature expired at: 2026-11-23T19:10:00+00:00</Details>'], at: '2026-11-23T20:00:00Z', causes: ['expired'] },
  { name: 'Google says ExpiredToken of a link of version 2', source: 'fog/fog-google#264', link: GOOGLE_2, error: ['ExpiredToken', 'The provided token has expired.', '<Details>Request has expired: 120</Details>'], at: '2026-11-23T20:00:00Z', causes: ['expired'] },
  { name: 'Google says ExpiredToken, and nothing else is known', source: 'fog/fog-google#264', error: ['ExpiredToken', 'The provided token has expired.', '<Details>Request signature expired at: 2026-11-23T19:10:00+00:00</Details>'], causes: ['expired'] },
  { name: 'Google says ExpiredToken without details', source: 'jschneier/django-storages#425', link: google('a.png'), error: ['ExpiredToken', 'The provided token has expired.'], at: '2026-11-23T20:00:00Z', causes: ['expired'] },
  { name: 'Amazon says ExpiredToken of a session', source: ERRORS, sign: GET('a'), token: 'IQoJb3Jp', error: ['ExpiredToken', 'The provided token has expired.'], causes: ['token-wrong'] },
  { name: 'a form whose policy has expired', source: 'aws/aws-sdk-ruby#895', form: form([]), error: ['AccessDenied', 'Invalid according to Policy: Policy expired.'], at: '2026-11-23T21:00:00Z', secret: 'no', causes: ['expired'] },
];

/** @type {Case[]} */
const REGIONS = [
  { name: 'R2 with a region of Amazon', source: 'https://developers.cloudflare.com/r2/api/s3/api/#bucket-region', sign: ['get', 's3://acme-media/a', `--endpoint-url=${R2}`, '--region=eu-west-1'], causes: ['wrong-region'], says: /auto/ },
  { name: 'R2 says that the region is not valid', source: 'jeessy2/backup-x#127', sign: ['get', 's3://acme-media/a', `--endpoint-url=${R2}`, '--region=eu-west-1'], error: ['InvalidRegionName', "The region name 'eu-west-1' is not valid. Must be one of: wnam, enam, weur, eeur, apac, oc, auto"], causes: ['wrong-region'], says: /eu-west-1, but the bucket is in auto/ },
  { name: 'R2 says so, and the link is not known', source: 'iterate-ch/cyberduck#16377', error: ['InvalidRegionName', "The region name 'ap-northeast-1' is not valid. Must be one of: wnam, enam, weur, eeur, apac, oc, auto"], causes: ['wrong-region'], says: /ap-northeast-1, but the bucket is in auto/ },
  { name: 'R2 in the EU with a region of Amazon', source: 'gitroomhq/postiz-app#1088', sign: ['put', 's3://acme-media/a', `--endpoint-url=${R2.replace('.r2', '.eu.r2')}`, '--region=us-west-2'], causes: ['wrong-region'] },
  ...['auto', 'us-east-1'].map((region) => ({ name: `R2 with the region ${region}`, source: 'https://developers.cloudflare.com/r2/api/s3/api/#bucket-region', sign: ['get', 's3://acme-media/a', `--endpoint-url=${R2}`, `--region=${region}`], causes: [] })),
  { name: 'a host in China', source: 'https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html', sign: ['get', 's3://acme-media/a', '--region=cn-north-1'], edit: ['cn-north-1%2F', 'us-east-1%2F'], secret: 'no', causes: ['wrong-region'] },
  { name: 'a dual-stack host', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/dual-stack-endpoints.html', sign: ['get', 's3://acme-media/a', '--region=us-west-2', '--endpoint-url=https://s3.dualstack.eu-central-1.amazonaws.com'], causes: ['wrong-region'], says: /eu-central-1/ },
  { name: 'a host of B2', source: 'peak/s5cmd#269', sign: ['get', 's3://acme-media/a', '--region=us-east-1', '--endpoint-url=https://s3.us-west-002.backblazeb2.com'], causes: ['wrong-region'] },
  { name: 'a host of Spaces', source: 'https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/', sign: ['get', 's3://acme-media/a', '--region=fra1', '--endpoint-url=https://nyc3.digitaloceanspaces.com'], causes: ['wrong-region'] },
  { name: 'a host of Spaces with the region of SDKs', source: 'smashah/picoS3#5', sign: ['get', 's3://acme-media/a', '--region=us-east-1', '--endpoint-url=https://nyc3.digitaloceanspaces.com'], causes: [] },
  { name: 'a bucket at Spaces with the region of SDKs', source: 'https://rclone.org/s3/#digitalocean-spaces', sign: ['get', 's3://acme-media/a', '--region=us-east-1', '--endpoint-url=https://fra1.digitaloceanspaces.com', '--virtual-hosted'], causes: [] },
  { name: 'a host that does not show its region', source: OWN, sign: ['get', 's3://acme-media/a', '--region=eu-west-1', '--endpoint-url=https://s3.example.com'], causes: [] },
  { name: 'the error names the region', source: 'HHS/Head-Start-TTADP#370', sign: GET('a'), error: ['AuthorizationQueryParametersError', "Error parsing the X-Amz-Credential parameter; the region 'eu-west-1' is wrong; expecting 'us-east-2'", '<Region>us-east-2</Region>'], causes: ['wrong-region'], says: /eu-west-1, but the bucket is in us-east-2/ },
  { name: 'the error names both regions, and the link is not known', source: 'ai-dock/comfyui#34', error: ['AuthorizationQueryParametersError', "Error parsing the X-Amz-Credential parameter; the region 'eu-west-1' is wrong; expecting 'us-east-2'"], causes: ['wrong-region'], says: /eu-west-1, but the bucket is in us-east-2/ },
];

/** @type {Case[]} */
const HEADERS = [
  ...['aws/aws-sdk-js#1237', 'Automattic/knox#43', 'aws/aws-sdk-js-v3#3403'].map((source) => ({ name: `a stream, as in ${source}`, source, sign: PUT, error: /** @type {Case['error']} */ (['NotImplemented', 'A header you provided implies functionality that is not implemented', '<Header>Transfer-Encoding</Header>']), args: [...SENT_PUT, '--header', 'transfer-encoding: chunked'], causes: ['length-missing'], says: /send a Blob/ })),
  { name: 'a stream, and the server does not name the header', source: 'aws/aws-sdk-js-v3#3403', sign: PUT, error: ['NotImplemented', 'A header you provided implies functionality that is not implemented'], args: [...SENT_PUT, '--header', 'transfer-encoding: chunked'], causes: ['length-missing'] },
  { name: 'a value of If-None-Match', source: 'versity/versitygw#2108', sign: PUT, error: ['NotImplemented', 'A header you provided implies functionality that is not implemented', "<Header>If-None-Match</Header><additionalMessage>We don't accept the provided value of If-None-Match header for this API</additionalMessage>"], args: SENT_PUT, causes: ['not-supported'], says: /if-none-match/ },
  { name: 'an ACL on R2', source: 'Chocobozzz/PeerTube#5333', error: ['NotImplemented', "Header 'x-amz-acl' with value 'public-read' not implemented"], causes: ['not-supported'], says: /x-amz-acl/ },
  { name: 'chunks of an SDK on R2', source: 'soto-project/soto#643', error: ['NotImplemented', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD not implemented'], causes: ['not-supported'], says: /WHEN_REQUIRED/ },
  { name: 'a feature that is not named, and nothing else of the request is known', source: OWN, sign: PUT, error: ['NotImplemented', 'This feature is not implemented.'], args: ['--method', 'PUT', '--header', 'content-type: text/x-rare'], causes: ['not-supported'] },
  { name: 'a feature that is not named', source: OWN, sign: PUT, error: ['NotImplemented', 'This feature is not implemented.'], args: SENT_PUT, causes: ['not-supported'] },
  { name: 'a store that takes no forms', source: 'opslane/opslane#194', form: form([]), error: ['NotImplemented', 'Presigned post requests are not yet implemented'], secret: 'no', causes: ['forms-not-taken'] },
  ...['vatesfr/xen-orchestra#8358', 'diced/zipline#746', 'pocketbase/pocketbase#6439'].map((source, at) => ({ name: `a checksum on B2, as in ${source}`, source, error: /** @type {Case['error']} */ (['InvalidArgument', `Unsupported header '${['x-amz-checksum-mode', 'x-amz-checksum-crc32', 'x-amz-checksum-algorithm'][at]}' received for this API call.`]), causes: ['not-supported'], says: /WHEN_REQUIRED/ })),
  ...['boto/boto3#2680', 's3tools/s3cmd#765', 'aws/aws-cli#2622', 'alex/letsencrypt-aws#31'].map((source) => ({ name: `a link of version 2 for KMS, as in ${source}`, source, link: AMAZON_2, error: /** @type {Case['error']} */ (['InvalidArgument', 'Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.']), causes: ['unsupported-signature'], says: /s3v4/ })),
  { name: 'an argument that no sentence explains', source: OWN, link: AMAZON_2, error: ['InvalidArgument', 'Invalid argument.', '<ArgumentName>versionId</ArgumentName>'], causes: ['refused'], says: /versionId/ },
  { name: 'Google says what is wrong with an argument', source: 'googleapis/google-cloud-node#2689', error: ['InvalidArgument', 'Invalid argument.', '<Details>Expires parameter is not a valid long value: NaN</Details>'], causes: ['refused'], says: /not a valid long value/ },
  { name: 'a signed header was not sent to Google', source: 'alexandrubagu/gcs_signed_url#43', link: google('a.jpg'), error: ['MalformedSecurityHeader', 'Your request has a malformed header.', '<ParameterName>content-type</ParameterName><Details>Header was included in signedheaders, but not in the request.</Details>'], causes: ['header-not-sent'], says: /content-type is signed/ },
  { name: 'the signature of a link to Google is malformed', source: 'alexandrubagu/gcs_signed_url#7', error: ['MalformedSecurityHeader', 'Your request has a malformed header.', '<ParameterName>signature</ParameterName><Details>Signature was not base64 encoded</Details>'], causes: ['malformed-parameter'], says: /not base64 encoded/ },
  { name: 'headers of Amazon and Google', source: 'carrierwaveuploader/carrierwave#2356', error: ['ExcessHeaderValues', 'Requests cannot specify both x-amz and x-goog headers.'], causes: ['not-supported'] },
  { name: 'a header that was not included in the signature', source: 'lucacasonato/deno_s3#47', error: ['InvalidRequest', "header 'x-amz-content-sha256' must be included in signature"], causes: ['refused'] },
];

/** @type {Case[]} */
const ACCESS = [
  { name: 'the master key of B2', source: 'timmyomahony/craft-remote-backup#11', error: ['InvalidAccessKeyId', 'Malformed Access Key Id'], causes: ['unknown-key'], says: /application key/ },
  { name: 'a key of B2 at another endpoint', source: 'peak/s5cmd#269', error: ['InvalidAccessKeyId', "The key '00005329cf349a40000000001' is not valid"], causes: ['unknown-key'] },
  { name: 'no access key in the credential', source: 'backblaze-b2-samples/b2-browser-upload#3', error: ['AuthorizationHeaderMalformed', 'Authorization header is malformed; the authorization component "/20240926/us-east-005/s3/aws4_request" is malformed.'], causes: ['malformed-parameter'], says: /no access key id/ },
  { name: 'a policy of KMS', source: 'buildkite/docs#2344', error: ['AccessDenied', 'User: arn:aws:iam::123456789012:user/a is not authorized to perform: kms:GenerateDataKey on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access'], causes: ['not-allowed'], says: /kms:GenerateDataKey/ },
  { name: 'an explicit deny', source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html', error: ['AccessDenied', 'User: arn:aws:iam::123456789012:user/a is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/c" with an explicit deny in a resource-based policy'], causes: ['not-allowed'], says: /Deny statement/ },
  { name: 'no permission', source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html', error: ['AccessDenied', 'User: arn:aws:iam::123456789012:user/a is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/c" because no identity-based policy allows the s3:PutObject action'], causes: ['not-allowed'], says: /signpost iam/ },
  { name: 'a cap of B2', source: 'alangrainger/share-note#63', error: '{"code":"download_cap_exceeded","message":"Cannot download file, download bandwidth or transaction (Class B) cap exceeded. See the Caps & Alerts page to increase your cap.","status":403}', causes: ['quota-exceeded'] },
  { name: 'a token of B2', source: 'Backblaze/B2_Command_Line_Tool#582', error: '{"code":"expired_auth_token","message":"","status":401}', causes: ['token-wrong'] },
  { name: "Google's JSON API", source: 'https://cloud.google.com/storage/docs/json_api/v1/status-codes', error: '{"error":{"errors":[{"domain":"global","reason":"forbidden","message":"Forbidden"}],"code":403,"message":"Forbidden"}}', causes: ['not-allowed'] },
  { name: "Google's JSON API without a signature", source: 'https://cloud.google.com/storage/docs/json_api/v1/status-codes', error: '{"error":{"errors":[{"domain":"global","reason":"required","message":"Login Required","locationType":"header","location":"Authorization"}],"code":401,"message":"Login Required"}}', causes: ['missing-parameter'] },
  { name: "a number of R2's API", source: 'https://developers.cloudflare.com/r2/api/error-codes/', error: '{"success":false,"errors":[{"code":10006,"message":"The specified bucket does not exist."}],"messages":[],"result":null}', causes: ['no-such-bucket'] },
  { name: 'a page without an origin', source: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Origin', form: blocked('null'), causes: ['cors'], says: /Origin: null/ },
  { name: 'a page with an origin that is not allowed', source: 'aws-samples/amazon-s3-presigned-urls-aws-sam#5', form: blocked('https://www.example.com'), causes: ['cors'], says: /CORS rules lack this origin/ },
];

/** @type {Case[]} */
const CHANGES = [
  { name: 'three parameters for statistics', source: 'boto/botocore#3791', sign: GET('a b.png'), edit: [/$/, '&utm_source=mail&utm_medium=e&utm_campaign=z'], error: MISMATCH, args: ['--method', 'GET'], causes: ['query-changed', 'query-changed', 'query-changed'], says: /utm_source[^]*utm_medium[^]*utm_campaign/ },
  { name: 'parameters before and after the signature', source: 'humanmade/S3-Uploads#749', sign: GET('a.png'), edit: [/\?(.*)$/, '?fbclid=1&$1&gclid=2'], error: MISMATCH, args: SENT, causes: ['query-changed', 'query-changed'], says: /fbclid[^]*gclid/ },
  { name: 'a parameter of one\'s own and another', source: 'aws/aws-sdk-java-v2#3689', sign: GET('a.png', '--query', 'response-content-type=text/plain'), edit: [/$/, '&param=value&v=3'], error: MISMATCH, args: SENT, causes: ['query-changed', 'query-changed'] },
  { name: 'an ACL in the query', source: 'minio/minio#5630', sign: PUT, edit: [/$/, '&x-amz-acl=public-read'], error: MISMATCH, args: SENT_PUT, causes: ['query-changed'], says: /x-amz-acl was added/ },
  { name: 'a session token that was added after signing', source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html', sign: GET('a'), edit: [/$/, '&X-Amz-Security-Token=IQoJb3Jp'], error: MISMATCH, args: SENT, causes: ['query-changed'], says: /X-Amz-Security-Token was added/ },
  { name: 'a payer and a version', source: OWN, sign: GET('a'), edit: [/$/, '&x-amz-request-payer=requester&versionId=1'], error: MISMATCH, args: SENT, causes: ['query-changed', 'query-changed'] },
  { name: 'a directory bucket, unchanged', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-create-session.html', sign: ['get', 's3://media--usw2-az1--x-s3/a b', '--region=us-west-2'], token: 'IQo+J/b=', args: SENT, causes: [], says: /no problems found\s+note: the link is valid until/ },
  { name: 'a directory bucket with a parameter', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-create-session.html', sign: ['get', 's3://media--usw2-az1--x-s3/a', '--region=us-west-2'], token: 'IQo+J/b=', edit: [/$/, '&ref=mail'], error: MISMATCH, args: SENT, causes: ['query-changed'], says: /the parameter ref was added/ },
  { name: 'slashes at two places', source: 'psf/requests#6711', sign: GET('x//y//z'), edit: ['x//y//z', 'x/y/z'], error: MISMATCH, args: SENT, causes: ['path-changed'], says: /for the path \/x\/\/y\/\/z, but was sent to \/x\/y\/z/ },
  { name: 'three slashes', source: 'psf/requests#6711', sign: GET('x///y'), edit: ['x///y', 'x/y'], error: MISMATCH, args: SENT, causes: ['path-changed'], says: /for the path \/x\/\/\/y, but was sent to \/x\/y/ },
  { name: 'parameters that look like those of S3', source: OWN, sign: GET('a.png'), edit: [/$/, '&response-content-type=text%2Fplain&versionId=1'], error: MISMATCH, args: SENT, causes: ['query-changed', 'query-changed'] },
  { name: 'a parameter added and the time changed', source: 'boto/botocore#3791', sign: GET('a.png', '--expires=10 min'), edit: [/X-Amz-Expires=600(.*)$/, 'X-Amz-Expires=86400$1&ref=mail'], error: MISMATCH, args: SENT, causes: ['query-changed', 'query-changed'] },
  { name: 'two headers with other values', source: 'aws/aws-sdk-java-v2#1742', sign: ['put', 's3://acme-media/a', '--region=eu-west-1', '--header', 'content-type: image/png', '--header', 'x-amz-acl: private'], error: MISMATCH, args: ['--method', 'PUT', '--header', 'content-type: image/jpeg', '--header', 'x-amz-acl: public-read'], causes: ['header-differs', 'content-type-differs'] },
  { name: 'the key and a parameter, which no search finds', source: 'boto/botocore#3791', sign: GET('a.png'), edit: [/a\.png(.*)$/, 'b.png$1&utm_source=mail'], error: MISMATCH, args: SENT, causes: ['signature-mismatch'] },
  { name: 'a leading slash was folded', source: 'psf/requests#6711', sign: GET('/a.png'), edit: ['com//a', 'com/a'], error: MISMATCH, args: SENT, causes: ['path-changed'], says: /\/\/a\.png/ },
  { name: 'a slash within the key was folded', source: 'aws/aws-sdk-java-v2#4819', sign: GET('a//b/c.png'), edit: ['a//b', 'a/b'], error: MISMATCH, args: SENT, causes: ['path-changed'], says: /a\/\/b\/c\.png/ },
  { name: 'a slash after the bucket was folded', source: 'duckdb/duckdb-httpfs#333', sign: GET('/prefix/file.csv.gz', '--path-style'), edit: ['acme-media//', 'acme-media/'], error: MISMATCH, args: SENT, causes: ['path-changed'] },
  { name: 'two slashes were folded', source: 'versity/versitygw#2274', sign: GET('/a//b.png'), edit: ['com//a//b', 'com/a/b'], error: MISMATCH, args: SENT, causes: ['path-changed'], says: /for the path \/\/a\/\/b\.png, but was sent to \/a\/b\.png/ },
  { name: 'a slash was added', source: 'boto/boto3#4181', sign: GET('a/b.png'), edit: ['com/a', 'com//a'], error: MISMATCH, args: SENT, causes: ['path-changed'] },
  { name: 'a slash was appended', source: 'tedder/requests-aws4auth#31', sign: GET('a/b'), edit: ['a/b?', 'a/b/?'], error: MISMATCH, args: SENT, causes: ['path-changed'] },
  { name: 'an accent was composed', source: 'aws/aws-sdk-js#1584', sign: GET('Broschu\u0308re.pdf'), edit: ['u%CC%88', '%C3%BC'], error: MISMATCH, args: SENT, causes: ['path-changed'], says: /NFD/ },
  { name: 'an accent was decomposed', source: 'aws/aws-sdk-js#2373', sign: GET('Let\u00edcia.pdf'), edit: ['%C3%AD', 'i%CC%81'], error: MISMATCH, args: SENT, causes: ['path-changed'], says: /NFC/ },
  { name: 'a letter was exchanged, not its form', source: 'aws/aws-sdk-js#1584', sign: GET('Broschu\u0308re.pdf'), edit: ['u%CC%88', 'u'], error: MISMATCH, args: SENT, causes: ['signature-mismatch'] },
  { name: 'an object with another accent', source: 'aws/aws-sdk-js#1584', sign: GET('Broschu\u0308re.pdf'), error: ['NoSuchKey', 'The specified key does not exist.'], causes: ['no-such-key'] },
  { name: 'escapes with other letters are the same path', source: 'https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.1', sign: GET('a \u00fc.png'), edit: ['%20%C3%BC', '%20%c3%bc'], causes: [] },
  { name: 'a plus in the key became a space', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html', sign: GET('a+b.png'), edit: ['%2B', '%20'], error: MISMATCH, args: SENT, causes: ['plus-for-space'] },
];

/** @type {Case[]} */
const TOKENS = [
  ...['discourse/discourse#8818', 'aws-beam/aws-erlang#167', 'https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html'].map((source, at) => ({ name: `a token encoded twice, as in ${source}`, source, sign: GET('a'), token: ['IQo+J/b=', 'FQoDYXdzEPf//////////wEaDEWq==', 'AgoGb3JpZ2lu+//8='][at], edit: /** @type {[RegExp, string]} */ ([/%(?=[0-9A-F]{2}[^&]*&X-Amz-SignedHeaders)(?<=Security-Token=[^&]*%)/g, '%25']), error: /** @type {Case['error']} */ (['InvalidToken', 'The provided token is malformed or otherwise invalid.']), args: SENT, causes: ['double-encoded'], says: /Security-Token is percent-encoded twice/ })),
  { name: 'a raw plus in a token', source: 'durch/rust-s3#283', sign: GET('a'), token: 'IQo+J/b=', edit: ['%2BJ%2Fb%3D', '+J/b='], args: SENT, causes: ['plus-for-space'], says: /%2B/ },
  { name: 'a raw plus in a token, and InvalidToken', source: 'durch/rust-s3#283', sign: GET('a'), token: 'IQo+J/b=', edit: ['%2BJ%2Fb%3D', '+J/b='], error: ['InvalidToken', 'The provided token is malformed or otherwise invalid.'], secret: 'no', causes: ['plus-for-space'] },
  { name: 'a space in a token', source: 'ex-aws/ex_aws#228', sign: GET('a'), token: 'IQo+J/b=', edit: ['%2BJ', '%20J'], error: ['InvalidToken', 'The provided token is malformed or otherwise invalid.'], args: SENT, causes: ['plus-for-space'] },
  { name: 'a line break after a token', source: OWN, sign: GET('a'), token: 'IQo+J/b=', edit: ['%3D&X-Amz-SignedHeaders', '%3D%0A&X-Amz-SignedHeaders'], error: ['InvalidToken', 'The provided token is malformed or otherwise invalid.'], args: SENT, causes: ['token-wrong'], says: /line break/ },
  { name: 'a token of another key', source: 'boto/boto3#4268', sign: GET('a'), token: 'IQo+J/b=', error: ['InvalidToken', 'The provided token is malformed or otherwise invalid.'], args: SENT, causes: ['token-wrong'] },
  { name: 'a token in a form, encoded', source: 'aws/aws-sdk-js#2359', form: form([{ 'x-amz-security-token': 'AgoG/nr=' }], { 'X-Amz-Security-Token': 'AgoG%2Fnr%3D' }), error: ['InvalidToken', 'The provided token is malformed or otherwise invalid.'], secret: 'no', causes: ['double-encoded'] },
  { name: 'a token in a form, as it was issued', source: 'aws/aws-sdk-js#2359', form: form([{ 'x-amz-security-token': 'AgoG/nr=' }], { 'X-Amz-Security-Token': 'AgoG/nr=' }), error: ['InvalidToken', 'The provided token is malformed or otherwise invalid.'], secret: 'no', causes: ['token-wrong'] },
];

const FIELDS = /** @type {[string, string][]} */ (Object.entries(form([]).fields));

/** @type {Case[]} */
const FORMS = [
  ...['android-async-http/android-async-http#1158', 'danialfarid/ng-file-upload#23'].map((source) => ({ name: `a body that is not well-formed, as in ${source}`, source, form: form([]), error: /** @type {Case['error']} */ (['MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.']), secret: /** @type {const} */ ('no'), causes: ['malformed-form'], says: /do not set Content-Type yourself/ })),
  { name: 'a form that is not multipart', source: 'benjreinhart/react-native-aws3#26', form: form([]), error: ['PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', '<Condition>Bucket POST must be of the enclosure-type multipart/form-data</Condition>'], secret: 'no', causes: ['malformed-form'] },
  { name: 'a precondition that did not hold', source: ERRORS, sign: PUT, error: ['PreconditionFailed', 'At least one of the pre-conditions you specified did not hold'], args: SENT_PUT, causes: ['precondition-failed'] },
  { name: 'no file in the form', source: 'itinance/react-native-fs#992', form: form([]), error: ['InvalidArgument', 'POST requires exactly one file upload per request.', '<ArgumentName>file</ArgumentName><ArgumentValue>0</ArgumentValue>'], secret: 'no', causes: ['malformed-form'] },
  { name: 'a field after the file', source: 'ryuzee/SlideHub#213', form: form([]), error: ['InvalidArgument', "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.", '<ArgumentName>key</ArgumentName>'], secret: 'no', causes: ['missing-field'] },
  { name: 'the key twice', source: OWN, form: sentForm([...FIELDS, ['key', 'a.png']]), secret: 'no', causes: ['repeated-field'], says: /field key more than once/ },
  { name: 'the type twice, with other values', source: OWN, form: sentForm([...Object.entries(form([['starts-with', '$Content-Type', 'image/']]).fields), ['Content-Type', 'image/png'], ['content-type', 'image/jpeg']]), secret: 'no', causes: ['repeated-field'] },
  { name: 'the policy twice', source: OWN, form: sentForm([...FIELDS, ['policy', 'e30=']]), secret: 'no', causes: ['repeated-field'] },
  { name: 'two files in one form', source: ERRORS, form: sentForm(FIELDS, 2), secret: 'no', causes: ['malformed-form'], says: /more than one file/ },
  { name: 'one file in a form', source: OWN, form: sentForm(FIELDS), secret: 'no', causes: [] },
  { name: 'a field that is ignored, twice', source: OWN, form: sentForm([...FIELDS, ['x-ignore-a', '1'], ['x-ignore-a', '2']]), secret: 'no', causes: [] },
  { name: 'a number as the value of a condition', source: 'dwilkie/carrierwave_direct#231', form: form([{ success_action_status: 201 }], { success_action_status: '201' }), secret: 'no', causes: ['malformed-condition'], says: /has to be a text, found the number 201/ },
  { name: 'a boolean as the value of a condition', source: 'ccoenraets/phonegap-s3-upload#1', form: form([{ 'x-amz-meta-public': true }], { 'x-amz-meta-public': 'true' }), secret: 'no', causes: ['malformed-condition'] },
  { name: 'a number in a condition with an operator', source: OWN, form: form([['eq', '$success_action_status', 201]], { success_action_status: '201' }), secret: 'no', causes: ['malformed-condition'] },
  { name: 'a condition without a dollar sign', source: 'minio/minio-java#784', form: form([['eq', 'success_action_status', '200']], { success_action_status: '200' }), secret: 'no', causes: ['malformed-condition'], says: /begin with \$/ },
  { name: 'two fields in one condition', source: OWN, form: form([{ acl: 'private', 'x-amz-meta-a': 'b' }], { acl: 'private' }), secret: 'no', causes: ['malformed-condition'] },
  { name: 'two malformed conditions', source: OWN, form: form([{ acl: 1 }, ['between', '$key', 'a']], { acl: '1' }), secret: 'no', causes: ['malformed-condition', 'malformed-condition'] },
  { name: 'the server says that a value is not a text', source: 'dwilkie/carrierwave_direct#231', error: ['InvalidPolicyDocument', 'Invalid Policy: Invalid Simple-Condition: Value Must Be A String'], causes: ['malformed-condition'] },
  { name: 'a type that the page adds, in a form as it was signed', source: 'https://boto3.amazonaws.com/v1/documentation/api/latest/guide/s3-presigned-urls.html', form: form([['starts-with', '$Content-Type', 'image/']]), secret: 'no', causes: [], says: /requires the field content-type, which the client has to add/ },
  { name: 'a type that the page did not add', source: 'waynehoover/s3_direct_upload#29', form: form([['starts-with', '$Content-Type', 'image/']]), error: ['AccessDenied', 'Invalid according to Policy: Policy Condition failed: ["starts-with", "$Content-Type", "image/"]'], secret: 'no', causes: ['missing-field'] },
  { name: 'a type that was not sent', source: 'waynehoover/s3_direct_upload#29', form: sentForm(Object.entries(form([['starts-with', '$Content-Type', 'image/']]).fields)), secret: 'no', causes: ['missing-field'] },
  { name: 'a field with a whole value that a form as it was signed lacks', source: 'awsdocs/aws-doc-sdk-examples#5490', form: form([{ acl: 'private' }]), secret: 'no', causes: ['missing-field'] },
  ...[{ acl: 'private', 'x-amz-meta-a': 'b' }, ['starts-with', '$acl'], ['eq', '$acl', 'private', 'x'], ['ends-with', '$acl', 'private'], ['$acl', 'eq', 'private'], [['eq', '$acl', 'private']], { $acl: 'private' }, 'acl'].map((condition) => ({
    name: `a condition that is malformed: ${JSON.stringify(condition)}`, source: OWN, form: form([condition], { acl: 'private' }), secret: /** @type {const} */ ('no'), causes: ['malformed-condition'],
  })),
  { name: 'a field beside a malformed condition on another one', source: OWN, form: form([['starts-with', '$acl']], { acl: 'private', 'x-amz-meta-a': 'b' }), secret: 'no', causes: ['malformed-condition', 'extra-field'] },
  { name: 'a range that no size is in', source: OWN, form: form([['content-length-range', 1_048_576, 1024]]), secret: 'no', causes: ['malformed-condition'], says: /minimum 1048576 is above its maximum 1024/ },
  { name: 'a policy as Python writes bytes', source: 'minio/minio-py#1047', form: withPolicy((policy) => `b'${policy}'`), secret: 'no', causes: ['policy-damaged'], says: /b'\.\.\.'/ },
  { name: 'a policy without an expiration', source: OWN, form: withPolicy((policy) => btoa(atob(policy).replace(/"expiration":"[^"]*",/, ''))), secret: 'no', causes: ['policy-damaged'], says: /no expiration/ },
  { name: 'a file in another field than file', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html', form: renamed(sentForm(Object.entries(form([]).fields)), 'name="file"', 'name="upload"'), secret: 'no', causes: ['malformed-form'], says: /in the field upload/ },
  { name: 'a file in the field File', source: OWN, form: renamed(sentForm(Object.entries(form([]).fields)), 'name="file"', 'name="File"'), secret: 'no', causes: [] },
  { name: 'a path as the name of the file', source: OWN, form: renamed(sentForm(Object.entries(form([['starts-with', '$x-amz-meta-name', 'a.png']], { 'x-amz-meta-name': '${filename}' }).fields)), 'filename="a.png"', 'filename="C:\\fakepath\\a.png"'), secret: 'no', causes: [] },
  { name: 'well-formed conditions of every kind', source: POLICY, form: form([['eq', '$success_action_status', '201'], ['starts-with', '$acl', ''], ['content-length-range', '1', 10], ['Starts-With', '$Key', 'a']], { success_action_status: '201', acl: 'private' }), secret: 'no', causes: [] },
  { name: 'a condition that is not met', source: 'minio/minio#8606', form: form([{ success_action_status: '201' }]), error: ['PostPolicyInvalidKeyName', 'Invalid according to Policy: Policy Condition failed'], secret: 'no', causes: ['missing-field'] },
];

/** @type {Case[]} */
const CODES = [
  { name: 'a part of the signature is missing', source: 'kaliber-scala/play-s3#73', error: ['AuthorizationQueryParametersError', 'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.'], causes: ['missing-parameter'] },
  { name: 'a life of more than a week', source: 'bryanjos/aws_auth#31', error: ['AuthorizationQueryParametersError', 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds'], causes: ['expires-out-of-range'] },
  { name: 'another service', source: 'n8n-io/n8n#17013', error: ['AuthorizationParametersError', 'Error parsing the Credential/X-Amz-Credential parameter; incorrect service. This endpoint belongs to "s3".'], causes: ['malformed-parameter'], says: /another service/ },
  { name: 'checksums of parts are missing', source: 'apache/opendal#4580', error: ['InvalidRequest', 'The upload was created using a crc32c checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.'], causes: ['invalid-part'] },
  { name: 'a checksum that does not match', source: 'aws/aws-sdk-kotlin#1164', error: ['InvalidRequest', 'Value for x-amz-checksum-sha256 header is invalid.'], causes: ['checksum-differs'] },
  { name: 'a bucket with Object Lock', source: 'zio/zio-s3#394', error: ['InvalidRequest', 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters'], causes: ['header-not-sent'] },
  { name: 'acceleration is off', source: 'aws/aws-sdk-js#1971', error: ['InvalidRequest', 'S3 Transfer Acceleration is not configured on this bucket'], causes: ['wrong-host'] },
  { name: 'another Authorization', source: 'Einstore/Einstore#152', error: ['InvalidArgument', 'Unsupported Authorization Type', '<ArgumentName>Authorization</ArgumentName>'], causes: ['two-signatures'] },
  { name: 'an archived object', source: 'aws/aws-cli#4039', sign: GET('a'), error: ['InvalidObjectState', "The operation is not valid for the object's storage class", '<StorageClass>GLACIER</StorageClass>'], causes: ['archived'] },
  { name: 'an upload that was aborted', source: ERRORS, error: ['NoSuchUpload', 'The specified upload does not exist.'], causes: ['no-such-upload'] },
  { name: 'too many requests', source: ERRORS, error: ['SlowDown', 'Please reduce your request rate.'], causes: ['refused'], says: /retry after a pause/ },
  { name: 'a code that no list has', source: OWN, error: ['SomethingElse', 'No.'], causes: ['refused'], says: /cause is unknown/ },
];

export const CASES = [...TIMES, ...REGIONS, ...HEADERS, ...ACCESS, ...CHANGES, ...TOKENS, ...FORMS, ...CODES];
