import type { Evidence } from '#model';
import { formatCheckValue, formatRatio, formatValue } from '../format.ts';
import type { Block, Line, Span } from './blocks.ts';
import type { ExportInput } from './export-input.ts';
import { EXPORT_TEXTS as T } from './export-text.ts';
import { toSafeUrl, toUtc } from './plain.ts';

/** Who was hit, and what it cost. */
export function toImpactBlocks({ report }: ExportInput): readonly Block[] {
  const victims: Line = [
    'Services that suffered: ',
    report.victims.length === 0 ? 'none was found' : report.victims.join(', '),
  ];
  const impact = report.impact ?? [];
  if (impact.length === 0) {
    return [
      { kind: 'paragraph', line: victims },
      { kind: 'paragraph', line: [T.noImpact] },
    ];
  }
  return [
    { kind: 'paragraph', line: victims },
    {
      kind: 'table',
      head: ['What', 'Now', 'Usual', 'Lost', 'Evidence'],
      rows: impact.map(({ name, value, usual, unit, lost, evidence }) => [
        [name],
        [value === null ? T.notMeasured : formatCheckValue(value, unit)],
        [usual === null ? T.notMeasured : formatCheckValue(usual, unit)],
        [lost === null ? 'cannot be counted' : formatCheckValue(lost, unit.split('/')[0] ?? '')],
        [`[${evidence}]`],
      ]),
    },
  ];
}

/** Every piece of evidence with its number, where it can be looked at, and its query. */
export function toEvidenceBlocks(input: ExportInput): readonly Block[] {
  const { evidence } = input.report;
  if (evidence.length === 0) {
    return [];
  }
  return [
    {
      kind: 'list',
      items: evidence.toSorted((a, b) => a.number - b.number).map((item) => toEvidenceLine(item, input)),
    },
  ];
}

function toEvidenceLine(item: Evidence, input: ExportInput): Line {
  const { observed, baseline, unit, atMs, query } = item;
  const facts = [
    `${item.source} of ${item.service}`,
    ...(atMs === undefined ? [] : [toUtc(atMs)]),
    ...(observed === undefined || !unit ? [] : [`observed ${formatValue(observed, unit)}`]),
    ...(baseline === undefined || !unit ? [] : [`usual ${formatValue(baseline, unit)}`]),
  ];
  const address = input.linkFor(item);
  const url = address === undefined ? undefined : toSafeUrl(address, input.baseUrl);
  const spans: Span[] = [{ strong: `[${item.number}]` }, ` ${item.statement} (${facts.join(', ')})`];
  if (url !== undefined) {
    spans.push(' ', { link: url, text: 'open' });
  }
  if (query !== undefined && query !== '') {
    spans.push(' ', { code: query });
  }
  return spans;
}

/** Sources that did not answer, and services of which something is not known. */
export function toGapBlocks({ report }: ExportInput): readonly Block[] {
  const items: readonly Line[] = [
    ...report.gaps.map(({ source, reason }): Line => [{ strong: source }, `: ${reason}`]),
    ...(report.coverage ?? []).map(({ service, score, reasons }): Line => [
      { strong: service },
      `: ${formatRatio(score)} of what should be known. ${reasons.join(' ')}`,
    ]),
  ];
  return items.length === 0 ? [{ kind: 'paragraph', line: [T.noGaps] }] : [{ kind: 'list', items }];
}
