/** @file The explain page: passes the texts to the wasm and shows the result as plain text. */
import init, { explainTexts } from '../../build/explain-wasm/explain.js';
import bytes from '../../build/explain-wasm/explain_bg.wasm';

/** @typedef {{ code: string, message: string, hint: string }} Cause */
/** @typedef {{ of: string, right: string, lines: { signed: string, received: string, differs: boolean }[] }} Comparison */
/** @typedef {{ subject: string, causes: Cause[], unverified: string[], remarks: string[], comparisons: Comparison[] }} Diagnosis */

const ready = init({ module_or_path: bytes });

/** @template {HTMLElement} E @param {string} id @returns {E} */
const element = (id) => /** @type {E} */ (document.getElementById(id));
const value = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (element(id)).value;

/**
 * @param {string} tag
 * @param {string | (Node | string)[]} content
 * @param {string} [name] its class
 */
function make(tag, content, name = '') {
  const made = document.createElement(tag);
  made.className = name;
  if (typeof content === 'string') made.textContent = content;
  else made.append(...content);
  return made;
}

/** @param {Cause} cause */
const causeItem = ({ code, message, hint }) =>
  make('li', [make('p', message, 'message'), make('p', [make('strong', 'What to do: '), hint]), make('p', [make('code', code)], 'code')]);

/** @param {Comparison} comparison */
function comparisonTable({ of, right, lines }) {
  const head = make('tr', ['', 'as signed', right].map((title) => make(title ? 'th' : 'td', title)));
  for (const cell of head.querySelectorAll('th')) cell.scope = 'col';
  const rows = lines.map(({ signed, received, differs }) =>
    make('tr', [make('td', differs ? '≠' : ''), make('td', [make('code', signed)]), make('td', [make('code', received)])], differs ? 'differs' : ''),
  );
  for (const row of rows) if (row.className) row.firstElementChild?.setAttribute('aria-label', 'differs');
  const table = make('table', [make('caption', of), make('thead', [head]), make('tbody', rows)]);
  const frame = make('div', [table], 'wide');
  frame.tabIndex = 0; // so that the keyboard can scroll it sideways
  frame.setAttribute('role', 'region');
  frame.setAttribute('aria-label', of);
  return frame;
}

/** @param {string[]} unverified */
function withoutProblems(unverified) {
  const names = unverified.map((what) => (what === 'region' ? "the bucket's region" : `the ${what}`));
  return names.length === 0 ? 'No problems found.' : `Nothing wrong in what can be seen. Not verified: ${names.join(', ')}.`;
}

/** @param {Diagnosis} diagnosis */
function diagnosisArticle({ subject, causes, unverified, remarks, comparisons }) {
  const list = causes.length > 0 ? make('ul', causes.map(causeItem), 'causes') : make('p', withoutProblems(unverified), 'good');
  return make('article', [make('h3', subject), list, ...remarks.map((remark) => make('p', remark, 'remark')), ...comparisons.map(comparisonTable)]);
}

/** @param {string} answer JSON of `explainTexts` */
function show(answer) {
  /** @type {{ unreadable?: string, diagnoses?: Diagnosis[] }} */
  const { unreadable, diagnoses = [] } = JSON.parse(answer);
  const content = unreadable ? [make('p', `This cannot be explained: ${unreadable}.`, 'message')] : diagnoses.map(diagnosisArticle);
  element('diagnoses').replaceChildren(...content);
  element('result').hidden = false;
  element('result').focus();
}

element('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  await ready;
  const files = [.../** @type {HTMLInputElement} */ (element('file')).files ?? []];
  const texts = [value('request'), ...(await Promise.all(files.map((file) => file.text()))), value('error')];
  const now = Math.floor(Date.now() / 1000);
  show(explainTexts(texts, value('method'), value('headers'), value('id'), value('secret'), now));
});
