// A hook with the state of an upload, and a component that shows it.
import { useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { upload } from 'signpost/client';

const site = { endpoint: 'https://signpost.example.com', rule: 'file' };

/** @typedef {{ at: 'idle' } | { at: 'uploading', fraction: number } | { at: 'done', key: string } | { at: 'failed', message: string }} State */

/** @param {{ endpoint: string, rule: string }} site */
function useUpload(site) {
  const [state, setState] = useState(/** @type {State} */ ({ at: 'idle' }));
  const current = useRef(new AbortController());
  const send = async (/** @type {File} */ file) => {
    current.current.abort();
    const { signal } = (current.current = new AbortController());
    const show = (/** @type {State} */ state) => signal.aborted || setState(state);
    show({ at: 'uploading', fraction: 0 });
    try {
      const { key } = await upload(file, { ...site, signal, onprogress: ({ loaded, total }) => show({ at: 'uploading', fraction: loaded / total }) });
      show({ at: 'done', key });
    } catch (error) {
      show({ at: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  const cancel = () => {
    current.current.abort();
    setState({ at: 'idle' });
  };
  return { state, send, cancel };
}

function Uploader() {
  const { state, send, cancel } = useUpload(site);
  return (
    <>
      <label>
        File <input id="file" type="file" onChange={({ target }) => target.files?.[0] && send(target.files[0])} />
      </label>
      {state.at === 'uploading' && (
        <p>
          <progress aria-label="Upload" value={state.fraction} />
          <button id="cancel" onClick={cancel}>Cancel</button>
        </p>
      )}
      {state.at === 'failed' && <p role="alert">{state.message}</p>}
      <p>Stored as: <output id="keys">{state.at === 'done' && state.key}</output></p>
    </>
  );
}

createRoot(/** @type {Element} */ (document.querySelector('#root'))).render(<Uploader />);
