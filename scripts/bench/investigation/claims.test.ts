import { describe, expect, it } from 'vitest';
import type { Evidence, RcaReport } from '#model';
import { checkClaims } from './claims.ts';
import { strangeNumbers } from './numbers.ts';
import { type ReadAgain, readAgainFrom } from './read-again.ts';

const fact = (change: Partial<Evidence> = {}): Evidence => ({
  number: 1,
  source: 'metric',
  service: 'orders-db',
  statement: 'orders-db: latency (p99) rose to 1.9 s (normally 4 ms).',
  query: 'x',
  window: { fromMs: 600_000, toMs: 900_000 },
  observed: 1.9487,
  baseline: 0.00397,
  unit: 'seconds',
  ...change,
});
const report = (change: Partial<RcaReport> = {}): RcaReport =>
  ({
    baseline: { fromMs: 0, toMs: 600_000 },
    onsetMs: 600_000,
    window: { fromMs: 600_000, toMs: 900_000 },
    hypotheses: [],
    ruledOut: [],
    victims: [],
    proposals: [],
    verdictReasons: [],
    concurrent: 1,
    evidence: [fact()],
    summary: 'orders-db is slow: 1.9 s [1].',
    narrative: 'orders-db: latency rose to 1.9 s. [1] Two more.',
    ...change,
  }) as RcaReport;

/** A Prometheus whose series is at `usual` until minute ten, then at `now`. */
const source = (now: number, usual: number): ReadAgain =>
  readAgainFrom({
    upstreams: {
      prometheus: {
        queryRange: async (_: string, { startMs, endMs }: { startMs: number; endMs: number }) => {
          const timesMs = Array.from(
            { length: (endMs - startMs) / 15_000 + 1 },
            (_unused, at) => startMs + at * 15_000
          );
          return { series: [{ labels: {}, timesMs, values: timesMs.map((at) => (at < 600_000 ? usual : now)) }] };
        },
      },
    },
  } as never);
const honest = source(1.95, 0.004);

describe('claims of a report', () => {
  it('hold where the queries show them again', async () => {
    const { checked, failed } = await checkClaims(report(), honest);
    expect(failed).toEqual([]);
    expect(checked).toEqual({ citation: 2, value: 1, baseline: 1, text: 3 });
  });

  it.each<[string, RcaReport, ReadAgain, string]>([
    ['another value now', report(), source(2.2, 0.004), 'value'],
    ['another value before', report(), source(1.95, 0.005), 'baseline'],
    ['a citation of nothing', report({ summary: 'slow [7].' }), honest, 'citation'],
    ['a number in a sentence that no fact has', report({ summary: 'It takes 2.9 s [1].' }), honest, 'text'],
    [
      'a statement that says more than its value',
      report({ evidence: [fact({ observed: 1.2 })] }),
      source(1.2, 0.004),
      'text',
    ],
  ])('do not hold with %s', async (_, given, readAgain, kind) => {
    const { failed } = await checkClaims(given, readAgain);
    expect(failed.map((claim) => claim.kind)).toContain(kind);
  });

  it('are not taken for checked where nothing can be read again', async () => {
    const { query: _query, ...rest } = fact();
    const log: Evidence = { ...rest, source: 'log', statement: 'orders-db: an error' };
    expect(await checkClaims(report({ evidence: [log], summary: '', narrative: '' }), honest)).toMatchObject({
      checked: { value: 0, baseline: 0 },
      withoutQuery: 1,
    });
  });
});

describe('lines that are counted', () => {
  const counted = (usual: number): Evidence =>
    fact({
      query: 'sum by (service) (count_over_time({service="orders-db"}[1m]))',
      language: 'logql',
      observed: 9,
      baseline: usual,
      statement: '',
    });
  /** A Loki that counts nine lines a step in the last minutes of normal times and since, and has no count before. */
  const loki = readAgainFrom({
    upstreams: {
      loki: {
        queryRange: async (_: string, { startMs, endMs }: { startMs: number; endMs: number }) => {
          const times = Array.from({ length: (endMs - startMs) / 15_000 + 1 }, (_unused, at) => startMs + at * 15_000);
          const timesMs = times.filter((at) => at >= 500_000);
          return { series: [{ labels: {}, timesMs, values: timesMs.map(() => 9) }] };
        },
      },
    },
  } as never);

  it.each([
    [0, []],
    [12, ['baseline']],
  ])('are none where a step has no count: usually %i', async (usual, expected) => {
    const { failed } = await checkClaims(report({ evidence: [counted(usual)], summary: '', narrative: '' }), loki);
    expect(failed.map(({ kind }) => kind)).toEqual(expected);
  });
});

describe('numbers of a sentence', () => {
  it.each<[string, string[]]>([
    ['orders-db: latency (p99) rose to 1.9 s (normally 4 ms).', []],
    ['orders-2 of 10:15:00 UTC is at 1949 ms', []],
    ['it rose to 7.7 cores', ['7.7']],
    ['for 5 min since 10:00:00 UTC, normally 10 min', []],
    ['for 7 min', ['7']],
    ['exhausted in 41 min.', []],
    ['reads "migration 2291"', []],
  ])('%s', (sentence, expected) => {
    expect(strangeNumbers(sentence, [fact()], report())).toEqual(expected);
  });
});
