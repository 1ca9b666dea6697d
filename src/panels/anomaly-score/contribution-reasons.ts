import type { DataFrame } from '@grafana/data';
import type { CONTRIBUTION_COLUMNS } from '#contracts';
import { describeDetector, describeShares, nameSignal } from '#ui';

/** Surprisal of a score of 0.70. */
const WARNING_SURPRISAL = 3;

type Column = (typeof CONTRIBUTION_COLUMNS)[number];

/** Reasons by service from the tables of `contributions` queries: the sentence, then the largest shares. */
export function readReasons(frames: readonly DataFrame[]): ReadonlyMap<string, string> {
  const rows = frames.filter(isContributions).flatMap(toRows);
  return new Map(
    [...new Set(rows.map(({ service }) => service))].flatMap((service) => {
      const own = rows.filter((row) => row.service === service);
      const text = describe(own);
      return text === '' ? [] : [[service, text] as const];
    })
  );
}

interface Row {
  readonly service: string;
  readonly kind: string;
  readonly name: string;
  readonly share: number;
  readonly surprisal: number;
  readonly reason: string;
}

function isContributions({ fields }: DataFrame): boolean {
  const wanted: readonly Column[] = ['service', 'kind', 'name', 'share', 'surprisal', 'reason'];
  return wanted.every((column) => fields.some(({ name }) => name === column));
}

function toRows(frame: DataFrame): readonly Row[] {
  const read = (column: Column, index: number): unknown =>
    frame.fields.find(({ name }) => name === column)?.values[index];
  const text = (column: Column, index: number) => {
    const value = read(column, index);
    return typeof value === 'string' ? value : '';
  };
  return Array.from({ length: frame.length }, (_, index) => {
    const share = read('share', index);
    return {
      service: text('service', index),
      kind: text('kind', index),
      name: text('name', index),
      share: typeof share === 'number' && Number.isFinite(share) ? share : 0,
      surprisal: Number(read('surprisal', index) ?? Number.NaN),
      reason: text('reason', index),
    };
  });
}

/** Empty where the model finds nothing strange: then a single signal made the score, and it is no reason. */
function describe(rows: readonly Row[]): string {
  if (!rows.some(({ surprisal }) => surprisal >= WARNING_SURPRISAL)) {
    return '';
  }
  const sentence = rows.find(({ reason }) => reason !== '')?.reason ?? '';
  const shares = (kind: string, name: (id: string) => string) =>
    describeShares(rows.filter((row) => row.kind === kind).map((row) => ({ name: name(row.name), share: row.share })));
  const signals = shares('feature', nameSignal);
  const detectors = shares('detector', describeDetector);
  return [sentence, signals === '' ? '' : `Signals: ${signals}.`, detectors === '' ? '' : `Detectors: ${detectors}.`]
    .filter((part) => part !== '')
    .join(' ');
}
