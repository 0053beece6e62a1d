/** @file Upload forms as HAR files, pages and answers of signers have them. */

/** @typedef {{ url: string, fields: Record<string, string> }} Form */
/** @typedef {{ name: string, source: string, record: (form: Form) => string, causes?: string[], remark?: RegExp }} Recorded */

const MULTIPART = 'multipart/form-data; boundary=----WebKitFormBoundaryA1b2C3d4E5f6G7h8';
const REFUSED = '<Error><Code>MalformedPOSTRequest</Code><Message>The body of your POST request is not well-formed multipart/form-data.</Message></Error>';
const DENIED = '<Error><Code>AccessDenied</Code><Message>Invalid according to Policy: Policy Condition failed: ["eq", "$key", "a.png"]</Message></Error>';

/** @param {[string, string][]} fields @param {{ boundary?: string, file?: string, end?: string }} [options] */
function body(fields, { boundary = '----WebKitFormBoundaryA1b2C3d4E5f6G7h8', file = 'A', end = '\r\n' } = {}) {
  const parts = fields.map(([name, value]) => `--${boundary}${end}Content-Disposition: form-data; name="${name}"${end}${end}${value}${end}`);
  const last = `--${boundary}${end}Content-Disposition: form-data; name="file"; filename="a.png"${end}Content-Type: image/png${end}${end}${file}${end}`;
  return `${parts.join('')}${last}--${boundary}--${end}`;
}

/** @param {string} url @param {{ type?: string, postData?: object, headers?: { name: string, value: string }[], status?: number, answer?: string }} options */
function har(url, { type = MULTIPART, postData, headers = [], status = 403, answer = '' }) {
  const request = { method: 'POST', url, httpVersion: 'HTTP/1.1', cookies: [], headers: [...(type ? [{ name: 'Content-Type', value: type }] : []), ...headers], queryString: [], headersSize: -1, bodySize: -1, ...(postData ? { postData } : {}) };
  const content = { size: answer.length, mimeType: 'application/xml', text: answer };
  const response = { status, statusText: '', httpVersion: 'HTTP/1.1', cookies: [], headers: [], content, redirectURL: '', headersSize: -1, bodySize: -1 };
  return JSON.stringify({ log: { version: '1.2', creator: { name: 'test', version: '1' }, entries: [{ startedDateTime: '2026-11-23T19:01:00.000Z', time: 1, request, response, cache: {}, timings: { send: 0, wait: 1, receive: 0 } }] } });
}

