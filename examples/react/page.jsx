// An upload with the hook of Signpost's package: progress, cancel and retry.
import { useUpload } from 'signpost/react';
import { createRoot } from 'react-dom/client';

function Uploader() {
  const { state, progress, result, error, upload, cancel, retry } = useUpload('https://signpost.example.com', { rule: 'file' });
  return (
    <>
      <label>
        File <input id="file" type="file" onChange={({ target }) => target.files?.[0] && upload(target.files[0])} />
      </label>
      {state === 'uploading' && (
        <p>
          <progress aria-label="Upload" value={progress} />
          <button id="cancel" onClick={cancel}>Cancel</button>
        </p>
      )}
      {state === 'error' && (
        <p role="alert">
          {error.message} <button onClick={retry}>Try again</button>
        </p>
      )}
      <p>Stored as: <output id="keys">{result?.key}</output></p>
    </>
  );
}

createRoot(/** @type {Element} */ (document.querySelector('#root'))).render(<Uploader />);
