/** @file A program in a terminal, as `script` of util-linux provides it: the test types, and reads the screen. */
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { environment } from '../../scripts/step.mjs';

/** How long a program has to show what a test waits for, in milliseconds. */
const PATIENCE = 20_000;

export const KEYS = { enter: '\r', down: '\x1b[B', interrupt: '\x03', clear: '\x15' };

/**
 * Starts a program in a terminal of 30 lines of 120 characters.
 *
 * @param {string} command for `sh`
 * @param {string} cwd
 */
export function openTerminal(command, cwd) {
  const env = { ...environment, SHELL: '/bin/sh', TERM: 'xterm', CI: '', NO_COLOR: '1', NODE_TEST_CONTEXT: undefined };
  const child = spawn('script', ['--quiet', '--return', '--command', `stty rows 30 cols 120; exec ${command}`, '/dev/null'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  let screen = '';
  let seen = 0;
  let changed = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      screen += stripVTControlCharacters(text);
      changed();
    });
  }
  const ended = new Promise((/** @type {(status: number | null) => void} */ resolve) => child.on('close', resolve));
  const stop = () => void child.kill('SIGKILL'); // the terminal ends, and the program with it

  return {
    /** Everything that was printed. */
    screen: () => screen,
    /** @returns {Promise<number | null>} the exit status */
    async status() {
      const timer = setTimeout(stop, PATIENCE);
      return ended.finally(() => clearTimeout(timer));
    },
    /** @param {string} keys */
    type: (keys) => void child.stdin.write(keys),
    stop,
    /** Waits until the program prints a text after what was waited for before. @param {string} text */
    async sees(text) {
      const deadline = Date.now() + PATIENCE;
      for (;;) {
        const at = screen.indexOf(text, seen);
        if (at >= 0) return void (seen = at + text.length);
        const left = deadline - Date.now();
        if (left <= 0 || child.exitCode !== null) throw new Error(`the terminal does not show "${text}":\n${screen.slice(seen)}`);
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, Math.min(left, 1_000));
          changed = () => (clearTimeout(timer), resolve(undefined));
        });
      }
    },
  };
}
