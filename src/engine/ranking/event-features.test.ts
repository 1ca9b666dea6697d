import { describe, expect, it } from 'vitest';
import { extractFeatures } from './extract-features.ts';
import { RANKING_FEATURES, type FeatureMethod, type RankingFeature } from './feature-names.ts';
import type { OperationChange, ServiceEvents, WindowCounts } from './ranking-case.ts';
import { chainCase, stepSeries } from './testing/small-case.ts';

const REQUESTS: WindowCounts = [1000, 200];
const QUIET = [0, 1, 2].map((service) => stepSeries(service, 'latency', 0.2, 0.2));

function eventsOf(change: Partial<ServiceEvents> = {}): ServiceEvents {
  return {
    requests: REQUESTS,
    serverOperations: [],
    internalOperations: [],
    calls: [],
    logTemplates: new Map(),
    ...change,
  };
}

function operation(lnMs: readonly [number, number]): OperationChange {
  const [baseline, incident] = lnMs.map((medianLnMs) => ({
    count: 100,
    medianLnMs,
    madLnMs: 0.1,
    p90LnMs: medianLnMs + 0.2,
  }));
  return { operation: 'GET /', baseline: baseline!, incident: incident! };
}

const features = (services: readonly (ServiceEvents | undefined)[], method?: FeatureMethod) => {
  const { x } = extractFeatures(chainCase(QUIET, { events: { services } }), method);
  return (service: number, name: RankingFeature): number => x[service]![RANKING_FEATURES.indexOf(name)]!;
};

describe('the strength of events', () => {
  it.each([
    ['a log template that is new', eventsOf({ logTemplates: new Map([['no such column', [0, 150]]]) })],
    ['an operation that takes ten times as long', eventsOf({ serverOperations: [operation([3, 5.3])] })],
  ])('dominates the case like a series: %s', (_, own) => {
    const value = features([eventsOf(), own, eventsOf()]);
    expect([0, 1, 2].map((service) => value(service, 'dom_any'))).toEqual([0, 1, 0]);
  });

  it('is left out of the reference, and of services that say nothing', () => {
    const own = eventsOf({ logTemplates: new Map([['no such column', [0, 150]]]) });
    expect(features([undefined, own, undefined], 'reference')(1, 'dom_any')).toBe(0);
    expect(features([undefined, undefined, undefined])(1, 'dom_any')).toBe(0);
  });
});

describe('a log that was read in part', () => {
  const template = (counts: WindowCounts): ServiceEvents['logTemplates'] => new Map([['order stored', counts]]);

  it('is measured against the requests whose lines were read', () => {
    const full = features([eventsOf({ logTemplates: template([1000, 200]) }), undefined, undefined]);
    const part = features([
      eventsOf({ logTemplates: template([1000, 20]), logShares: [1, 0.1] }),
      undefined,
      undefined,
    ]);
    const unscaled = features([eventsOf({ logTemplates: template([1000, 20]) }), undefined, undefined]);
    expect([full(0, 'l_miss'), part(0, 'l_miss')]).toEqual([0, 0]);
    expect(unscaled(0, 'l_miss')).toBeGreaterThan(0.3);
  });

  it('says nothing where next to nothing was read', () => {
    const value = features([
      eventsOf({ logTemplates: template([1000, 5]), logErrors: [0, 5], logShares: [1, 0.001] }),
      undefined,
      undefined,
    ]);
    expect([value(0, 'l_miss'), value(0, 'l_novel'), value(0, 'l_err')]).toEqual([0, 0, 0]);
  });
});
