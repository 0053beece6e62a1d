/** @file The law: twice the input costs about twice the steps. */

/**
 * Most steps for twice the input, over the steps for the input. Twice is linear, and four times is quadratic. To keep names sorted
 * costs up to 2.3 for the short inputs that the Worker accepts.
 */
export const MOST = 2.4;

/** The sizes, as divisors of an input's limit. The largest three decide; the others find a slow parser before it takes minutes. */
const DIVISORS = [256, 128, 64, 32, 16, 8, 4, 2, 1];
const DECIDE = 4;

/** Fewer steps than this in addition to the smallest input's are no growth. */
const FEW = 5_000;

/** So many steps take a second. */
const MANY = 2 ** 26;

/** @typedef {{ size: number, steps: number, status: number }} Point */

/**
 * Doubles the size up to the limit, or until a parser is slow and breaks the law.
 *
 * Sizes that are answered with different statuses are not compared, since they were not parsed by the same code.
 *
 * @param {number} limit
 * @param {(size: number) => Promise<{ steps: number, status: number }>} measure
 * @returns {Promise<{ growth: number, points: Point[] }>} the largest growth at a doubling, and all figures
 */
export async function grow(limit, measure) {
  /** @type {Point[]} */
  const points = [];
  let largest = 1;
  for (const divisor of DIVISORS) {
    const size = Math.max(1, Math.floor(limit / divisor));
    const { steps, status } = await measure(size);
    points.push({ size, steps, status });
    const growth = growthOf(points.filter((point) => point.status === status));
    if (steps > MANY && growth > MOST) return { growth, points };
    if (divisor < DECIDE) largest = Math.max(largest, growth);
  }
  return { growth: largest, points };
}

/**
 * The growth from the last point but one to the last. The cheapest point is subtracted from both, so that a fixed cost does not hide growth.
 *
 * @param {Point[]} points
 */
function growthOf(points) {
  const [before, last] = [points.at(-2), points[points.length - 1]];
  const base = points.reduce((least, point) => (point.steps < least.steps ? point : least));
  if (before === undefined || before === base || last.steps - base.steps < FEW) return 1;
  const ratio = (last.steps - base.steps) / Math.max(before.steps - base.steps, FEW / 4);
  return (2 * ratio * (before.size - base.size)) / (last.size - base.size);
}
