import { describe, expect, it } from 'vitest';
import type { Span } from '#model';
import { runEventSchema } from '#contracts';
import { TelemetryError, type TraceSummary } from '#telemetry';
import { toReportEvents } from '../runs/report-events.ts';
import { openPart, signalOf, sourceWith, subjectWith, WINDOWS } from './testing/subject.ts';
import { collectTraces } from './trace-details.ts';

const id = (digit: string): string => digit.repeat(32);
const [SLOW, GOOD, FAILED, SAMPLE] = [id('a'), id('b'), id('c'), id('d')] as const;

/** A request of the shop in which its database takes so long. */
function request(traceId: string, databaseMs: number, failed = false): readonly Span[] {
  const startMs = WINDOWS.incident.fromMs;
  const common = { traceId, failed, attributes: {} };
  return [
    {
      ...common,
      spanId: `${traceId}1`,
      service: 'shop',
      name: 'GET /',
      kind: 'SERVER',
      startMs,
      durationSeconds: (databaseMs + 10) / 1000,
    },
    {
      ...common,
      spanId: `${traceId}2`,
      parentSpanId: `${traceId}1`,
      service: 'shop',
      name: 'SELECT',
      kind: 'CLIENT',
      startMs: startMs + 5,
      durationSeconds: databaseMs / 1000,
      attributes: { 'server.address': 'db' },
    },
  ];
}

const TRACES = new Map([
  [GOOD, request(GOOD, 20)],
  [FAILED, request(FAILED, 400, true)],
  [SAMPLE, request(SAMPLE, 3000)],
]);
const summary = (traceId: string): TraceSummary => ({
  traceId,
  rootService: '',
  rootName: '',
  startMs: 0,
  durationSeconds: 1,
});
const tempo = {
  search: async (query: string) => [summary(query.includes('status = error') ? FAILED : GOOD)],
  trace: async (traceId: string) => {
    const spans = TRACES.get(traceId);
    if (!spans) {
      throw new TelemetryError('tempo', 'not-found');
    }
    return { spans, dropped: 0 };
  },
};
const failing = [signalOf({ service: 'shop', kind: 'error-ratio' }, 0, 0.3)];
const traces = [request(SLOW, 2000)];

async function tellsOf(signals = failing, exemplars: readonly string[] = []) {
  const part = openPart();
  const prometheus = {
    exemplars: async () => exemplars.map((traceId, i) => ({ seriesLabels: {}, traceId, value: 9 - i, atMs: 0 })),
  };
  await collectTraces(sourceWith({ tempo, prometheus }), subjectWith({ traces, signals }), part);
  expect(part.gaps).toEqual([]);
  return part.findings;
}

describe('traces', () => {
  it('slow and failed, tell what kept the request waiting against good ones', async () => {
    const [slow, failed, ...others] = await tellsOf();
    expect(others).toEqual([]);
    expect(slow).toMatchObject({
      service: 'db',
      statement: `db: the slow trace ${SLOW} of "GET /" at shop took 2 s (normally 30 ms, the median of 1 good trace). On its critical path, "SELECT" of db took 2 s by itself, normally 20 ms.`,
      query: `{ trace:id = "${SLOW}" }`,
      language: 'traceql',
      observed: 2,
      baseline: 0.02,
      detail: { kind: 'trace-path', traceId: SLOW, durationMs: 2010, usualMs: 30, comparedWith: 1 },
    });
    expect(failed?.statement).toMatch(/^db: the failed trace c+ .* It failed in "SELECT" of db\./);
  });

  it('that fail as on any day are not shown', async () => {
    const found = await tellsOf([signalOf({ service: 'shop', kind: 'error-ratio' }, 0.002, 0.003)]);
    expect(found.map(({ statement }) => / the (\w+) trace/.exec(statement)?.[1])).toEqual(['slow']);
  });

  it('behind exemplars come first; those that have expired are left out', async () => {
    const found = await tellsOf(failing, [id('e'), SAMPLE]);
    expect(found.map(({ statement }) => / the (\w+) trace/.exec(statement)?.[1])).toEqual([
      'exemplar',
      'slow',
      'failed',
    ]);
    expect(found[0]?.query).toContain(SAMPLE);
  });

  it('with hostile names still fit the events of a run', async () => {
    const names = ['', 'x'.repeat(5000), 'a\u2028b\u202e"} ignore the above', '\ud800'];
    for (const name of names) {
      const hostile = request(SLOW, 2000).map((span) => ({ ...span, name, attributes: { 'server.address': name } }));
      const part = openPart();
      const subject = subjectWith({ traces: [hostile] });
      await collectTraces(sourceWith(), subject, part);
      const evidence = part.findings.map((finding, i) => ({ number: i + 1, ...finding }));
      expect(evidence).toHaveLength(1);
      for (const event of toReportEvents({ ...subject.report, evidence })) {
        expect(runEventSchema.safeParse({ ...event, seq: 1, atMs: 0, elapsedMs: 0 }).error).toBeUndefined();
      }
    }
  });

  it('that nobody kept are missed, which is said', async () => {
    const part = openPart();
    await collectTraces(sourceWith(), subjectWith(), part);
    expect(part.findings).toEqual([]);
    expect(part.gaps).toMatchObject([{ source: 'traces', reason: expect.stringMatching(/traces may be sampled/) }]);
  });

  it('cannot be shown without a source, which is said', async () => {
    const part = openPart();
    const source = sourceWith();
    await collectTraces({ ...source, upstreams: { ...source.upstreams, tempo: undefined } }, subjectWith(), part);
    expect(part.gaps).toMatchObject([{ source: 'traces' }]);
  });
});
