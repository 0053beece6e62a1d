/** @file A test picture: hills at dusk, with enough noise that the PNG does not compress to almost nothing. */
import { crc32, deflateSync } from 'node:zlib';

const [WIDTH, HEIGHT] = [480, 320];
const ZENITH = [250, 205, 150];
const HORIZON = [150, 150, 190];
const SUN = [252, 240, 200];
const HILLS = [
  { top: 160, wave: 24, length: 70, colour: [150, 150, 178] },
  { top: 205, wave: 20, length: 52, colour: [104, 120, 146] },
  { top: 248, wave: 18, length: 83, colour: [60, 92, 98] },
  { top: 288, wave: 12, length: 45, colour: [28, 58, 56] },
];

/** @returns {Buffer} a PNG of some tens of KB, always the same */
export function picture() {
  let seed = 1;
  const rows = [];
  for (let y = 0; y < HEIGHT; y += 1) {
    rows.push(0); // each row begins with its filter: none
    for (let x = 0; x < WIDTH; x += 1) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      rows.push(...colour(x, y).map((value) => Math.round(value) + (seed >>> 30)));
    }
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]); // 8 bits each of red, green and blue
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from(rows))), chunk('IEND')]);
}

/**
 * @param {number} x
 * @param {number} y
 */
function colour(x, y) {
  const hill = HILLS.findLast(({ top, wave, length }) => y > top + wave * Math.sin(x / length + top));
  if (hill) return hill.colour;
  if (Math.hypot(x - 350, y - 95) < 36) return SUN;
  return ZENITH.map((value, channel) => value + (HORIZON[channel] - value) * (y / HEIGHT));
}

/**
 * @param {string} type
 * @param {Buffer} [data]
 */
function chunk(type, data = Buffer.alloc(0)) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
