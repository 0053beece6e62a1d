/** @file Summarises the rounds, and writes the table. */
import { ROWS, TARGETS, WORKERS } from './contenders.mjs';
import { median, quartiles, ratio } from './measure.mjs';

/** @typedef {import('./measure.mjs').Rounds} Rounds */
/** @typedef {{ title: string, microseconds: number, quartiles: [number, number], ratio: number }} Cost */
/** @typedef {{ title: string, cold: number, coldRatio: number, peak: number, gzip: number, raw: number }} Footprint milliseconds and bytes */
/** @typedef {{ figure: string, found: number, most: number, met: boolean }} Target */
/** @typedef {Record<string, { title: string, unit: string, points: { x: number, microseconds: number }[] }>} Growth */
/** @typedef {{ model: string, processors: number, node: string, workerd: string }} Machine */
/** @typedef {{ date: string, machine: Machine, rounds: number, costs: Record<string, Cost>, footprints: Record<string, Footprint>, targets: Target[], growth: Growth }} Result */

/** The largest upload, in compressed bytes. */
const MAX_GZIP = 300_000;
const MAX_COLD = 1.7;

/**
 * @param {{ costs: Rounds, cold: Rounds, peak: Rounds, bundles: import('./run.mjs').Bundles, growth: Growth, machine: Machine }} found
 * @returns {Result}
 */
export function summary({ costs, cold, peak, bundles, growth, machine }) {
  const rows = Object.entries(ROWS).map(([name, { title, over }]) => {
    const rounds = costs[name];
    return [name, { title, microseconds: median(rounds), quartiles: quartiles(rounds), ratio: ratio(rounds, costs[over]) }];
  });
  const workers = Object.entries(WORKERS).map(([name, { title }]) => {
    const { raw, gzip } = bundles[name];
    return [name, { title, cold: median(cold[name]), coldRatio: ratio(cold[name], cold.hello), peak: median(peak[name]), gzip, raw }];
  });
  return {
    date: new Date().toISOString().slice(0, 10),
    machine,
    rounds: costs[Object.keys(ROWS)[0]].length,
    costs: Object.fromEntries(rows),
    footprints: Object.fromEntries(workers),
    targets: targets(costs, ratio(cold.signpost, cold.hello), bundles.signpost.gzip),
    growth,
  };
}

/** @param {Rounds} costs @param {number} cold @param {number} gzip @returns {Target[]} */
function targets(costs, cold, gzip) {
  const found = TARGETS.map(({ figure, of, over, most }) => ({ figure, found: ratio(costs[of], costs[over]), most }));
  found.push({ figure: 'cold start over JS hello-world', found: cold, most: MAX_COLD });
  found.push({ figure: 'upload, KB gzip', found: gzip / 1000, most: MAX_GZIP / 1000 });
  return found.map((target) => ({ ...target, met: target.found <= target.most }));
}

/** @param {Result} result @returns {string} Markdown */
export function table({ date, machine, rounds, costs, footprints, targets }) {
  const { model, processors, node, workerd } = machine;
  return `${[
    `${date}, ${workerd}, Node ${node}, ${processors} × ${model}; medians of ${rounds} interleaved rounds.`,
    lines(
      ['processor time of one request', 'µs', 'middle half of the rounds', 'over hello-world'],
      Object.values(costs).map(({ title, microseconds, quartiles: [lower, upper], ratio }) => [
        ...[title, microseconds.toFixed(0), `${lower.toFixed(0)} to ${upper.toFixed(0)}`, ratio.toFixed(2)],
      ]),
    ),
    lines(
      ['Worker', 'upload, KB gzip', 'KB raw', 'cold start, ms', 'over hello-world', 'peak memory, MB'],
      Object.values(footprints).map(({ title, gzip, raw, cold, coldRatio, peak }) => [
        ...[title, kilo(gzip), kilo(raw), cold.toFixed(0), coldRatio.toFixed(2), (peak / 1e6).toFixed(0)],
      ]),
    ),
    lines(
      ['target', 'found', 'at most', ''],
      targets.map(({ figure, found, most, met }) => [figure, found.toFixed(2), `${most}`, met ? 'met' : '**missed**']),
    ),
  ].join('\n\n')}\n`;
}

/** @param {number} bytes */
const kilo = (bytes) => (bytes / 1000).toFixed(1);

/** @param {string[]} head @param {string[][]} rows */
function lines(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}
