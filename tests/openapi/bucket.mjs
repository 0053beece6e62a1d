/** @file The bucket of the tests: it answers what the Worker asks about uploads in parts, and about uploads to confirm. */

const ETAG = '"0cc175b9c0f1b6a831c399e269772661"';

/** @param {string} root @param {string} [content] */
const xml = (root, content = '') => new Response(`<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`);

/** @returns {(request: Request) => Response} */
export function bucket() {
  const uploads = new Set();
  return ({ method, url }) => {
    if (method === 'HEAD') {
      const now = new Date().toUTCString(); // a picture of one byte has just arrived
      return new Response(null, { headers: { 'content-length': '1', 'content-type': 'image/png', etag: ETAG, 'last-modified': now, date: now } });
    }
    const { searchParams } = new URL(url);
    if (method === 'POST' && searchParams.has('uploads')) {
      const id = `upload-${uploads.size + 1}-${Math.random()}`;
      uploads.add(id);
      return xml('InitiateMultipartUploadResult', `<UploadId>${id}</UploadId>`);
    }
    const id = searchParams.get('uploadId');
    if (!uploads.has(id)) return new Response('<Error><Code>NoSuchUpload</Code></Error>', { status: 404 });
    if (method === 'GET') return xml('ListPartsResult', `<Part><PartNumber>1</PartNumber><ETag>${ETAG}</ETag><Size>1</Size></Part>`);
    uploads.delete(id);
    return method === 'DELETE' ? new Response(null, { status: 204 }) : xml('CompleteMultipartUploadResult', '<ETag>e</ETag>');
  };
}
