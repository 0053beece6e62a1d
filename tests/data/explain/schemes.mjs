/** @file Links by other algorithms and services than S3's usual one, none of them damaged, and such that expired or were cut. */

/** @typedef {{ name: string, source: string, link: string, causes?: string[], error?: string, remark?: RegExp, args?: string[] }} Scheme */

const HMAC = 'ab'.repeat(32);
const ECDSA = `3045${'ab'.repeat(69)}`;
const RSA = '0a'.repeat(256);
/** The time of the tests, 2026-11-23T19:01:00Z, in seconds; links end 9 minutes later. */
const END = 1_795_460_460 + 540;

/** @param {string} host @param {Record<string, string>} parameters */
const link = (host, parameters) => `https://${host}/a.png?${Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
/** @param {string} credential @param {Record<string, string>} [more] */
const amazon = (credential, more = {}) => ({ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': credential, 'X-Amz-Date': '20261123T190000Z', 'X-Amz-Expires': '600', 'X-Amz-SignedHeaders': 'host', 'X-Amz-Signature': HMAC, ...more });
/** @param {string} algorithm @param {string} signature @param {Record<string, string>} [more] */
const google = (algorithm, signature, more = {}) => ({ 'X-Goog-Algorithm': algorithm, 'X-Goog-Credential': 'signer@acme.iam.gserviceaccount.com/20261123/auto/storage/goog4_request', 'X-Goog-Date': '20261123T190000Z', 'X-Goog-Expires': '600', 'X-Goog-SignedHeaders': 'host', 'X-Goog-Signature': signature, ...more });
const SIGV4A = { 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256', 'X-Amz-Region-Set': '*', 'X-Amz-Signature': ECDSA };
const SIGV4A_KEY = 'AKIAIOSFODNN7EXAMPLE/20261123/s3/aws4_request';
const MRAP = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com';
const CLOUDFRONT = { Signature: 'VOzPlbAGQeCA98Rn60xoLr0qLxyd94j5UfIkRbOfd~6hkIT2uH1RXSvVKPUW1UCfw7CGJ-HTbGQ55lPrjPebdn__', 'Key-Pair-Id': 'K2JCJMDEHXQW5F' };
/** @param {number} end */
const cloudFrontPolicy = (end) => btoa(JSON.stringify({ Statement: [{ Resource: 'https://d111111abcdef8.cloudfront.net/*', Condition: { DateLessThan: { 'AWS:EpochTime': end } } }] })).replace(/\+/g, '-').replace(/=/g, '_').replace(/\//g, '~');
const OSS = { 'x-oss-credential': 'LTAI5t/20261123/cn-chengdu/oss/aliyun_v4_request', 'x-oss-date': '20261123T190000Z', 'x-oss-expires': '600', 'x-oss-signature': HMAC, 'x-oss-signature-version': 'OSS4-HMAC-SHA256' };
const COS = { 'q-sign-algorithm': 'sha1', 'q-ak': 'AKIDEXAMPLE', 'q-sign-time': `${END - 600};${END}`, 'q-key-time': `${END - 600};${END}`, 'q-header-list': 'host', 'q-url-param-list': '', 'q-signature': 'ab'.repeat(20) };
const AZURE = { sv: '2024-11-04', sr: 'b', sp: 'r', se: '2026-11-23T19:10:00Z', sig: 'vjbyPxybdZaNmGa+yT272YEAiv4=' };
const VERSION_2 = { AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Expires: `${END}`, Signature: 'vjbyPxybdZaNmGa+yT272YEAiv4=' };
const TOS = { 'X-Tos-Algorithm': 'TOS4-HMAC-SHA256', 'X-Tos-Credential': 'AKLT/20261123/cn-beijing/tos/request', 'X-Tos-Date': '20261123T190000Z', 'X-Tos-Expires': '600', 'X-Tos-SignedHeaders': 'host', 'X-Tos-Signature': HMAC };
/** @param {Record<string, string>} parameters */
const lowerCase = (parameters) => Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value]));
/** @param {number} exp */
const supabase = (exp) => `https://abc.supabase.co/storage/v1/object/sign/acme/a.png?token=${['{"alg":"HS256"}', JSON.stringify({ url: 'acme/a.png', exp }), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.')}`;
const DENIED = '<Error><Code>SignatureDoesNotMatch</Code><Message>Access denied.</Message></Error>';

