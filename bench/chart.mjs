/** @file The charts of bench/README.md, as SVG for light and dark pages. */

/** @typedef {import('./report.mjs').Result} Result */

const STYLE = `<style>
  text { font: 13px system-ui, sans-serif; fill: #59636e }
  .name { text-anchor: end } .head { font-weight: 600 } .middle { text-anchor: middle }
  .bar { fill: #8c959f } .ours { fill: #1a7f64 } .axis { stroke: #8c959f } .line { fill: none; stroke: #1a7f64; stroke-width: 2 }
  @media (prefers-color-scheme: dark) { text { fill: #9198a1 } .ours { fill: #3fb68b } .line { stroke: #3fb68b } }
</style>`;

/**
 * Bars: processor time over a hello-world's, one for each row.
 *
 * @param {Result} result
 */
export function chart({ costs }) {
  const rows = Object.values(costs);
  const widest = Math.max(...rows.map(({ ratio }) => ratio));
  const bars = rows.map(({ title, ratio }, i) => {
    const y = 40 + i * 26;
    const width = (ratio / widest) * 400;
    const kind = title.startsWith('Signpost') ? 'bar ours' : 'bar';
    return `<text class="name" x="290" y="${y + 13}">${escape(title)}</text>
<rect class="${kind}" x="300" y="${y}" width="${width.toFixed(1)}" height="18" rx="2"/>
<text x="${(308 + width).toFixed(1)}" y="${y + 13}">${ratio.toFixed(2)}</text>`;
  });
  const head = '<text class="head" x="300" y="22">Processor time of a request, over a JavaScript hello-world</text>';
  return svg(760, 48 + rows.length * 26, [head, ...bars]);
}

/**
 * Lines: processor time as something grows, one panel for each series. Every y axis begins at 0.
 *
 * @param {Result} result
 */
export function growthChart({ growth }) {
  const most = Math.max(...Object.values(growth).flatMap(({ points }) => points.map(({ microseconds }) => microseconds)));
  const panels = Object.values(growth).map((series, i) => panel(series, most, (i % 2) * 380, Math.floor(i / 2) * 210));
  return svg(760, 420, panels);
}

/**
 * @param {import('./report.mjs').Growth[string]} series
 * @param {number} most
 * @param {number} left
 * @param {number} top
 */
function panel({ title, unit, points }, most, left, top) {
  const largest = points.at(-1)?.x ?? 1;
  // Rules and concurrent requests grow by powers, so their axis is logarithmic; bytes and conditions grow by steps.
  const byPowers = points.every(({ x }) => x > 0) && largest / points[0].x > 50;
  const at = (/** @type {number} */ x) => (byPowers ? Math.log(x / points[0].x) / Math.log(largest / points[0].x) : x / largest);
  const places = points.map(({ x, microseconds }) => ({
    ...{ x, microseconds },
    px: Math.round(left + 40 + at(x) * 290),
    py: Math.round(top + 160 - (microseconds / most) * 110),
  }));
  const marks = places.map(
    ({ x, microseconds, px, py }) => `<circle class="ours" cx="${px}" cy="${py}" r="3"/>
<text class="middle" x="${px}" y="${py - 8}">${microseconds.toFixed(0)}</text>
<text class="middle" x="${px}" y="${top + 177}">${x}</text>`,
  );
  return `<text class="head" x="${left + 20}" y="${top + 22}">${escape(title)}, µs</text>
<path class="axis" d="M${left + 20} ${top + 160}h330"/>
<path class="line" d="M${places.map(({ px, py }) => `${px} ${py}`).join('L')}"/>
${marks.join('\n')}
<text class="middle" x="${left + 185}" y="${top + 196}">${escape(unit)}</text>`;
}

/** @param {number} width @param {number} height @param {string[]} parts */
const svg = (width, height, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">\n${STYLE}\n${parts.join('\n')}\n</svg>\n`;

/** @param {string} text */
const escape = (text) => text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
