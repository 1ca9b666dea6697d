import { describe, expect, it } from 'vitest';
import { MAX_RUN_EVENT_CHARACTERS, runEventSchema } from '#contracts';
import type { EvidenceSeries, RcaReport } from '#model';
import { cut, toReport, toReportEvents } from './report-events.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

const series = (text: string): EvidenceSeries => ({
  service: text,
  signal: 'latency',
  metric: 'm',
  unit: 'seconds',
  role: 'cause',
  timesMs: [1],
  values: [null],
  usual: { median: 1, low: 1, high: 1 },
  evidence: [1],
});

const report = (change: Partial<RcaReport> = {}): RcaReport => ({
  id: 'r',
  target: { service: 'gateway', symptom: 'latency' },
  window: { fromMs: 1000.5, toMs: 2000.5 },
  baseline: { fromMs: 0.5, toMs: 1000.5 },
  onsetMs: 1100,
  decision: 'no-significant-root-cause',
  verdict: 'INCONCLUSIVE',
  verdictReasons: ['r'.repeat(2000)],
  hypotheses: [],
  concurrent: 0,
  ruledOut: [],
  victims: [],
  changes: [],
  evidence: [
    {
      number: 1,
      source: 'metric',
      service: 's',
      statement: 'x',
      query: 'up',
      observed: Number.NaN,
      baseline: Infinity,
    },
    { number: 2, source: 'trace', service: 's', statement: `trace ${TRACE} is slow` },
    { number: 3, source: 'log', service: 's', statement: 'lines', query: '{a="b"}', window: { fromMs: 5, toMs: 5 } },
    { number: 4, source: 'topology', service: 's', statement: 'an edge' },
  ],
  proposals: [],
  gaps: [],
  summary: '',
  narrator: 'engine',
  narrative: '',
  ...change,
});

describe('events of a report', () => {
  it('are what the contract allows, with unknown numbers as null', () => {
    const events = toReportEvents(report());
    const parsed = events.map((event, index) =>
      runEventSchema.safeParse({ ...event, seq: index + 1, atMs: 1, elapsedMs: 1 })
    );
    expect(parsed.map(({ error }) => error?.message)).toEqual(events.map(() => undefined));
    expect(events[0]).toMatchObject({ type: 'evidence', id: 'e1', value: null, baseline: null });
  });

  it('say where evidence can be looked at, where that is known', () => {
    const links = toReportEvents(report()).flatMap((event) => (event.type === 'evidence' ? [event.link] : []));
    const window = { fromMs: 0, toMs: 2001 };
    expect(links).toEqual([
      { kind: 'explore', source: 'prometheus', query: 'up', window },
      { kind: 'trace', traceId: TRACE, window },
      null,
      null,
    ]);
  });

  it('keep the report, without the last series where it is too large, also in letters of several bytes', () => {
    const large = report({ series: [series('a'), series('ü'.repeat(60_000)), series('ü'.repeat(60_000))] });
    const [note, kept] = toReport(large);
    expect(note).toMatchObject({ type: 'note', text: expect.stringMatching(/^1 of 3 series/) });
    expect(kept?.type === 'report' && kept.report.series).toHaveLength(2);
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(MAX_RUN_EVENT_CHARACTERS);
    expect(toReport(report({ summary: 'x'.repeat(300_000) }))).toMatchObject([{ type: 'note', level: 'warning' }]);
  });
});

it('cuts text without half a character at its end', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('ab😀cd', 4)).toBe('ab…');
  expect(cut('abcd', 4)).toBe('abcd');
});
