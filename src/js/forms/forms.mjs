/** @file Forms on their way in, for `src/shell/form.rs`. In JavaScript, since the bytes of a file need not enter wasm. */
import { FormBody } from './form_body.mjs';
import { writeObject } from './write_object.mjs';

export const forms = {
  /** @param {Request} request whose body nothing has read */
  open(request) {
    const body = new FormBody(request);
    return {
      /** Reads more than `max` bytes, or all there are. @param {number} max */
      readHead: (max) => body.readHead(max),
      /** Writes the file. @param {Record<string, any>} env @param {import('./write_object.mjs').Plan} plan */
      write: (env, plan) => writeObject(env, plan, body),
      /** Reads up to `max` bytes for nothing. @param {number} max */
      drain: (max) => body.drain(max),
    };
  },
};
