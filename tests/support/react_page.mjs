/** @file A page with React and the hook of the client, as the npm package has it. */
import { join } from 'node:path';
import { root } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';

/**
 * Returns a script that shows the hook in `#root`. It uploads to `window.endpoint`, by the rule `r`, or by another that `render` names.
 *
 * @param {string[]} [external] modules that the script loads: the client, unless it is part of the script
 * @param {Record<string, string>} [alias] other packages in place of React's
 */
export async function bundleReactPage(external = ['./signpost.js'], alias = {}) {
  await need('client');
  const { build } = await import('esbuild');
  const contents = `
    import { StrictMode, createElement as make, useState, version } from 'react';
    import { createRoot } from 'react-dom/client';
    import { useUpload } from '${join(root, 'client', 'dist', 'react.js')}';

    window.reactVersion = version;
    window.controller = new AbortController();
    function Uploader({ rule }) {
      const options = { rule, retries: 0, signal: controller.signal, onprogress: ({ loaded }) => (window.loaded = loaded) };
      const { state, progress, result, error, upload, cancel, retry } = useUpload(endpoint, options);
      const onChange = async ({ target }) => (window.resolved = await upload(target.files[0]));
      return [
        make('input', { key: 1, id: 'file', type: 'file', onChange }),
        make('output', { key: 2 }, [state, progress, result?.receipt ?? error?.message].filter((part) => part !== undefined).join(' ')),
        make('button', { key: 3, id: 'cancel', onClick: cancel }, 'Cancel'),
        make('button', { key: 4, id: 'retry', onClick: retry }, 'Try again'),
        make('span', { key: 5, id: 'rule' }, rule),
      ];
    }
    function Page({ rule }) {
      const [mounted, setMounted] = useState(true);
      return [mounted && make(Uploader, { key: 1, rule }), make('button', { key: 2, id: 'unmount', onClick: () => setMounted(false) }, 'Unmount')];
    }
    const page = createRoot(document.querySelector('#root'));
    window.render = (rule) => page.render(make(StrictMode, {}, make(Page, { rule })));
    render('r');
  `;
  const define = { 'process.env.NODE_ENV': '"development"' };
  const stdin = { contents, resolveDir: root };
  const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', external, alias, define, write: false, logLevel: 'silent' });
  return outputFiles[0].text;
}
