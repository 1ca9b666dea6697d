import { describe, expect, it } from 'vitest';
import type { Evidence, Hypothesis, LogLine, SignalKind } from '#model';
import { messageOf, serviceOfLine } from './cite.ts';
import { citations, EvidenceBook } from './evidence-book.ts';
import { formatClock, formatValue } from './format.ts';
import { groupLogs } from './hypothesis.ts';
import { judgeVerdict } from './verdict.ts';

describe('formatValue', () => {
  it.each([
    [0.05, 'seconds', '50 ms'],
    [3.5, 'seconds', '3.5 s'],
    [0.98, 'ratio', '98 %'],
    [0, 'ratio', '0 %'],
    [536_870_912, 'bytes', '512 MiB'],
    [3_221_225_472, 'bytes', '3 GiB'],
    [1234, 'per-second', '1234/s'],
    [0.19, 'cores', '0.19 cores'],
    [12, 'count', '12'],
  ] as const)('%d %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });
});

it('formatClock gives the time of day in UTC', () => {
  expect(formatClock(1_700_000_000_000)).toBe('22:13:20 UTC');
});

describe('EvidenceBook', () => {
  it('numbers facts once, in order of their first citation', () => {
    const book = new EvidenceBook();
    const make = (statement: string) => () => ({ source: 'metric' as const, service: 's', statement });
    expect([book.cite('a', make('A')), book.cite('b', make('B')), book.cite('a', make('other'))]).toEqual([1, 2, 1]);
    expect(book.list().map((item) => item.statement)).toEqual(['A', 'B']);
  });

  it('writes citations in order and without repeats', () => {
    expect(citations([4, 1, 4])).toBe('[1][4]');
    expect(citations([])).toBe('');
  });
});

describe('log lines', () => {
  const line = (text: string, labels: LogLine['labels'] = { service_name: 'order' }, atMs = 10): LogLine => ({
    atMs,
    labels,
    line: text,
  });

  it.each([
    ['{"msg":"boom"}', 'boom'],
    ['{"message":"boom"}', 'boom'],
    ['{"msg":7}', '{"msg":7}'],
    ['not json', 'not json'],
    ['null', 'null'],
  ])('%s reads as %s', (text, message) => {
    expect(messageOf(line(text))).toBe(message);
  });

  it('belong to the service of their stream, from a time on', () => {
    const lines = [line('a'), line('b', {}), line('c', { app: 'cart' }), line('d', { service_name: 'order' }, 5)];
    const groups = groupLogs(lines, serviceOfLine, 10);
    expect([...groups].map(([service, list]) => [service, list.length])).toEqual([
      ['order', 1],
      ['cart', 1],
    ]);
  });
});

describe('judgeVerdict', () => {
  const evidence: readonly Evidence[] = [
    { number: 1, source: 'metric', service: 'db', statement: 'x', query: 'up' },
    { number: 2, source: 'log', service: 'db', statement: 'y' },
  ];
  const cause = (confidence: number, signals: readonly SignalKind[], more: Partial<Hypothesis> = {}): Hypothesis => ({
    service: 'db',
    rank: 1,
    score: 9,
    confidence,
    cause: 'slow-query',
    signals,
    path: [{ from: 'db', to: 'web', weight: 1, measured: true }],
    contributions: [],
    evidence: [1],
    ...more,
  });
  const judge = (hypothesis: Hypothesis) => judgeVerdict([hypothesis], evidence, [], 'web').verdict;

  it.each([
    ['a resource and a symptom', cause(0.95, ['latency', 'sequential-scans']), 'CONFIRMED'],
    ['a symptom and a log', cause(0.95, ['latency'], { evidence: [1, 2] }), 'CONFIRMED'],
    ['the target itself as cause', cause(0.95, ['latency', 'cpu'], { service: 'web', path: [] }), 'CONFIRMED'],
    ['a symptom alone', cause(0.99, ['latency']), 'LIKELY'],
    ['a cause that does not dominate', cause(0.8, ['latency', 'cpu']), 'LIKELY'],
    [
      'an unmeasured hop',
      cause(0.95, ['latency', 'cpu'], { path: [{ from: 'db', to: 'web', weight: 0.05, measured: false }] }),
      'LIKELY',
    ],
    ['no known path', cause(0.95, ['latency', 'cpu'], { path: [] }), 'LIKELY'],
    ['an unnamed cause', cause(0.95, ['latency', 'cpu'], { cause: 'unclassified' }), 'LIKELY'],
    ['a weak lead', cause(0.4, ['latency', 'cpu']), 'INCONCLUSIVE'],
  ] as const)('%s is %s', (_, hypothesis, verdict) => {
    expect(judge(hypothesis)).toBe(verdict);
  });

  it.each([
    ['pool-exhaustion', 'INCONCLUSIVE'],
    ['cpu-contention', 'CONFIRMED'],
  ] as const)('of %s that calls what nobody measures is %s', (kind, verdict) => {
    const hypothesis = cause(0.95, ['latency', 'cpu'], { cause: kind });
    const found = judgeVerdict([hypothesis], evidence, [], 'web', () => ['store']);
    expect(found.verdict).toBe(verdict);
    expect(found.reasons.join(' ').includes('store')).toBe(verdict === 'INCONCLUSIVE');
  });

  it('is INCONCLUSIVE without causes', () => {
    expect(judgeVerdict([], [], [], 'web')).toMatchObject({ verdict: 'INCONCLUSIVE' });
  });

  it('is as weak as its weakest cause', () => {
    const two = [cause(0.95, ['latency', 'cpu']), cause(0.6, ['latency', 'cpu'], { service: 'cache' })];
    expect(judgeVerdict(two, evidence, [], 'web').verdict).toBe('LIKELY');
  });

  it('does not confirm over gaps in the metrics it needs, and ignores kinds that nobody measures', () => {
    const strong = cause(0.95, ['latency', 'cpu']);
    const gap = (source: string) => judgeVerdict([strong], evidence, [{ source, reason: 'r' }], 'web').verdict;
    expect(gap('prometheus:error-ratio')).toBe('LIKELY');
    expect(gap('prometheus:edges-requests')).toBe('LIKELY');
    expect(gap('prometheus:queue-lag')).toBe('CONFIRMED');
    expect(gap('loki')).toBe('CONFIRMED');
  });
});
