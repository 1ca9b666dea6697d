import type { CheckResult, PlanRecord } from '#contracts';

type Check = PlanRecord['verification'][number];

/** One answer of one check, placed in a drawing of 100 x 100; `y` is missing where there was no data. */
export interface RoundPoint {
  readonly round: number;
  readonly atMs: number;
  readonly value: number | null;
  readonly passed: boolean;
  readonly x: number;
  readonly y: number | undefined;
}

/** The answers of a check over the rounds, with its threshold. 0 is the top of the drawing. */
export interface CheckRounds {
  readonly points: readonly RoundPoint[];
  readonly thresholdY: number;
  /** Whether values are wanted above or below the threshold; neither for `==` and `!=`. */
  readonly wanted: 'above' | 'below' | undefined;
  /** Lines between neighbouring answers; a round without data is a gap. */
  readonly lines: ReadonlyArray<readonly RoundPoint[]>;
}

const ROOM = 0.1;

/** Places the answers of one check. Values that are no finite numbers count as no data. Cost O(results). */
export function toCheckRounds(check: Check, results: readonly CheckResult[]): CheckRounds {
  const own = results.filter(({ name }) => name === check.name).toSorted((a, b) => a.atMs - b.atMs);
  const values = own.map(({ value }) => value).filter(isNumber);
  const known = [...values, ...(Number.isFinite(check.threshold) ? [check.threshold] : [])];
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const toY = (value: number) => (span > 0 ? 100 * (1 - ROOM - ((value - low) / span) * (1 - 2 * ROOM)) : 50);
  const points = own.map(({ atMs, value, passed }, index): RoundPoint => {
    const x = own.length > 1 ? (100 * index) / (own.length - 1) : 50;
    return { round: index + 1, atMs, value, passed, x, y: isNumber(value) ? toY(value) : undefined };
  });
  return { points, thresholdY: toY(check.threshold), wanted: toWanted(check.operator), lines: toLines(points) };
}

function toWanted(operator: Check['operator']): CheckRounds['wanted'] {
  if (operator === '<' || operator === '<=') {
    return 'below';
  }
  return operator === '>' || operator === '>=' ? 'above' : undefined;
}

function toLines(points: readonly RoundPoint[]): ReadonlyArray<readonly RoundPoint[]> {
  const lines: RoundPoint[][] = [[]];
  for (const point of points) {
    if (point.y === undefined) {
      lines.push([]);
    } else {
      lines.at(-1)?.push(point);
    }
  }
  return lines.filter((line) => line.length > 1);
}

/** The last rounds in a row in which every check passed. */
export function countPasses(checks: readonly Check[], results: readonly CheckResult[]): number {
  const rounds = checks.map(({ name }) => results.filter((result) => result.name === name));
  // Without checks nothing has passed, and the search for a round that failed would never end.
  const length = rounds.length === 0 ? 0 : Math.min(...rounds.map((own) => own.length));
  let passes = 0;
  while (passes < length && rounds.every((own) => own.at(-1 - passes)?.passed === true)) {
    passes += 1;
  }
  return passes;
}

function isNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}