/** @param {Form} form @param {[string, string][]} [more] */
const entries = ({ fields }, more = []) => [...Object.entries(fields), ...more];
/** @param {[string, string][]} fields */
const params = (fields) => [...fields.map(([name, value]) => ({ name, value })), { name: 'file', fileName: 'a.png', contentType: 'image/png' }];
/** @param {Form} form @param {string} attributes @param {string} [more] */
const page = ({ url, fields }, attributes, more = '') => {
  const escaped = (/** @type {string} */ text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`).join('\n');
  return `<!doctype html><title>Upload</title><p>See <a href="https://www.example.com/">home</a></p>\n<form action="${url}" method="post" ${attributes}>\n${inputs}\n<input type=file name=file>${more}<button>Upload</button></form>`;
};

const SPEC = 'http://www.softwareishard.com/blog/har-12-spec/#postData';

/** @type {Recorded[]} */
export const RECORDS = [
  { name: 'Chromium: the body as text', source: 'https://github.com/ChromeDevTools/devtools-frontend/blob/main/front_end/models/har/Log.ts', record: (form) => har(form.url, { postData: { mimeType: MULTIPART, text: body(entries(form, [['submit', 'Upload']])) } }), causes: ['extra-field'] },
  { name: 'Firefox: parameters and text', source: 'https://searchfox.org/mozilla-central/source/devtools/client/netmonitor/src/har/har-builder.js', record: (form) => har(form.url, { postData: { mimeType: MULTIPART, params: [], text: body(entries(form)) }, answer: DENIED }), causes: ['policy-condition'] },
  { name: 'only parameters', source: SPEC, record: (form) => har(form.url, { postData: { mimeType: MULTIPART, params: params(entries(form, [['submit', 'Upload']])) } }), causes: ['extra-field'] },
  { name: 'only parameters, all right', source: SPEC, record: (form) => har(form.url, { postData: { mimeType: MULTIPART, params: params(entries(form)), text: '' } }) },
  { name: 'parameters with the file first', source: SPEC, record: (form) => har(form.url, { postData: { mimeType: MULTIPART, params: params(entries(form)).reverse() } }), causes: ['file-not-last'] },
  { name: 'a body in base64', source: 'https://playwright.dev/docs/mock#recording-a-har-file', record: (form) => har(form.url, { postData: { mimeType: MULTIPART, encoding: 'base64', text: btoa(body(entries(form, [['submit', 'Upload']]))) } }), causes: ['extra-field'] },
  { name: 'no boundary', source: 'https://github.com/localstack/localstack/issues/10309', record: (form) => har(form.url, { type: 'multipart/form-data', postData: { mimeType: 'multipart/form-data', text: body(entries(form)) }, answer: REFUSED }), causes: ['malformed-form'] },
  { name: 'no boundary, only parameters', source: 'https://github.com/localstack/localstack/issues/10309', record: (form) => har(form.url, { type: 'multipart/form-data', postData: { mimeType: 'multipart/form-data', params: params(entries(form)) }, answer: REFUSED }), causes: ['malformed-form'] },
  { name: 'another boundary', source: 'https://developer.mozilla.org/en-US/docs/Web/API/XMLHttpRequest_API/Using_FormData_Objects', record: (form) => har(form.url, { type: 'multipart/form-data; boundary=other', postData: { mimeType: 'multipart/form-data; boundary=other', text: body(entries(form)) }, answer: REFUSED }), causes: ['malformed-form'] },
  { name: 'a boundary with quotes and letters of its own', source: 'https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1', record: (form) => har(form.url, { type: 'multipart/form-data; boundary="*****"', postData: { mimeType: '', text: body(entries(form, [['submit', 'Upload']]), { boundary: '*****' }) } }), causes: ['extra-field'] },
  { name: 'no Content-Type at all', source: 'https://github.com/boto/boto3/issues/3708', record: (form) => har(form.url, { type: '', postData: { mimeType: '', text: body(entries(form)) }, answer: REFUSED }), causes: ['malformed-form'] },
  { name: 'another type', source: 'https://github.com/danialfarid/ng-file-upload/issues/2054', record: (form) => har(form.url, { type: 'application/x-www-form-urlencoded', postData: { mimeType: 'application/x-www-form-urlencoded', text: new URLSearchParams(form.fields).toString() }, status: 412 }), causes: ['malformed-form'] },
  { name: 'another type, as parameters', source: SPEC, record: (form) => har(form.url, { type: 'application/x-www-form-urlencoded', postData: { mimeType: 'application/x-www-form-urlencoded', params: params(entries(form)).slice(0, -1) }, status: 412 }), causes: ['malformed-form'] },
  { name: 'the fields as JSON', source: 'https://github.com/danialfarid/ng-file-upload/issues/2054', record: (form) => har(form.url, { type: 'application/json', postData: { mimeType: 'application/json', text: JSON.stringify(form.fields) }, status: 412 }), causes: ['malformed-form'] },
  { name: 'line ends of a record that normalises them', source: 'https://www.telerik.com/fiddler', record: (form) => har(form.url, { postData: { mimeType: MULTIPART, text: body(entries(form, [['submit', 'Upload']]), { end: '\n' }) } }), causes: ['extra-field'] },
  { name: 'a record without the body', source: 'https://issues.chromium.org/issues/40491973', record: (form) => har(form.url, { answer: DENIED }), causes: ['policy-condition'], remark: /has no body/ },
  { name: 'a file whose bytes Chromium leaves out', source: 'https://issues.chromium.org/issues/40491973', record: (form) => {
    const text = body(entries(form), { file: '' });
    return har(form.url, { headers: [{ name: 'Content-Length', value: `${text.length + 1_000}` }], postData: { mimeType: MULTIPART, text } });
  } },
  { name: 'a page', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html', record: (form) => page(form, 'enctype="multipart/form-data"') },
  { name: 'a page whose form has another type', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html', record: (form) => page(form, ''), causes: ['malformed-form'] },
  { name: 'a page with a field of its own', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html', record: (form) => page({ ...form, fields: { utf8: '✓', ...form.fields } }, 'enctype="multipart/form-data"'), causes: ['extra-field'] },
  { name: 'an answer inside another answer', source: 'https://github.com/boto/boto3/issues/3708', record: (form) => JSON.stringify({ statusCode: 200, data: { upload: { ...form, fields: { ...form.fields, submit: 'Upload' } } } }), causes: ['extra-field'] },
  { name: 'fields as a list', source: 'https://docs.github.com/en/rest', record: (form) => JSON.stringify({ url: form.url, fields: [...params(entries(form)).slice(0, -1), { name: 'submit', value: 'Upload' }] }), causes: ['extra-field'] },
  { name: "Uppy's answer", source: 'https://uppy.io/docs/aws-s3/', record: (form) => JSON.stringify({ method: 'POST', ...form, headers: {} }) },
];
