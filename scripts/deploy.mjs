/** @file `npm run deploy [-- OPTIONS]`: set-up, then `wrangler deploy`, which builds by `wrangler.toml`. */
import { setup } from './setup.mjs';
import { main, show } from './step.mjs';

await main(import.meta, async () => {
  await setup();
  await show('wrangler', ['deploy', ...process.argv.slice(2)]);
});
