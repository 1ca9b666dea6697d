import { describe, expect, it } from 'vitest';
import type { FeaturePlan, PrometheusClient } from '#telemetry';
import { readSignals } from './read-signals.ts';

const window = { fromMs: 0, toMs: 60_000 };

function feature(name: string, kind: 'request-rate' | 'cpu' | 'memory', owners: readonly string[] | undefined) {
  return {
    id: name,
    from: 'prometheus',
    profile: 'service',
    feature: owners ? name : `user:${name}`,
    source: 'test',
    expr: `feature_${name}`,
    kind,
    unit: 'per-second',
    harm: 'both',
    ownerLabels: ['service'],
    ...(owners ? { owners: new Map(owners.map((owner) => [JSON.stringify([owner]), owner])) } : {}),
    combine: 'only',
  };
}

const features = {
  coverage: [],
  gaps: [],
  queries: [
    feature('repeated', 'request-rate', ['a', 'b']),
    feature('partly', 'request-rate', ['a', 'unmeasured']),
    feature('other', 'cpu', ['a']),
    feature('own', 'request-rate', undefined),
  ],
} as unknown as FeaturePlan;

/** Request rates of `a` and `b` in the catalogue, and every feature of `a`. */
async function read(need?: Parameters<typeof readSignals>[1]['need'], failing = /^$/) {
  const asked: string[] = [];
  const queryRange: PrometheusClient['queryRange'] = async (expr) => {
    asked.push(expr);
    if (failing.test(expr)) {
      throw new TypeError('broken');
    }
    const services = expr.startsWith('sum by (service) (rate(traces_spanmetrics_calls_total') ? ['a', 'b'] : [];
    const own = expr.startsWith('feature_') ? ['a'] : services;
    const series = own.map((service) => ({ labels: { service }, timesMs: [0], values: [1] }));
    return { series, warnings: [], infos: [] };
  };
  const upstreams = { prometheus: { queryRange } as PrometheusClient, loki: undefined };
  const signal = new AbortController().signal;
  const { signals } = await readSignals(upstreams, {
    window,
    stepSeconds: 60,
    namespace: undefined,
    features,
    ...(need ? { need } : {}),
    signal,
  });
  return { ids: signals.map(({ id }) => id).sort(), asked };
}

describe('the signals that are read', () => {
  it('are all', async () => {
    const { ids } = await read();
    expect(ids).toEqual([
      'a/feature/other',
      'a/feature/partly',
      'a/feature/repeated',
      'a/request-rate',
      'a/user/own',
      'b/request-rate',
    ]);
  });

  it('are without features whose kind the catalogue measures of every owner', async () => {
    const { ids } = await read('no-repeats');
    expect(ids).toEqual(['a/feature/other', 'a/feature/partly', 'a/request-rate', 'a/user/own', 'b/request-rate']);
  });

  it('are of one kind', async () => {
    const { ids, asked } = await read({ kind: 'cpu' });
    expect(ids).toEqual(['a/feature/other']);
    expect(asked.every((expr) => /cpu|other/.test(expr))).toBe(true);
    expect((await read({ kind: 'log-errors' })).asked).toEqual([]);
  });

  it.each(['no-repeats', 'all'] as const)('fail once where the catalogue fails: %s', async (need) => {
    await expect(read(need, /^(?!feature_)/)).rejects.toThrow('broken');
  });
});
