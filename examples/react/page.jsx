// One hook that knows how far an upload is, and a component that shows it.
import { useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { upload } from 'signpost-client';

const site = { endpoint: 'https://signpost.example.com', rule: 'file' };

/** @typedef {{ at: 'idle' } | { at: 'uploading', part: number } | { at: 'done', key: string } | { at: 'failed', why: string }} State */

/** @param {{ endpoint: string, rule: string }} site */
function useUpload(site) {
  const [state, setState] = useState(/** @type {State} */ ({ at: 'idle' }));
  const under = useRef(new AbortController());
  const send = async (/** @type {File} */ file) => {
    under.current.abort();
    const { signal } = (under.current = new AbortController());
    const show = (/** @type {State} */ state) => signal.aborted || setState(state);
    show({ at: 'uploading', part: 0 });
    try {
      const { key } = await upload(file, { ...site, signal, onprogress: ({ loaded, total }) => show({ at: 'uploading', part: loaded / total }) });
      show({ at: 'done', key });
    } catch (error) {
      show({ at: 'failed', why: error instanceof Error ? error.message : String(error) });
    }
  };
  const cancel = () => {
    under.current.abort();
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
          <progress aria-label="Upload" value={state.part} />
          <button id="cancel" onClick={cancel}>Cancel</button>
        </p>
      )}
      {state.at === 'failed' && <p role="alert">{state.why}</p>}
      <p>Stored as: <output id="keys">{state.at === 'done' && state.key}</output></p>
    </>
  );
}

createRoot(/** @type {Element} */ (document.querySelector('#root'))).render(<Uploader />);
