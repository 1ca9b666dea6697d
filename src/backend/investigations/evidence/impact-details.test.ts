import { describe, expect, it } from 'vitest';
import type { ServiceGraph } from '#model';
import { collectImpact, entriesOf } from './impact-details.ts';
import { openPart, signalOf, sourceWith, subjectWith } from './testing/subject.ts';

const rates = (before: number, after: number) => {
  const { series } = signalOf({ service: 's', kind: 'request-rate' }, before, after);
  return { queryRange: async () => ({ series: [series, series], warnings: [], infos: [] }) };
};
const metric = (fields: object) => ({ metrics: [{ name: 'Revenue', query: 'q', unit: 'USD', ...fields }] });

async function impactOf(fields: object, before: number, after: number) {
  const part = openPart();
  await collectImpact(sourceWith({ prometheus: rates(before, after), impact: metric(fields) }), subjectWith(), part);
  return part;
}

describe('impact', () => {
  it('adds series up, per minute, and counts what was lost in the window', async () => {
    const { impacts } = await impactOf({}, 2, 0.5);
    expect(impacts.map(({ impact }) => impact)).toEqual([
      { name: 'Revenue', value: 60, usual: 240, unit: 'USD/min', lost: 1800 },
    ]);
    expect(impacts[0]?.finding.statement).toBe(
      'Revenue: 60 USD/min since 17:42:00 UTC, normally 240 USD/min. That makes 1800 USD lost in 10 min.'
    );
  });

  it('knows rates per minute, and losses that rise', async () => {
    const found = await impactOf({ per: 'minute', direction: 'loss-when-higher' }, 2, 5);
    expect(found.impacts[0]?.impact).toMatchObject({ value: 10, usual: 4, lost: 60 });
    const gain = await impactOf({ direction: 'loss-when-lower' }, 2, 5);
    expect(gain.impacts[0]?.impact.lost).toBe(0);
  });

  it('is not known where nothing was measured, which is said', async () => {
    const { impacts, gaps } = await impactOf({}, 2, NaN);
    expect(impacts).toEqual([]);
    expect(gaps.map(({ source }) => source)).toEqual(['prometheus:impact:Revenue', 'impact:requests']);
    const { impacts: unknownUsual } = await impactOf({}, NaN, 2);
    expect(unknownUsual[0]?.impact).toMatchObject({ usual: null, lost: null });
    expect(unknownUsual[0]?.finding.statement).toMatch(/what is normal is not known\. The loss cannot be counted\.$/);
  });

  it('counts requests that fail, and those that do not come', async () => {
    const part = openPart();
    const signals = [
      signalOf({ service: 'shop', kind: 'request-rate', unit: 'per-second', query: 'rate' }, 10, 5),
      signalOf({ service: 'shop', kind: 'error-ratio', query: 'ratio' }, 0.01, 0.2),
    ];
    await collectImpact(sourceWith(), subjectWith({ signals }), part);
    expect(part.impacts.map(({ impact, finding }) => [impact.name, impact.value, impact.lost, finding.query])).toEqual([
      ['Failed requests at shop', 60, 540, '60 * (ratio) * (rate)'],
      ['Missing requests at shop', 300, 3000, '60 * (rate)'],
    ]);
  });
});

describe('entries', () => {
  const graphOf = (...edges: readonly (readonly [string, string])[]) =>
    ({
      nodes: [{ name: 'users', kind: 'client' }],
      edges: edges.map(([caller, callee]) => ({ caller, callee })),
    }) as unknown as ServiceGraph;

  it('are the callers of the target that nobody but clients calls', () => {
    expect(entriesOf(graphOf(['users', 'web'], ['app', 'pay'], ['web', 'pay'], ['pay', 'db']), 'pay')).toEqual([
      'app',
      'web',
    ]);
    expect(entriesOf(graphOf(['users', 'web']), 'web')).toEqual(['web']);
  });

  it('are the target itself in a circle', () => {
    expect(entriesOf(graphOf(['a', 'b'], ['b', 'a']), 'a')).toEqual(['a']);
  });
});
