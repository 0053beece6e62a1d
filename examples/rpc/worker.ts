/** A Worker with its own users. It asks Signpost for uploads and links through a service binding, without any token. */
import type { Result, SignpostMethods } from '../../src/js/rpc';
import { userOf } from './session';

interface Env {
  SIGNPOST: SignpostMethods;
  SESSION_SECRET: string;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const user = await userOf(request, env.SESSION_SECRET);
    if (!user) return new Response('Please log in.', { status: 401 });
    // Browsers send the cookie with requests of other sites too.
    if (request.method === 'POST' && request.headers.get('sec-fetch-site') !== 'same-origin') return new Response('Forbidden', { status: 403 });
    const { pathname } = new URL(request.url);

    // The page sends { type, size }, gets { url, fields }, and sends the form to the bucket.
    if (request.method === 'POST' && pathname === '/documents') {
      const file = await request.json().catch(() => null);
      return answer(await env.SIGNPOST.upload('document', file, { name: user }));
    }
    if (request.method === 'GET' && pathname.startsWith('/documents/')) {
      const path = decoded(pathname.slice('/documents/'.length));
      if (path === undefined) return new Response('Bad request', { status: 400 });
      const link = await env.SIGNPOST.download('document', path, { name: user });
      return link.ok ? Response.redirect(link.url, 302) : answer(link);
    }
    return new Response('Not found', { status: 404 });
  },
};

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function answer(result: Result<object>): Response {
  if (!result.ok) return Response.json(result.problem, { status: result.problem.status });
  return Response.json(result, { headers: { 'cache-control': 'no-store' } });
}
