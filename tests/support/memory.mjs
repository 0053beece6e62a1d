/** @file The memory of workerd, which this process has started. Reads Linux's `/proc`. */
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs work, and returns the most memory that workerd took meanwhile, in bytes.
 *
 * @param {() => Promise<unknown>} work
 */
export async function mostMemory(work) {
  let [most, isRunning] = [await memory(), true];
  const watch = (async () => {
    while (isRunning) {
      most = Math.max(most, await memory());
      await sleep(50);
    }
  })();
  try {
    await work();
  } finally {
    isRunning = false;
    await watch;
  }
  return most;
}

/** Returns the memory that the processes named `workerd` below this one take now, in bytes. */
export async function memory() {
  const status = async (/** @type {string} */ id) => readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
  const all = await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(status));
  const own = all.filter((text) => /^Name:\s+workerd$/m.test(text) && new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(text));
  const kilobytes = own.map((text) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0));
  return 1_024 * kilobytes.reduce((sum, value) => sum + value, 0);
}
