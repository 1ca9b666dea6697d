import { describe, expect, it } from 'vitest';
import { rankCase } from '../ranking/rank-case.ts';
import { SHIPPED_RANKING_WEIGHTS } from '../ranking/shipped-weights.ts';
import { FAULTS, type NamedScenario } from '../testing/scenarios.ts';
import { simulate } from '../testing/synthetic-system.ts';
import type { IncidentEvents, NamedCalls } from './incident-events.ts';
import { findOnset } from './onset.ts';
import { buildCase } from './rca-case.ts';
import { toRankingCase } from './to-ranking-case.ts';

const caseOf = (fault: NamedScenario) => {
  const input = simulate(fault);
  return toRankingCase(buildCase(input, findOnset(input)));
};
const slowEdge = FAULTS.filter(({ name }) => name === 'slow network edge');

describe('the neutral case of an incident', () => {
  it.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    'lets the trained ranker alone name a cause of %s',
    (_, fault) => {
      const { input, names } = caseOf(fault);
      const [first] = rankCase(input, SHIPPED_RANKING_WEIGHTS).ranking;
      expect(fault.causes.map(({ service }) => service)).toContain(names[first?.service ?? -1]);
    }
  );

  it('holds indices, kinds and windows only, and every call of the graph', () => {
    const { input, names } = caseOf(FAULTS[0]!);
    const text = JSON.stringify({ ...input, series: input.series.map((series) => ({ ...series, metric: '' })) });
    expect(names.filter((name) => text.includes(name))).toEqual([]);
    expect(input.services).toHaveLength(names.length);
    expect(input.edges.every(([caller, callee]) => names[caller] !== undefined && names[callee] !== undefined)).toBe(
      true
    );
    expect(names[input.entry ?? -1]).toBe('gateway');
    expect(input.services[names.indexOf('redis')]).toEqual({ type: 'database' });
    expect(input.services[names.indexOf('payment-provider')]).toEqual({ type: 'remote' });
  });

  it.each(slowEdge.map((fault) => [fault] as const))(
    'counts a slow way to a service as latency of the service',
    (fault) => {
      const { input, names } = caseOf(fault);
      const latency = input.series.find(({ service, kind }) => names[service] === 'shipping' && kind === 'latency');
      const worst = Math.max(...(latency?.incident ?? []));
      expect(worst).toBeGreaterThan(5 * Math.max(...(latency?.baseline ?? [Infinity])));
    }
  );

  it('holds counts of events under the indices of their services, and none of strangers', () => {
    const input = simulate(FAULTS[0]!);
    const rca = buildCase(input, findOnset(input));
    const own = { serverOperations: [], internalOperations: [], logTemplates: new Map() };
    const call = (callee: string): NamedCalls => ({ operation: callee, callee, failed: [0, 3] });
    const events: IncidentEvents = [
      { ...own, service: 'order', requests: [900, 90], calls: [call('payment'), call('nobody')] },
      { ...own, service: 'nobody', requests: [1, 1], calls: [] },
    ];
    const { input: neutral, names } = toRankingCase(rca, new Map(), events);
    expect(neutral.events?.services).toHaveLength(names.length);
    expect(neutral.events?.services.filter((service) => service !== undefined)).toHaveLength(1);
    const { requests, calls } = neutral.events?.services[names.indexOf('order')] ?? {};
    expect(requests).toEqual([900, 90]);
    expect(calls?.map(({ callee, failed }) => [names[callee], failed])).toEqual([['payment', [0, 3]]]);
    expect(toRankingCase(rca).input.events).toBeUndefined();
  });
});