/** @type {Scheme[]} */
export const SCHEMES = [
  { name: 'SigV4A for a multi-region access point', source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html#how-sigv4a-works', link: link(MRAP, amazon(SIGV4A_KEY, SIGV4A)), remark: /AWS4-ECDSA-P256-SHA256/ },
  { name: 'SigV4A for two regions, with a session token', source: 'https://github.com/aws-samples/sigv4a-signing-examples/issues/20', link: link(MRAP, amazon('ASIAIOSFODNN7EXAMPLE/20261123/s3/aws4_request', { ...SIGV4A, 'X-Amz-Region-Set': 'us-east-1,us-west-2', 'X-Amz-Security-Token': 'IQoJb3JpZ2lu' })) },
  { name: 'SigV4A, its shortest signatures', source: 'https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3', link: link(MRAP, amazon(SIGV4A_KEY, { ...SIGV4A, 'X-Amz-Signature': `3044${'0a'.repeat(68)}` })) },
  { name: 'SigV4A, cut', source: 'https://github.com/apache/opendal-reqsign/pull/795', link: link(MRAP, amazon(SIGV4A_KEY, { ...SIGV4A, 'X-Amz-Signature': ECDSA.slice(0, -2) })), causes: ['signature-damaged'] },
  { name: 'SigV4A, expired', source: 'https://github.com/boto/boto3/issues/4627', link: link(MRAP, amazon(SIGV4A_KEY, { ...SIGV4A, 'X-Amz-Expires': '30' })), causes: ['expired'] },
  { name: 'SigV4A with a temporary key, without its token', source: 'https://github.com/aws-samples/sigv4a-signing-examples/issues/20', link: link(MRAP, amazon('ASIAIOSFODNN7EXAMPLE/20261123/s3/aws4_request', SIGV4A)), causes: ['token-missing'] },
  { name: 'SigV4A with a region in the credential', source: 'https://github.com/aws/aws-sdk-js-v3/issues/5639', link: link(MRAP, amazon('AKIAIOSFODNN7EXAMPLE/20261123/us-east-2/s3/aws4_request', { ...SIGV4A, 'X-Amz-Date': '20261122T190000Z', 'X-Amz-Expires': '604800' })), causes: ['malformed-parameter'] },
  { name: 'Google, with the key of a service account', source: 'https://docs.cloud.google.com/storage/docs/authentication/signatures', link: link('acme.storage.googleapis.com', google('GOOG4-RSA-SHA256', RSA)), remark: /GOOG4-RSA-SHA256/ },
  { name: 'Google, with a key of 4096 bits', source: 'https://docs.cloud.google.com/iam/docs/keys-upload', link: link('storage.googleapis.com', google('GOOG4-RSA-SHA256', RSA + RSA)) },
  { name: 'Google, a signed type that was not sent', source: 'https://github.com/googleapis/google-cloud-ruby/issues/2855', link: link('storage.googleapis.com', google('GOOG4-RSA-SHA256', RSA, { 'X-Goog-SignedHeaders': 'content-type;host' })), error: DENIED, args: ['--method=PUT', '--no-header'], causes: ['header-not-sent'] },
  { name: 'Google, cut', source: 'https://docs.cloud.google.com/storage/docs/authentication/signatures', link: link('storage.googleapis.com', google('GOOG4-RSA-SHA256', RSA.slice(100))), causes: ['signature-damaged'] },
  { name: 'Google, expired', source: 'https://docs.cloud.google.com/storage/docs/access-control/signed-urls', link: link('storage.googleapis.com', google('GOOG4-RSA-SHA256', RSA, { 'X-Goog-Expires': '1' })), causes: ['expired'] },
  { name: 'S3 Express', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-create-session.html', link: link('media--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com', amazon('ASIAIOSFODNN7EXAMPLE/20261123/us-west-2/s3express/aws4_request', { 'X-Amz-Expires': '300', 'X-Amz-S3session-Token': 'AAAAAExample' })), remark: /s3express/ },
  { name: 'S3 Express without its session token', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html', link: link('media--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com', amazon('ASIAIOSFODNN7EXAMPLE/20261123/us-west-2/s3express/aws4_request')), causes: ['token-missing'] },
  { name: 'S3 on Outposts', source: 'https://docs.aws.amazon.com/AmazonS3/latest/s3-outposts/S3OutpostsWorkingBuckets.html', link: link('ap-123456789012.op-01ac5d28a6a232904.s3-outposts.us-west-2.amazonaws.com', amazon('AKIAIOSFODNN7EXAMPLE/20261123/us-west-2/s3-outposts/aws4_request')) },
  { name: 'S3 Object Lambda', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/transforming-objects.html', link: link('ap-123456789012.s3-object-lambda.us-west-2.amazonaws.com', amazon('AKIAIOSFODNN7EXAMPLE/20261123/us-west-2/s3-object-lambda/aws4_request')) },
  { name: 'a service that has no objects', source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html', link: link('acme-media.s3.eu-west-1.amazonaws.com', amazon('AKIAIOSFODNN7EXAMPLE/20261123/eu-west-1/execute-api/aws4_request')), causes: ['malformed-parameter'] },
  { name: 'an algorithm that does not exist', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html', link: link('acme-media.s3.eu-west-1.amazonaws.com', amazon('AKIAIOSFODNN7EXAMPLE/20261123/eu-west-1/s3/aws4_request', { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' })), causes: ['malformed-parameter'] },
  { name: 'CloudFront, canned policy', source: 'https://github.com/jasonsims/aws-cloudfront-sign/issues/20', link: link('d111111abcdef8.cloudfront.net', { Expires: `${END}`, ...CLOUDFRONT }), remark: /CloudFront/ },
  { name: 'CloudFront, canned policy, expired', source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html', link: link('d111111abcdef8.cloudfront.net', { Expires: '1452884605', ...CLOUDFRONT }), causes: ['expired'] },
  { name: 'CloudFront, custom policy', source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html', link: link('d111111abcdef8.cloudfront.net', { Policy: cloudFrontPolicy(END), ...CLOUDFRONT }), remark: /CloudFront/ },
  { name: 'CloudFront, custom policy, expired', source: 'https://github.com/aws-samples/amazon-cloudfront-signed-urls-using-lambda-secretsmanager/issues/8', link: link('d111111abcdef8.cloudfront.net', { Policy: cloudFrontPolicy(END - 3_600), ...CLOUDFRONT }), causes: ['expired'] },
  { name: 'CloudFront, cut by a shell', source: 'https://github.com/jasonsims/aws-cloudfront-sign/issues/20', link: link('d111111abcdef8.cloudfront.net', { 'Key-Pair-Id': 'K2JCJMDEHXQW5F' }), causes: ['missing-parameter'] },
  { name: 'Google Cloud CDN', source: 'https://docs.cloud.google.com/cdn/docs/using-signed-urls', link: link('media.example.com', { Expires: `${END}`, KeyName: 'my-key', Signature: 'SEVWk7CQnO7hNkkAyA9bC5SbkX8=' }) },
  { name: 'Signature Version 2', source: 'https://github.com/aws/aws-sdk-js/issues/557', link: link('s3.amazonaws.com', { AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Expires: `${END}`, Signature: 'tzxdB4/FES81KgP1mBiwrhbcu6w=' }), remark: /Version 2/ },
  { name: 'Signature Version 2 of Google', source: 'https://github.com/googleapis/google-cloud-ruby/issues/2855', link: link('storage.googleapis.com', { GoogleAccessId: 'acme@appspot.gserviceaccount.com', Expires: '1548954691', Signature: 'W8SUuR2LoDGQqPs0GQ9oIHW+9GMaV6XfQu8406nj/zZkNjjdkuIc1uLeXbB4DGEIo0' }), causes: ['expired'] },
  { name: 'Azure', source: 'https://learn.microsoft.com/en-us/rest/api/storageservices/create-service-sas', link: link('acme.blob.core.windows.net', AZURE), remark: /Azure/ },
  { name: 'Azure, expired', source: 'https://learn.microsoft.com/en-us/rest/api/storageservices/formatting-datetime-values', link: link('acme.blob.core.windows.net', { ...AZURE, se: '2026-11-23T18:00Z' }), causes: ['expired'] },
  { name: 'Alibaba Cloud OSS, version 4', source: 'https://github.com/aliyun/alibabacloud-oss-go-sdk-v2/issues/25', link: link('acme.oss-cn-chengdu.aliyuncs.com', OSS), remark: /OSS/ },
  { name: 'Alibaba Cloud OSS, version 4, expired', source: 'https://github.com/aliyun/alibabacloud-oss-go-sdk-v2/issues/25', link: link('acme.oss-cn-chengdu.aliyuncs.com', { ...OSS, 'x-oss-expires': '30' }), causes: ['expired'] },
  { name: 'Alibaba Cloud OSS, version 1', source: 'https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls', link: link('acme.oss-cn-hangzhou.aliyuncs.com', { OSSAccessKeyId: 'LTAI5t', Expires: `${END}`, Signature: 'vjbyPxybdZaNmGa+yT272YEAiv4=' }) },
  { name: 'Tencent Cloud COS', source: 'https://www.tencentcloud.com/document/product/436/7778', link: link('acme-1250000000.cos.ap-beijing.myqcloud.com', COS), remark: /COS/ },
  { name: 'Tencent Cloud COS, expired', source: 'https://www.tencentcloud.com/document/product/436/7778', link: link('acme-1250000000.cos.ap-beijing.myqcloud.com', { ...COS, 'q-sign-time': '1557902800;1557910000' }), causes: ['expired'] },
  { name: 'Huawei Cloud OBS', source: 'https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0011.html', link: link('acme.obs.eu-west-101.myhuaweicloud.eu', { AccessKeyId: 'UDSIAMSTUBTEST000001', Expires: `${END}`, Signature: 'vjbyPxybdZaNmGa+yT272YEAiv4=' }) },
  { name: 'Signature Version 2 with a session token', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html', link: link('acme-media.s3.amazonaws.com', { ...VERSION_2, AWSAccessKeyId: 'ASIAIOSFODNN7EXAMPLE', 'x-amz-security-token': 'FQoGZXIvYXdzEJr/' }), remark: /Version 2/ },
  { name: 'Signature Version 2 with headers in the query, as botocore writes them', source: 'boto/boto3#4146', link: link('acme-media.s3.amazonaws.com', { ...VERSION_2, 'content-type': 'image/png', 'x-amz-meta-a': 'b', 'x-amz-server-side-encryption': 'aws:kms' }), remark: /Version 2/ },
  { name: 'Signature Version 2 with an ACL, expired', source: 'odysseyscience/react-s3-uploader#101', link: link('acme-media.s3.amazonaws.com', { ...VERSION_2, Expires: '1795460400', 'x-amz-acl': 'public-read' }), causes: ['expired'] },
  { name: 'Signature Version 2, whose signature was cut', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html', link: link('acme-media.s3.amazonaws.com', { AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Expires: `${END}`, 'x-amz-request-payer': 'requester' }), causes: ['missing-parameter'] },
  { name: 'Signature Version 2 of Google with a project', source: 'GoogleCloudPlatform/gsutil#1068', link: link('storage.googleapis.com', { GoogleAccessId: 'acme@appspot.gserviceaccount.com', Expires: `${END}`, Signature: 'tzxdB4/FES81KgP1mBiwrhbcu6w=', userProject: 'acme', 'x-goog-user-project': 'acme' }), remark: /Google's Signature Version 2/ },
  { name: 'CloudFront in front of S3, with a parameter of S3', source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html', link: link('d111111abcdef8.cloudfront.net', { Expires: `${END}`, ...CLOUDFRONT, 'x-amz-checksum-mode': 'ENABLED' }), remark: /CloudFront/ },
  { name: 'CloudFront, expired, with its answer', source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html', link: link('d111111abcdef8.cloudfront.net', { Expires: '1795460400', ...CLOUDFRONT }), error: '<Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>', causes: ['expired'] },
  { name: 'CloudFront, denied', source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html', link: link('d111111abcdef8.cloudfront.net', { Expires: `${END}`, ...CLOUDFRONT }), error: '<Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>', causes: ['refused'] },
  { name: 'Azure, expired, with its answer', source: 'https://learn.microsoft.com/en-us/rest/api/storageservices/common-rest-api-error-codes', link: link('acme.blob.core.windows.net', { ...AZURE, se: '2026-11-23T18:00:00Z' }), error: '<Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message><AuthenticationErrorDetail>Signed expiry time [Mon, 23 Nov 2026 18:00:00 GMT] must be after signed start time</AuthenticationErrorDetail></Error>', causes: ['expired'] },
  { name: 'Google, names in lower case, as gsutil writes them', source: 'uc-cdis/fence#429', link: link('storage.googleapis.com', lowerCase(google('GOOG4-RSA-SHA256', RSA))), remark: /GOOG4-RSA-SHA256/ },
  { name: 'Google, names in lower case, expired', source: 'uc-cdis/fence#429', link: link('storage.googleapis.com', lowerCase(google('GOOG4-RSA-SHA256', RSA, { 'X-Goog-Expires': '30' }))), causes: ['expired'] },
  { name: 'Google, names in lower case, a signed type that was not sent', source: 'googleapis/google-cloud-ruby#2855', link: link('storage.googleapis.com', lowerCase(google('GOOG4-RSA-SHA256', RSA, { 'X-Goog-SignedHeaders': 'content-type;host' }))), error: DENIED, args: ['--method=PUT', '--no-header'], causes: ['header-not-sent'] },
  { name: 'a link of STS', source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html', link: link('sts.eu-west-1.amazonaws.com', amazon('AKIAIOSFODNN7EXAMPLE/20261123/eu-west-1/sts/aws4_request')), remark: /service sts/ },
  { name: 'a link of AWS IoT', source: 'https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html', link: link('abc-ats.iot.us-east-1.amazonaws.com', amazon('AKIAIOSFODNN7EXAMPLE/20261123/us-east-1/iotdevicegateway/aws4_request')), remark: /service iotdevicegateway/ },
  { name: 'Volcengine TOS', source: 'https://github.com/apache/opendal-reqsign/pull/779', link: link('acme.tos-cn-beijing.volces.com', TOS), remark: /TOS/ },
  { name: 'Volcengine TOS, expired', source: 'https://github.com/apache/opendal-reqsign/pull/779', link: link('acme.tos-cn-beijing.volces.com', { ...TOS, 'X-Tos-Expires': '30' }), causes: ['expired'] },
  { name: 'Baidu BOS', source: 'https://cloud.baidu.com/doc/BOS/s/Zkkrr77ld-en', link: link('acme.bj.bcebos.com', { authorization: `bce-auth-v1/ak/2026-11-23T19:00:00Z/600/host/${HMAC}` }), remark: /BOS/ },
  { name: 'Baidu BOS, expired', source: 'https://cloud.baidu.com/doc/BOS/s/Zkkrr77ld-en', link: link('acme.bj.bcebos.com', { authorization: `bce-auth-v1/ak/2026-11-23T19:00:00Z/30/host/${HMAC}` }), causes: ['expired'] },
  { name: 'Baidu BOS, without an end', source: 'https://cloud.baidu.com/doc/BOS/s/Cl5jgit2o', link: link('acme.bj.bcebos.com', { authorization: `bce-auth-v1/ak/2026-11-23T19:00:00Z/-1/host/${HMAC}` }) },
  { name: 'a URL with an authorization of its own', source: 'https://cloud.baidu.com/doc/BOS/s/Zkkrr77ld-en', link: link('www.example.com', { authorization: 'basic' }), causes: ['missing-parameter'] },
  { name: 'Qiniu Kodo', source: 'https://developer.qiniu.com/kodo/kb/1321/how-to-acquire-the-outside-storage-file-links', link: link('developer.qiniu.com', { e: `${END}`, token: 'MY_ACCESS_KEY:yN9WtB0lQheegAwva64yBuH3ZgU=' }), remark: /Kodo/ },
  { name: 'Qiniu Kodo, expired', source: 'https://developer.qiniu.com/kodo/kb/1321/how-to-acquire-the-outside-storage-file-links', link: link('developer.qiniu.com', { e: '1451491200', token: 'MY_ACCESS_KEY:yN9WtB0lQheegAwva64yBuH3ZgU=' }), causes: ['expired'] },
  { name: 'Supabase', source: 'supabase/storage-js#79', link: supabase(END), remark: /Supabase/ },
  { name: 'Supabase, expired', source: 'supabase/supabase-flutter#402', link: supabase(END - 3600), causes: ['expired'] },
  { name: 'a URL without a signature', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-bucket-intro.html', link: 'https://acme-media.s3.eu-west-1.amazonaws.com/a.png', causes: ['missing-parameter'] },
];
