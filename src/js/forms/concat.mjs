/** Joins pieces of bytes. @param {Uint8Array[]} pieces @returns {Uint8Array<ArrayBuffer>} */
export function concat(pieces) {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
