import { describe, expect, it } from 'vitest';
import type { ChangeEvent, ScoredSignal } from '#model';
import { scoreSignal } from '../anomaly/score-signal.ts';
import { FAULTS } from '../testing/scenarios.ts';
import { healthySeries, signalOf } from '../testing/series.ts';
import { simulate, START_MS, STEP_MS, type Scenario } from '../testing/synthetic-system.ts';
import { excursionsIn, newestExcursion } from './excursion.ts';
import { findIncident, findIncidents } from './find-incident.ts';
import { isSettling, settlingWindows } from './settling.ts';

const scoreAll = (scenario: Scenario) => {
  const input = simulate(scenario);
  return {
    input,
    signals: input.signals.map((signal) => scoreSignal(signal)),
    graph: input.graph,
    atMs: input.window.toMs,
  };
};

describe('findIncident opens one incident', () => {
  it.each(FAULTS.map((fault) => [fault.name, fault] as const))('for %s', (_, fault) => {
    const { input, ...rest } = scoreAll(fault);
    const found = findIncidents(rest);
    expect(found).toHaveLength(1);
    expect(found[0]?.target).toEqual(input.target);
    expect(Math.abs((found[0]?.onsetMs ?? 0) - input.onsetMs)).toBeLessThanOrEqual(2 * STEP_MS);
    expect(found[0]?.fingerprint.length).toBeGreaterThanOrEqual(8);
  });

  it('within a minute', () => {
    const { input, ...rest } = scoreAll(FAULTS[0] ?? { disturbances: [] });
    expect(findIncident({ ...rest, atMs: input.onsetMs + 60_000 })).not.toBeNull();
  });
});

describe('findIncident opens nothing', () => {
  it.each([
    ['on a quiet day', []],
    [
      'when traffic nearly doubles',
      ['gateway', 'checkout', 'order', 'catalog'].map((service) => ({ service, trafficFactor: 1.8 })),
    ],
    ['for a resource alone', [{ service: 'catalog', levels: { cpu: 3, 'memory-utilisation': 0.9 } }]],
    ['when something gets faster', [{ service: 'orders-db', extraSelfSeconds: -0.002 }]],
  ])('%s', (_, disturbances) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const { input, ...rest } = scoreAll({ disturbances, seed, after: 40 });
      expect(findIncident(rest), `seed ${seed} ${input.id}`).toBeNull();
    }
  });

  it('for one critical point', () => {
    const { input, graph } = scoreAll({ disturbances: [] });
    const values = [...healthySeries(300, 0.05, 0.1, 1), 3.5];
    const signals = [scoreSignal({ ...signalOf('latency', values), service: 'gateway' })];
    expect(findIncident({ signals, graph, atMs: START_MS + 301 * STEP_MS })).toBeNull();
    expect(input.signals.length).toBeGreaterThan(100);
  });

  it('long after it is over', () => {
    const { input, ...rest } = scoreAll({ ...FAULTS[0], disturbances: FAULTS[0]?.disturbances ?? [] });
    expect(findIncident({ ...rest, atMs: input.onsetMs - 60_000 })).toBeNull();
  });
});

describe('findIncidents', () => {
  it('keeps troubles apart that have nothing to do with each other', () => {
    const values = [...healthySeries(300, 0.05, 0.1, 1), 3.5, 3.5, 3.5, 3.5];
    const signals = ['x', 'y'].map((service) =>
      scoreSignal({ ...signalOf('latency', values), id: `${service}/latency`, service })
    );
    const graph = { nodes: [], edges: [], generatedAtMs: 1 };
    expect(
      findIncidents({ signals, graph, atMs: START_MS + 304 * STEP_MS }).map((item) => item.target.service)
    ).toEqual(['x', 'y']);
  });

  it('does not depend on the order of the signals', () => {
    const { input, ...rest } = scoreAll(FAULTS[1] ?? { disturbances: [] });
    expect(findIncidents({ ...rest, signals: rest.signals.toReversed() })).toEqual(findIncidents(rest));
    expect(input.target.service).toBe('gateway');
  });
});

