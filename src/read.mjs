/**
 * Reads a body, and stops once it has more than `max` bytes.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>> | null} body
 * @param {number} max
 */
export async function read(body, max) {
  const chunks = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > max) break;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
