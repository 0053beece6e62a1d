/** @file The Worker of `site.json` in Miniflare, with everything that it fetches answered here. */
import { start as startWorker } from './worker.mjs';
import { published, site } from '../callers/tokens.mjs';

/** @typedef {Awaited<ReturnType<typeof start>>} Worker */
/** @typedef {(request: Request) => Promise<Response> | Response} Outbound */

const ISSUERS = ['https://login.example.com/jwks', 'https://acme.cloudflareaccess.com/cdn-cgi/access/certs'];

/**
 * @param {object} [options]
 * @param {Outbound} [options.outbound] answers before the issuers do; 404 is left to them
 * @param {Record<string, object>} [options.env] other bindings
 * @param {Record<string, string>} [options.secrets] beside those of `site.json`
 * @param {Record<string, Record<string, unknown>>} [options.vars] beside those of `site.json`
 * @param {string} [options.build]
 * @param {string} [options.around] a module's source, as `startWorker` takes it
 */
export async function start({ outbound = () => new Response(null, { status: 404 }), env, secrets, vars, build, around } = {}) {
  return startWorker({
    vars: { ...site.vars, ...vars },
    secrets: { ...site.secrets, ...secrets },
    env,
    build,
    around,
    async outbound(request) {
      const answer = await outbound(request);
      if (answer.status === 404 && ISSUERS.includes(request.url)) return Response.json(published('rsa', 'ec', 'ed'));
      return answer;
    },
  });
}