describe('a rollout', () => {
  const change = (kind: ChangeEvent['kind'], service: string, atMs: number): ChangeEvent => ({
    atMs,
    kind,
    service,
    summary: 'x',
  });
  const { input, ...rest } = scoreAll(FAULTS[0] ?? { disturbances: [] });
  const early = { ...rest, atMs: input.onsetMs + 60_000 };
  const after = (...changes: ChangeEvent[]) => ({ settling: settlingWindows(changes, rest.graph, STEP_MS / 1000) });

  it('may disturb what depends on it for two minutes', () => {
    const settling = after(change('deploy', 'orders-db', input.onsetMs - 15_000));
    expect(findIncident({ ...early, ...settling })).toBeNull();
    expect(findIncident({ ...rest, ...settling })).not.toBeNull();
  });

  it.each([
    ['a migration', change('migration', 'orders-db', input.onsetMs)],
    ['an older one', change('deploy', 'orders-db', input.onsetMs - 600_000)],
    ['a later one', change('deploy', 'orders-db', input.onsetMs + 600_000)],
    ['one elsewhere', change('deploy', 'stranger', input.onsetMs)],
    ['one that explains some affected services only', change('deploy', 'order', input.onsetMs)],
  ])('is no excuse when it is %s', (_, event) => {
    expect(findIncident({ ...early, ...after(event) })).not.toBeNull();
  });

  it.each([
    [2, true],
    [3, false],
  ])('after %i others within an hour is an excuse: %s', (count, isExcused) => {
    const others = Array.from({ length: count }, (_, i) =>
      change('deploy', 'orders-db', input.onsetMs - (i + 1) * 600_000)
    );
    const newest = change('deploy', 'orders-db', input.onsetMs - 15_000);
    expect(findIncident({ ...early, ...after(newest, ...others) }) === null).toBe(isExcused);
  });

  it('is judged by the last critical point', () => {
    const candidate = { services: ['gateway'], lastMs: 200_000 };
    expect(isSettling(candidate, after(change('scale', 'payment', 100_000)).settling)).toBe(true);
    expect(isSettling(candidate, after(change('scale', 'payment', 10_000)).settling)).toBe(false);
  });

  it('reaches everything that calls it, longer on a coarse grid', () => {
    const [own, ...callers] = settlingWindows([change('deploy', 'payment', 0)], rest.graph, 60);
    expect(own).toMatchObject({ service: 'payment', fromMs: 0, toMs: 255_000, rollout: { service: 'payment' } });
    expect(callers.map(({ service }) => service)).toContain('gateway');
    expect(callers.map(({ service }) => service)).not.toContain('payment');
  });
});

describe('excursions', () => {
  const scored = (values: readonly number[]): ScoredSignal => scoreSignal(signalOf('latency', values));
  const calm = healthySeries(300, 0.05, 0.05, 3);

  it('are dated by the first sample outside the band', () => {
    const found = newestExcursion(scored([...calm, 0.3, 2, 3, 3, 3]), START_MS + 305 * STEP_MS);
    expect(found?.onsetMs).toBe(START_MS + 300 * STEP_MS);
  });

  it('count after they ended for as long as nobody looked', () => {
    const signal = scored([...calm, 3, 3, 3, ...calm.slice(0, 7)]);
    const atMs = START_MS + 310 * STEP_MS;
    expect(newestExcursion(signal, atMs)).toBeUndefined();
    expect(newestExcursion(signal, atMs, 8)?.criticalPoints).toBeGreaterThan(0);
  });

  it('are found in a window, the first of several', () => {
    const signal = scored([...calm, 3, 3, 3, 3, ...calm.slice(0, 60), 3, 3, 3, 3]);
    const window = { fromMs: START_MS + 280 * STEP_MS, toMs: START_MS + 400 * STEP_MS };
    expect(excursionsIn(signal, window)[0]?.onsetMs).toBe(START_MS + 300 * STEP_MS);
    expect(excursionsIn(signal, { fromMs: START_MS, toMs: START_MS + 299 * STEP_MS })).toEqual([]);
  });
});
