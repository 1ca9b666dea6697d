import { describe, expect, it } from 'vitest';
import type { RcaReport } from '#model';
import { analyse } from '../analyse.ts';
import { FAULTS, type NamedScenario } from '../testing/scenarios.ts';
import { simulate, type Scenario } from '../testing/synthetic-system.ts';

const faultNamed = (name: string): NamedScenario => {
  const found = FAULTS.find((fault) => fault.name === name);
  if (!found) {
    throw new Error(name);
  }
  return found;
};
const effectsOf = (scenario: Scenario, change: Partial<Parameters<typeof analyse>[0]> = {}) => {
  const { effects } = analyse({ ...simulate(scenario), ...change });
  if (!effects) {
    throw new Error('no effects');
  }
  return effects;
};
const of = ({ effects }: Pick<RcaReport, 'effects'>, service: string, metric: string) =>
  effects?.effects.find((effect) => effect.service === service && effect.metric === metric);

describe('effects of a report', () => {
  it('carry the whole trouble for the one cause, with interval, p and counterfactual', () => {
    const effects = effectsOf(faultNamed('slow network edge'));
    expect(effects.target).toEqual({ service: 'checkout', signal: 'latency', metric: 'latency', unit: 'seconds' });
    const [first] = effects.effects;
    expect(first).toMatchObject({ service: 'shipping', signal: 'client-latency', verdict: 'supported', refutedBy: [] });
    expect(first?.share?.value).toBeGreaterThan(0.8);
    expect(first?.share?.low).toBeLessThan(first?.share?.value ?? 0);
    expect(first?.slopeUnit).toBe('ms per ms');
    expect(first?.q).toBeLessThan(0.05);
    expect(first?.q).toBeGreaterThanOrEqual(first?.p ?? 1);
    expect(first?.counterfactual).toMatch(/^With .* of shipping normal, latency of checkout would have been .*model/);
  });

  it('ask for the symptom of the target at every cause, and for the strangest other signal', () => {
    const report = analyse(simulate(faultNamed('missing index')));
    expect(of(report, 'orders-db', 'latency')).toMatchObject({ verdict: 'supported' });
    const services = (report.effects?.effects ?? []).map(({ service }) => service);
    const counts = [...new Set(services)].map((name) => services.filter((service) => service === name).length);
    expect(Math.max(...counts)).toBe(2);
    expect(counts.length).toBeLessThanOrEqual(5);
  });

  it('list what cannot be tested with the reason', () => {
    const effects = effectsOf(faultNamed('out-of-memory crash loop'));
    const untestable = effects.effects.filter(({ verdict }) => verdict === 'not-testable');
    expect(untestable.map(({ service }) => service)).toEqual(['gateway']);
    for (const effect of untestable) {
      expect(effect.explanation).toMatch(/^Not testable: ./);
      expect(effect).not.toHaveProperty('p');
    }
  });

  it('are none without a cause, and say so', () => {
    expect(effectsOf({ disturbances: [] })).toEqual({
      effects: [],
      rules: [],
      reason: 'No cause stands out, so no effect was estimated.',
    });
  });

  it('are none when the symptom of the target is not measured', () => {
    const input = simulate(faultNamed('missing index'));
    const signals = input.signals.filter(({ service }) => service !== 'gateway');
    const { effects } = analyse({ ...input, signals });
    expect(effects).toEqual({ effects: [], rules: [], reason: 'The latency of gateway is not measured.' });
  });

  it('check the rules of the topology file against the data', () => {
    const input = simulate(faultNamed('missing index'));
    const rule = (service: string, change: 'increase' | 'decrease', threshold: number) => ({
      cause: { service, metric: 'latency_p95', comparison: '>' as const, threshold, percent: false },
      effect: { service: 'order', symptom: 'latency', change },
      confidence: 0.85,
    });
    const rules = [
      rule('orders-db', 'increase', 0.1),
      rule('orders-db', 'decrease', 0.1),
      rule('nobody', 'increase', 0.1),
    ];
    const { effects } = analyse({ ...input, graph: { ...input.graph, rules } });
    expect(effects?.rules.map(({ outcome }) => outcome)).toEqual(['confirmed', 'contradicted', 'not-testable']);
    expect(effects?.rules[2]?.explanation).toBe('The source is not measured.');
    expect(effects?.rules.map((finding) => finding.rule)).toEqual(rules);
  });
});
