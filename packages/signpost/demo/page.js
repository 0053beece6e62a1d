// Uploads files under a rule, and links to those that a download rule can read.
import { download } from './signpost.js';
import './signpost-upload.js';

const [choice, field, stored] = ['#rule', '#field', '#stored'].map((selector) => document.querySelector(selector));
const { endpoint, rules } = await (await fetch('config.json')).json();

for (const { name } of rules) choice.append(new Option(name));
choice.addEventListener('change', show);
show();

function show() {
  const rule = rules.find(({ name }) => name === choice.value);
  const upload = document.createElement('signpost-upload');
  upload.setAttribute('endpoint', endpoint);
  upload.setAttribute('rule', rule.name);
  upload.setAttribute('accept', rule.types.join());
  upload.toggleAttribute('multiple', true);
  upload.token = rule.token;
  upload.addEventListener('signpost-done', ({ detail }) => list(rule, detail));
  field.replaceChildren(upload);
}

async function list({ token, download: reader }, { key, file }) {
  const row = document.createElement('li');
  const code = document.createElement('code');
  code.textContent = key;
  row.append(`${file.name} is stored as `, code);
  stored.append(row);
  if (!reader) return;
  const path = key.split('/').slice(reader.segments).join('/');
  const { url } = await download(path, { endpoint, rule: reader.rule, token });
  const link = Object.assign(document.createElement('a'), { href: url, textContent: 'open it' });
  row.append(', ', link);
}
