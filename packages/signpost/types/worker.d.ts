/** The Worker that Cloudflare calls: `export { default, Signpost, SignpostObjects, SignpostState } from 'signpost';` */
import type { SignpostMethods } from './rpc.d.ts';

export type * from './rpc.d.ts';

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

/** The messages of a queue, as Cloudflare passes them. */
interface Batch {
  readonly messages: readonly { readonly body: unknown; readonly attempts: number; ack(): void; retry(options?: { delaySeconds?: number }): void }[];
  retryAll(options?: { delaySeconds?: number }): void;
}

/** The Worker. To answer some requests yourself, call `fetch` for the others; to consume other queues too, call `queue` for that of events. */
declare const worker: {
  fetch(request: Request, env: object, context: Context): Response | Promise<Response>;
  queue(batch: Batch, env: object): Promise<void>;
};
export default worker;

/** What other Workers call through a service binding with `entrypoint = "Signpost"`. */
export declare const Signpost: new (context: any, env: any) => SignpostMethods;

/** The class of the Durable Objects that count, for rules that need one. It must be exported if `SIGNPOST_STATE` binds it. */
export declare const SignpostState: new (context: any, env: any) => object;

/** Only the Worker itself calls it, to read the objects of rules with `cache`, if `index.js` exports it and its cache is enabled. */
export declare const SignpostObjects: new (context: any, env: any) => object;
