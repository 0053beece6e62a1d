/** @file `npm run deploy [-- OPTIONS]`: sets up, then runs `wrangler deploy`, which runs the build command of `wrangler.toml`. */
import { setup } from './setup.mjs';
import { main, show } from './step.mjs';

await main(import.meta, async () => {
  await setup();
  await show('wrangler', ['deploy', ...process.argv.slice(2)]);
});
