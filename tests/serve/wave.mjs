/** @file A recording as a WAVE file. Each sample says at which second it is, so that a test can tell which part it has got. */

const [RATE, HEADER] = [44_100, 44];
/** Two channels of 16 bits. */
export const BYTES_PER_SECOND = RATE * 4;

/**
 * Spec: http://soundfile.sapp.org/doc/WaveFormat/
 *
 * @param {number} seconds
 */
export function wave(seconds) {
  const size = seconds * BYTES_PER_SECOND;
  const file = Buffer.alloc(HEADER + size);
  file.write('RIFF', 0);
  file.writeUInt32LE(HEADER - 8 + size, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(2, 22); // channels
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(BYTES_PER_SECOND, 28);
  file.writeUInt16LE(4, 32);
  file.writeUInt16LE(16, 34); // bits
  file.write('data', 36);
  file.writeUInt32LE(size, 40);
  for (let second = 0; second < seconds; second += 1) {
    const start = HEADER + second * BYTES_PER_SECOND;
    file.fill(Buffer.from(Int16Array.of(second, -second).buffer), start, start + BYTES_PER_SECOND);
  }
  return file;
}

/** Where the samples of a second begin. @param {number} second */
export const offsetOf = (second) => HEADER + second * BYTES_PER_SECOND;
