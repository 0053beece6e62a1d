/** @file What outlives a request: a Durable Object for each link that ends, and the like. Everything is decided in Rust. */
import { DurableObject } from 'cloudflare:workers';
import { changeState } from '../../build/signpost.js';
import { answer } from './instance.mjs';

/** The key of an object's only entry. */
const ENTRY = 'entry';

/** `Command::Sweep` of `rules/src/state.rs`: an object deletes what has ended. */
const SWEEP = new Uint8Array([0]);

/** How long after an alarm that has left an entry the next one comes, in milliseconds: 1 hour. */
const RETRY = 3_600_000;

/** Keeps one entry. Each command reads and replaces it without waiting for anything, so no other can come in between. */
export class SignpostState extends DurableObject {
  /**
   * Obeys a command. The platform sends the answer only after the entry has been stored.
   *
   * @param {Uint8Array} command
   * @returns {Uint8Array} the answer
   */
  change(command) {
    const { storage } = this.ctx;
    const changed = answer(() => /** @type {any} */ (changeState(storage.kv.get(ENTRY), command)));
    if (!Array.isArray(changed)) throw new Error('Signpost itself failed.');
    const [result, entry, alarm] = changed;
    if (entry === null) {
      storage.kv.delete(ENTRY);
      storage.deleteAlarm();
    } else if (entry !== undefined) {
      storage.kv.put(ENTRY, entry);
      storage.setAlarm(alarm);
    }
    return result;
  }

  /**
   * Deletes what has ended. An object without an entry takes no space. What this version cannot read or delete is tried again, perhaps by a
   * later version.
   */
  async alarm() {
    const { storage } = this.ctx;
    try {
      this.change(SWEEP);
    } finally {
      if (storage.kv.get(ENTRY) !== undefined && (await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + RETRY);
    }
  }
}
