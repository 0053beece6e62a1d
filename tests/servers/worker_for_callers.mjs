/** @file The Worker of `site.json` in Miniflare. Its requests to other servers are answered here. */
import { start as startWorker } from './worker.mjs';
import { publishedByAll, site } from '../callers/tokens.mjs';

/** @typedef {Awaited<ReturnType<typeof start>>} Worker */
/** @typedef {(request: Request) => Promise<Response> | Response} Outbound */

const ISSUERS = ['https://login.example.com/jwks', 'https://acme.cloudflareaccess.com/cdn-cgi/access/certs'];

/**
 * @param {object} [options]
 * @param {Outbound} [options.outbound] answers first; after a 404 the issuers answer
 * @param {Record<string, object>} [options.env] other bindings
 * @param {Record<string, string>} [options.secrets] in addition to those of `site.json`
 * @param {Record<string, Record<string, unknown>>} [options.vars] in addition to those of `site.json`
 * @param {string} [options.build]
 * @param {string} [options.around] a module's source, see `startWorker`
 * @param {boolean} [options.state] see `startWorker`
 */
export async function start({ outbound = () => new Response(null, { status: 404 }), env, secrets, vars, build, around, state } = {}) {
  return startWorker({
    vars: { ...site.vars, ...vars },
    secrets: { ...site.secrets, ...secrets },
    env,
    build,
    around,
    state,
    async outbound(request) {
      const answer = await outbound(request);
      if (answer.status === 404 && ISSUERS.includes(request.url)) return Response.json(publishedByAll());
      return answer;
    },
  });
}
