// Uploads files under a rule, and links to those that a download rule can read.
import { download } from './signpost.js';
import './signpost-upload.js';

const [choice, field, stored, own, typed] = ['#rule', '#field', '#stored', '#own', '#token'].map((selector) => document.querySelector(selector));
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
  own.hidden = rule.isOpen || Boolean(rule.token);
  upload.token = tokenOf(rule);
  upload.addEventListener('signpost-done', ({ detail }) => list(rule, detail));
  field.replaceChildren(upload);
}

/** The token of this machine, or the one that is typed when a file is sent. */
function tokenOf({ isOpen, token }) {
  return token ?? (isOpen ? undefined : () => typed.value.trim());
}

async function list(rule, { key, file }) {
  const { download: reader } = rule;
  const row = document.createElement('li');
  const code = document.createElement('code');
  code.textContent = key;
  row.append(`${file.name} is stored as `, code);
  stored.append(row);
  if (!reader) return;
  const path = key.split('/').slice(reader.segments).join('/');
  const { url } = await download(path, { endpoint, rule: reader.rule, token: tokenOf(rule) });
  const link = Object.assign(document.createElement('a'), { href: url, textContent: 'open it' });
  row.append(', ', link);
}
