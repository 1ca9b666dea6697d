import { describe, expect, it } from 'vitest';
import { collectDetails, detailServices } from './collect-details.ts';
import { refuse, signalOf, sourceWith, subjectWith } from './testing/subject.ts';

const never = new AbortController().signal;
const hangs = (): Promise<never> => new Promise(() => undefined);
const ORDERS = {
  series: [signalOf({ service: 's', kind: 'request-rate' }, 10, 10).series],
  warnings: [],
  infos: [],
};
/** Failed requests of the entry need no further read. */
const measured = subjectWith({
  signals: [
    signalOf({ service: 'shop', kind: 'request-rate', unit: 'per-second' }, 10, 10),
    signalOf({ service: 'shop', kind: 'error-ratio' }, 0, 0.5),
    signalOf({ service: 'db', kind: 'pool-utilisation' }, 0.4, 0.95),
  ],
});
const deaf = sourceWith({
  prometheus: { query: refuse('prometheus'), queryRange: refuse('prometheus'), exemplars: refuse('prometheus') },
  loki: { queryLines: refuse('loki') },
  tempo: { search: refuse('tempo') },
  forecasts: { exhaustion: refuse('prometheus') },
  impact: { metrics: [{ name: 'Revenue', query: 'revenue', unit: 'USD' }] },
});

describe('details', () => {
  it('number their evidence after that of the report', async () => {
    const { evidence, impact } = await collectDetails(sourceWith(), measured, never);
    expect(evidence.map(({ number, source }) => [number, source])).toEqual([
      [2, 'metric'],
      [3, 'impact'],
    ]);
    expect(impact).toEqual([
      { name: 'Failed requests at shop', value: 300, usual: 0, unit: 'requests/min', lost: 3000, evidence: 3 },
    ]);
  });

  it('name every source that does not answer, and use what is there without it', async () => {
    const { evidence, gaps } = await collectDetails(deaf, measured, never);
    expect(gaps.map(({ source }) => source).sort()).toEqual([
      'loki:kubernetes-events',
      'prometheus:alerts',
      'prometheus:exemplars',
      'prometheus:exhaustion',
      'prometheus:impact:Revenue',
      'prometheus:pod-states',
      'tempo:failed-traces',
    ]);
    expect(gaps.every(({ reason }) => reason.startsWith('CAUSEWAY_'))).toBe(true);
    expect(evidence.map(({ source }) => source)).toEqual(['metric', 'impact']);
    expect(evidence[0]?.statement).toMatch(/stands at 95 % .* When it will be exhausted is not known/);
  });

  it('end when their time is over, with what is there and a gap for each read that is late', async () => {
    const queryRange = (expr: string) => (expr === 'orders' ? Promise.resolve(ORDERS) : hangs());
    const metrics = ['revenue', 'orders'].map((query) => ({ name: query, query, unit: 'x' }));
    const slow = sourceWith({ prometheus: { queryRange }, loki: { queryLines: hangs }, impact: { metrics } });
    const { evidence, impact, gaps } = await collectDetails(slow, measured, never, 0.05);
    expect(evidence.map(({ source }) => source)).toEqual(['metric', 'impact', 'impact']);
    expect(impact.map(({ name }) => name)).toEqual(['orders', 'Failed requests at shop']);
    const late = gaps.filter(({ reason }) => reason.includes('within 0.05 s'));
    expect(late.map(({ source }) => source)).toEqual([
      'loki:kubernetes-events',
      'prometheus:impact:revenue',
      'prometheus:alerts',
    ]);
  });

  it('are given up when nobody wants them any more', async () => {
    const gone = new AbortController();
    const work = collectDetails(sourceWith({ prometheus: { queryRange: hangs } }), measured, gone.signal);
    gone.abort(new Error('gone'));
    await expect(work).rejects.toThrow('gone');
  });
});

describe('services that are looked into', () => {
  const { report } = subjectWith();

  it('are the leading causes, then those on the way, and the target', () => {
    expect(detailServices(report)).toEqual({ causes: ['db'], services: ['db', 'pay', 'shop'] });
  });

  it('are the nearest candidate and the target where nothing stands out', () => {
    const nothing = { ...report, decision: 'no-significant-root-cause' as const, concurrent: 0 };
    expect(detailServices(nothing).causes).toEqual(['db']);
    expect(detailServices({ ...nothing, hypotheses: [] })).toEqual({ causes: [], services: ['shop'] });
  });

  it('are at most ten, the target among them', () => {
    const path = Array.from({ length: 30 }, (_, i) => ({ from: `s${i}`, to: `s${i + 1}`, weight: 1, measured: true }));
    const [first] = report.hypotheses;
    const long = { ...report, hypotheses: first ? [{ ...first, path }] : [] };
    expect(detailServices(long).services).toHaveLength(10);
    expect(detailServices(long).services.at(-1)).toBe('shop');
  });
});
