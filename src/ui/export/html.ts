import type { EvidenceSeries } from '#model';
import type { Block, Line, Span } from './blocks.ts';
import { describeChart, toPoints } from './chart.ts';
import { toPlainCode, toPlainLine } from './plain.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const WIDTH = 600;
const HEIGHT = 110;

/** Black on white and without navigation; nothing is cut at the end of a sheet where that can be helped. */
const STYLE = `body{font:11pt/1.45 system-ui,sans-serif;color:#111;background:#fff;margin:0 auto;max-width:48rem;padding:1rem;overflow-wrap:anywhere}
h1{font-size:18pt}h2{font-size:14pt;border-bottom:1px solid #999;break-after:avoid}h3{font-size:12pt;break-after:avoid}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.2rem .4rem;text-align:left;vertical-align:top}
tr,li,figure{break-inside:avoid}code,pre{font:9pt/1.4 ui-monospace,monospace;white-space:pre-wrap}
figure{margin:.5rem 0}svg{width:100%;height:auto}a{color:inherit}
@media print{body{max-width:none;padding:0}a[href]::after{content:none}}`;

/** Hostile text as HTML that shows it and does nothing else. */
export function escapeHtml(text: string): string {
  return toPlainLine(text).replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? '');
}

function escapeCode(text: string): string {
  return toPlainCode(text).replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? '');
}

function toSpan(span: Span): string {
  if (typeof span === 'string') {
    const start = /^\s/.test(span) ? ' ' : '';
    const end = /\s$/.test(span) ? ' ' : '';
    return `${start}${escapeHtml(span)}${end}`;
  }
  if ('code' in span) {
    return `<code>${escapeHtml(span.code)}</code>`;
  }
  return 'strong' in span
    ? `<strong>${escapeHtml(span.strong)}</strong>`
    : `<a href="${escapeHtml(span.link)}">${escapeHtml(span.text)}</a>`;
}

const toLine = (line: Line): string => line.map(toSpan).join('').trim();

function toBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${toLine(block.line)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${toLine(item)}</li>`).join('')}</ul>`;
    case 'table': {
      const head = block.head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('');
      const rows = block.rows.map((row) => `<tr>${row.map((cell) => `<td>${toLine(cell)}</td>`).join('')}</tr>`);
      return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
    }
    case 'code':
      return `<pre>${escapeCode(block.text)}</pre>`;
    case 'chart':
      return `<figure>${toSvg(block.series)}<figcaption>${escapeHtml(describeChart(block.series))}</figcaption></figure>`;
  }
}

/** Lines between neighbours that were both measured; a gap stays open. The grey band is the usual range. */
function toSvg(series: EvidenceSeries): string {
  const points = toPoints(series);
  const known = points.filter((point) => point !== null);
  if (known.length === 0) {
    return '';
  }
  const low = Math.min(0, ...known, series.usual.low);
  const high = Math.max(...known, series.usual.high);
  const y = (value: number) => (HEIGHT - ((value - low) / (high > low ? high - low : 1)) * HEIGHT).toFixed(1);
  const x = (index: number) => ((index / Math.max(1, points.length - 1)) * WIDTH).toFixed(1);
  const path = points
    .map((point, index) =>
      point === null ? '' : `${index === 0 || points[index - 1] === null ? 'M' : 'L'}${x(index)} ${y(point)}`
    )
    .join('');
  const band = `<rect x="0" width="${WIDTH}" y="${y(series.usual.high)}" height="${Math.max(0, Number(y(series.usual.low)) - Number(y(series.usual.high))).toFixed(1)}" fill="#ddd"/>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(describeChart(series))}">${band}<path d="${path}" fill="none" stroke="#111" stroke-width="1.5" stroke-linecap="round"/></svg>`;
}

/** A document of its own for the printer: no navigation, nothing folded away, no script. */
export function toPrintHtml(title: string, blocks: readonly Block[]): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>${blocks.map(toBlock).join('\n')}</body></html>`;
}
