/** @file Gets the answers: checks those that are given as options, and asks for the others. */
import { QUESTIONS } from './questions.mjs';
import { Stopped } from './stopped.mjs';

/** @typedef {import('./questions.mjs').Answers} Answers */
/** @typedef {import('./questions.mjs').Question} Question */

/**
 * @param {Record<string, any>} given
 * @param {boolean} isInteractive
 * @param {{ saidYes: boolean, folder?: string }} command
 * @returns {Promise<Answers>}
 */
export async function answer(given, isInteractive, { saidYes, folder }) {
  /** @type {Answers} */
  const answers = {};
  /** @type {{ missing: string[], notes: string[] }} */
  const { missing, notes } = { missing: [], notes: [] };
  for (const question of QUESTIONS) {
    const { option, applies, standard } = question;
    if (applies && !applies(answers)) {
      if (option in given) throw new Stopped(`--${option} does not apply to ${answers.callers ? `--callers ${answers.callers}` : `--provider ${answers.provider}`}`, 'leave it out');
      continue;
    }
    const value = given[option] ?? (isInteractive ? await ask(question, answers, folder) : standard);
    if (value === undefined) {
      missing.push(`--${option}`);
      continue;
    }
    answers[option] = checked(question, value, answers);
    if (!isInteractive && !(option in given)) notes.push(`--${option} ${value}, since none is given (${question.choices?.[value] ?? 'the default'})\n`);
    const remark = question.remark?.(answers[option]);
    if (remark && isInteractive) (await import('@clack/prompts')).log.warn(remark);
    else if (remark) notes.push(`note: ${remark}\n`);
  }
  if (missing.length > 0) throw new Stopped(`missing: ${missing.join(', ')}`, saidYes ? 'give these options, or leave --yes out to be asked' : 'give these options: there is no terminal in which they could be asked for');
  process.stderr.write(notes.join(''));
  return answers;
}

/** @param {Question} question @param {string} value @param {Answers} answers */
function checked({ option, choices, mistake, tidy = (text) => text }, value, answers) {
  const known = tidy(value);
  const wrong = choices ? (known in choices ? undefined : `expected one of ${Object.keys(choices).join(', ')}`) : mistake?.(known, answers);
  if (wrong) throw new Stopped(`--${option}: ${wrong}, found "${known}"`);
  return known;
}

/**
 * @param {Question} question
 * @param {Answers} answers
 * @param {string | undefined} folder
 * @returns {Promise<string>}
 */
async function ask({ text, choices, example, tidy = (value) => value, mistake }, answers, folder) {
  const { isCancel, select, text: input } = await import('@clack/prompts');
  const value = choices
    ? await select({ message: text, options: Object.entries(choices).map(([name, title]) => ({ value: name, label: title, hint: name })) })
    : await input({ message: text, placeholder: typeof example === 'function' ? example(answers) : example, validate: (typed = '') => mistake?.(tidy(typed), answers) });
  if (isCancel(value)) throw new Stopped('cancelled, nothing was written', continueWith(answers, folder), 1);
  return value;
}

/** The command that asks only for what is not answered yet. @param {Answers} answers @param {string | undefined} folder */
function continueWith(answers, folder) {
  const options = Object.entries(answers).map(([option, value]) => `--${option} ${quoted(value)}`);
  return options.length > 0 ? `to go on with your answers, or to change one: npm create signpost${folder ? ` ${quoted(folder)}` : ''} -- ${options.join(' ')}` : undefined;
}

/** @param {string} text as a word of a shell */
function quoted(text) {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
