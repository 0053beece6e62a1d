/** @file Another Worker that calls Signpost: here both in one script, which workerd connects as it does a service binding. */
export { Signpost } from '../../src/js/rpc.mjs';

export default {
  /** @param {Request} request @param {unknown} env @param {any} context */
  async fetch(request, env, { exports }) {
    const { ok, problem, ...grant } = await exports.Signpost.upload('avatar', await request.json(), { name: 'site' });
    return Response.json(ok ? grant : problem, { status: ok ? 200 : problem.status });
  },
};
