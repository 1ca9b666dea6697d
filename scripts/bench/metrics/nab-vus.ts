import { probationRows } from '../packs/nab-pack.ts';
import { type NabStream, nabGeometry } from './nab-score.ts';
import { VUS_NAB, vusPr } from './vus-pr.ts';

/** Longer files are halved: the maximum of each pair of rows. */
const MOST_ROWS = 9000;
const TIE_BREAK = 1e-9;

/**
 * VUS-PR of one NAB file: rows after probation, scaled to 0..1, ties broken by position. A constant stream gets the
 * share of labelled rows.
 * @returns NaN without labelled rows
 */
export function nabVusPr({ windows, stream }: NabStream): number {
  const { window } = nabGeometry(windows, stream.length);
  const start = probationRows(stream.length);
  let scores = Float64Array.from(stream).slice(start);
  let labels = Uint8Array.from(window.subarray(start), (index) => (index >= 0 ? 1 : 0));
  if (scores.length > MOST_ROWS) {
    scores = pairMaxima(scores, Float64Array);
    labels = pairMaxima(labels, Uint8Array);
  }
  const lowest = scores.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const spread = scores.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) - lowest;
  if (!labels.includes(1)) {
    return Number.NaN;
  }
  if (spread < 1e-12) {
    return labels.reduce((sum, label) => sum + label, 0) / labels.length;
  }
  return vusPr(labels, breakTies(scores.map((value) => (value - lowest) / spread)), VUS_NAB);
}

function breakTies(scores: Float64Array): Float64Array {
  const order = Int32Array.from({ length: scores.length }, (_, row) => row);
  order.sort((left, right) => (scores[left] ?? 0) - (scores[right] ?? 0));
  const apart = Float64Array.from(scores);
  order.forEach((row, rank) => {
    apart[row] = (scores[row] ?? 0) + (TIE_BREAK * rank) / scores.length;
  });
  return apart;
}

function pairMaxima<T extends Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
  values: T,
  type: { from(length: { length: number }, map: (_: unknown, index: number) => number): T }
): T {
  return type.from({ length: values.length >> 1 }, (_, index) =>
    Math.max(values[2 * index] ?? 0, values[2 * index + 1] ?? 0)
  );
}
