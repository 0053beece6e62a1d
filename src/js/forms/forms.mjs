/** @file Receives forms, for `src/shell/form.rs`. In JavaScript, so that the bytes of a file never enter wasm. */
import { FormBody } from './form_body.mjs';
import { Memory } from './memory.mjs';
import { writeObject } from './write_object.mjs';

/** The memory for all forms of this instance. */
const memory = new Memory();

/**
 * @param {Request} request its body must be unread
 * @param {import('./digests.mjs').Crc} crc
 */
export function openForm(request, crc) {
  const body = new FormBody(request, memory.open());
  return {
    /** Reads one byte more than `max`, or the whole body if it is shorter; nothing if there is no memory for it. @param {number} max */
    readHead: (max) => body.readHead(max),
    /** Writes the file. @param {Record<string, any>} env @param {import('./write_object.mjs').Plan} plan */
    write: (env, plan) => writeObject(env, plan, body, crc),
    /** Drains up to `max` bytes. @param {number} max */
    drain: (max) => body.drain(max),
  };
}
