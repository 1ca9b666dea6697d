import type { EpochMs } from '#model';
import type { ReplyReader } from '../reply.ts';

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
};

/**
 * A sample value as Prometheus writes it: a decimal text, `NaN`, `+Inf` or `-Inf`. An empty text or a JSON number is
 * refused: read loosely, the first would become zero.
 */
function parseSampleValue(value: unknown, field: string, reader: ReplyReader): number {
  if (typeof value === 'string') {
    const special = Object.hasOwn(SPECIAL, value) ? SPECIAL[value] : undefined;
    if (special !== undefined) {
      return special;
    }
    if (NUMBER.test(value)) {
      return Number(value);
    }
  }
  return reader.fail(`field ${field} is not a sample value.`);
}

/** A `[unixSeconds, "value"]` pair. */
export function parseSamplePair(
  value: unknown,
  field: string,
  reader: ReplyReader
): { readonly atMs: EpochMs; readonly value: number } {
  const pair = reader.array(value, field);
  const seconds = pair[0];
  if (pair.length !== 2 || typeof seconds !== 'number' || !Number.isFinite(seconds)) {
    return reader.fail(`field ${field} is not a pair of time and value.`);
  }
  return { atMs: Math.round(seconds * 1000), value: parseSampleValue(pair[1], field, reader) };
}
