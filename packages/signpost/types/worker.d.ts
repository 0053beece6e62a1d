/** The Worker that Cloudflare calls: `export { default, Signpost } from 'signpost';` */
import type { SignpostMethods } from './rpc.d.ts';

export type * from './rpc.d.ts';

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

/** The Worker. To answer some requests yourself, call `fetch` for the others. */
declare const worker: {
  fetch(request: Request, env: object, context: Context): Response | Promise<Response>;
};
export default worker;

/** What other Workers call through a service binding with `entrypoint = "Signpost"`. */
export declare const Signpost: new (context: any, env: any) => SignpostMethods;
