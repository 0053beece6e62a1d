/** @file Commands that send a link or a form, as people type them and as developer tools copy them. */

/**
 * @typedef {object} Command
 * @property {string} name
 * @property {string} source where it was seen
 * @property {(given: { get: string, put: string, form: { url: string, fields: Record<string, string> } }) => string} text `put` is signed for image/png
 * @property {string[]} [causes]
 * @property {'no'} [secret] whether the secret is not available
 */

const DENIED = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message></Error>';

/** As Chromium's "Copy as cURL (cmd)" writes an argument. @param {string} text */
const cmd = (text) => `^"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/[^a-zA-Z0-9\s_\-:=+~'/.',?;()*`]/g, '^$&').replace(/%(?=[a-zA-Z0-9_])/g, '%^')}^"`;
/** @param {Record<string, string>} fields @param {(name: string, value: string) => string} write */
const each = (fields, write) => Object.entries(fields).map(([name, value]) => write(name, value)).join(' ');

/** @type {Command[]} */
export const COMMANDS = [
  { name: 'a download', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/ShareObjectPreSignedURL.html', text: ({ get }) => `curl -o a.png "${get}"` },
  { name: 'a download after a prompt, with the answer', source: 'https://github.com/aws/aws-sdk-php/issues/1344', text: ({ get }) => `$ curl -sS '${get}&ref=mail'\n${DENIED}\n$`, causes: ['query-changed'] },
  { name: 'a link without quotes', source: 'https://github.com/basho/riak_cs/pull/515', text: ({ get }) => `curl -L ${get} -o a.png`, causes: ['missing-parameter'] },
  { name: 'a link in which zsh escaped letters', source: 'https://github.com/opengovsg/postmangovsg/issues/1205', text: ({ get }) => `curl -i -v --location --request GET ${get.replace(/[?&=]/g, '\\$&')}` },
  { name: 'only the head of a link for GET', source: 'https://curl.se/docs/manpage.html#-I', text: ({ get }) => `curl -I '${get}'`, causes: ['method-differs'] },
  { name: 'an upload with its type', source: 'https://github.com/aws/aws-sdk-php/issues/1344', text: ({ put }) => `curl -v -H "Content-Type: image/png" -T a.png "${put}"` },
  { name: 'an upload without its type', source: 'https://github.com/aws/aws-sdk-js/issues/557', text: ({ put }) => `curl --upload-file a.png '${put}'`, causes: ['header-not-sent'] },
  { name: 'an upload without its type, without the secret', source: 'https://github.com/aws/aws-sdk-js/issues/557', text: ({ put }) => `curl --upload-file a.png '${put}'\n${DENIED}`, causes: ['header-not-sent'], secret: 'no' },
  { name: 'the type that --data-binary adds', source: 'https://github.com/cloudflare/cloudflare-docs/issues/5724', text: ({ put }) => `curl -X PUT --data-binary @a.png '${put}'`, causes: ['content-type-differs'] },
  { name: 'the method that --data-binary implies', source: 'https://curl.se/docs/manpage.html#--data-binary', text: ({ put }) => `curl --data-binary @a.png -H'Content-Type: image/png' '${put}'`, causes: ['method-differs'] },
  { name: 'a form instead of the file', source: 'https://github.com/cloudflare/cloudflare-docs/issues/5724', text: ({ put }) => `curl -X PUT -F "data=@a.png" "${put}"`, causes: ['content-type-differs'] },
  { name: 'a password besides', source: 'https://curl.se/docs/manpage.html#-u', text: ({ get }) => `curl -u ada:secret-of-ada "${get}"`, causes: ['two-signatures'] },
  { name: 'a header that is not signed', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html', text: ({ put }) => `curl -T a.png -H 'content-type: image/png' -H 'x-amz-acl: public-read' '${put}'`, causes: ['header-not-signed'] },
  { name: 'data in the query', source: 'https://curl.se/docs/manpage.html#-G', text: ({ get }) => `curl -G -d ref=mail '${get}'`, causes: ['query-changed'] },
  { name: 'lines that the shell joins', source: 'https://developers.cloudflare.com/r2/api/s3/presigned-urls/', text: ({ put }) => `curl -X PUT "${put}" \\\n  -H "Content-Type: image/png" \\\n  --data-binary @a.png` },
  { name: 'options with values of their own', source: 'https://curl.se/docs/manpage.html', text: ({ get }) => `curl --silent --show-error --max-time 30 --retry=3 -w '%{http_code}\\n' -A agent -e https://www.example.com/ --compressed -fsSLko /dev/null --url '${get}'` },
  { name: 'Chromium, Copy as cURL (bash)', source: 'https://github.com/ChromeDevTools/devtools-frontend/blob/main/front_end/panels/network/NetworkLogView.ts', text: ({ put }) => `curl '${put}' \\\n  -X 'PUT' \\\n  -H 'accept: */*' \\\n  -H 'accept-language: en-US,en;q=0.9' \\\n  -H 'content-type: image/jpeg' \\\n  -H 'origin: https://www.example.com' \\\n  --data-raw $'\\u0089PNG\\r\\n\\'\\u0021' ;`, causes: ['content-type-differs'] },
  { name: 'Chromium, Copy as cURL (cmd)', source: 'https://github.com/ChromeDevTools/devtools-frontend/blob/main/front_end/panels/network/NetworkLogView.ts', text: ({ put }) => `curl ${cmd(put)} ^\n  -X ^"PUT^" ^\n  -H ^"accept: */*^" ^\n  -H ^"content-type: image/jpeg^" ^\n  -H ${cmd('sec-ch-ua: "Chromium";v="142"')}`, causes: ['content-type-differs'] },
  { name: 'Chromium, Copy as cURL (cmd), with line ends of Windows', source: 'https://github.com/ChromeDevTools/devtools-frontend/blob/main/front_end/panels/network/NetworkLogView.ts', text: ({ get }) => `curl.exe ${cmd(get)} ^\r\n  -H ^"accept: */*^"` },
  { name: 'Firefox, Copy as cURL', source: 'https://searchfox.org/mozilla-central/source/devtools/client/shared/curl.js', text: ({ put }) => `curl '${put}' -X PUT -H 'User-Agent: Mozilla/5.0' -H 'Content-Type: image/png' -H 'Origin: https://www.example.com' -H 'Content-Length: 4' --data-binary $'\\x89PNG'` },
  { name: 'Chromium, Copy as fetch', source: 'https://github.com/ChromeDevTools/devtools-frontend/blob/main/front_end/panels/network/NetworkLogView.ts', text: ({ put }) => `fetch("${put}", {\n  "headers": {\n    "accept": "*/*",\n    "content-type": "image/jpeg"\n  },\n  "body": "x",\n  "method": "PUT",\n  "mode": "cors"\n});`, causes: ['content-type-differs'] },
  { name: 'Chromium, Copy as fetch, of a download', source: 'https://github.com/ChromeDevTools/devtools-frontend/blob/main/front_end/panels/network/NetworkLogView.ts', text: ({ get }) => `await fetch("${get}", {\n  "headers": { "accept": "*/*" },\n  "body": null,\n  "method": "GET"\n});` },
  { name: 'Chromium, Copy as PowerShell', source: 'https://github.com/ChromeDevTools/devtools-frontend/blob/main/front_end/panels/network/NetworkLogView.ts', text: ({ get }) => `Invoke-WebRequest -UseBasicParsing -Uri "${get}" -Method "GET"` },
  { name: 'a form', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html', text: ({ form }) => `curl ${each(form.fields, (name, value) => `-F '${name}=${value}'`)} -F file=@a.png ${form.url}` },
  { name: 'a form, written by Postman', source: 'https://github.com/localstack/localstack/issues/7256', text: ({ form }) => `curl --location --request POST '${form.url}' ${each(form.fields, (name, value) => `\\\n--form '${name}="${value}"'`)} \\\n--form 'file=@"/home/ada/a.png"'` },
  { name: 'a form with the file first', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html', text: ({ form }) => `curl -F file=@a.png ${each(form.fields, (name, value) => `--form-string '${name}=${value}'`)} '${form.url}'`, causes: ['file-not-last'] },
  { name: 'a form with a field of its own', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html', text: ({ form }) => `curl ${each(form.fields, (name, value) => `-F '${name}=${value}'`)} -F submit=Upload -F 'file=@a.png;type=image/png' '${form.url}'`, causes: ['extra-field'] },
  { name: 'a form that is not multipart', source: 'https://github.com/danialfarid/ng-file-upload/issues/2054', text: ({ form }) => `curl ${each(form.fields, (name, value) => `--data-urlencode '${name}=${value}'`)} '${form.url}'`, causes: ['malformed-form'] },
  { name: 'the answer of the signer as the body', source: 'https://github.com/danialfarid/ng-file-upload/issues/2054', text: ({ form }) => `curl --json '${JSON.stringify(form.fields)}' '${form.url}'`, causes: ['malformed-form'] },
];

/** Commands that cannot be read, and the reason that is given. @type {[string, RegExp][]} */
export const UNREADABLE = [
  ['curl -T a.png "$URL"', /put its value there/],
  ['curl -X PUT', /has no URL/],
  ['curl -X', /options of the curl command/],
];
