import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractFeatures } from './extract-features.ts';
import { explainedBy, failedCalls } from './failed-calls.ts';
import { RANKING_FEATURES, type FeatureMethod, type RankingFeature } from './feature-names.ts';
import { unknownDurations } from './operation-stats.ts';
import type { CallOperation, ServiceEvents, WindowCounts } from './ranking-case.ts';
import { chainCase, stepSeries } from './testing/small-case.ts';

function call(callee: number, [before, after]: WindowCounts, failed?: WindowCounts): CallOperation {
  return {
    operation: `to ${callee}`,
    callee,
    baseline: unknownDurations(before),
    incident: unknownDurations(after),
    ...(failed ? { failed } : {}),
  };
}

function eventsOf(change: Partial<ServiceEvents>): ServiceEvents {
  const nothing = { serverOperations: [], internalOperations: [], calls: [], logTemplates: new Map() };
  return { requests: [1000, 100], ...nothing, ...change };
}

describe('failedCalls', () => {
  it('measures the share of failures against its spread', () => {
    // (0.5 - 0.002) / sqrt(0.002 x 0.998 / 100 + 0.005^2) = 0.498 / 0.0067052
    const services = [eventsOf({ calls: [call(1, [1000, 100], [0, 50])] }), undefined];
    const { ofCallee, ofCaller } = failedCalls({ services }, 2);
    expect(ofCallee[1]).toBeCloseTo(74.27, 1);
    expect([...ofCaller]).toEqual([ofCallee[1], 0]);
  });

  it('sums a callee over its callers, and takes the worst callee of a caller', () => {
    const services = [
      eventsOf({ calls: [call(2, [1000, 100], [0, 50])] }),
      eventsOf({ calls: [call(2, [1000, 100], [0, 0])] }),
      undefined,
    ];
    const { ofCallee, ofCaller } = failedCalls({ services }, 3);
    expect(ofCallee[2]).toBeLessThan(ofCaller[0]!);
    expect(ofCallee[2]).toBeGreaterThan(0.4 * ofCaller[0]!);
    expect(ofCaller[1]).toBe(0);
  });

  it.each([
    ['no count of failures', call(1, [1000, 100])],
    ['hardly any calls', call(1, [1000, 1], [0, 1])],
    ['failures as usual', call(1, [1000, 100], [100, 10])],
    ['a call to itself', call(0, [1000, 100], [0, 100])],
    ['a callee that is not there', call(9, [1000, 100], [0, 100])],
    ['counts that are none', call(1, [NaN, 100], [0, -5])],
  ])('finds nothing in %s', (_, only) => {
    expect(failedCalls({ services: [eventsOf({ calls: [only] })] }, 2).ofCallee[1]).toBe(0);
  });

  it('is finite and at least 0 for any numbers', () => {
    const counts = fc.tuple(fc.double(), fc.double());
    fc.assert(
      fc.property(counts, counts, (calls, failed) => {
        const { ofCallee, ofCaller } = failedCalls({ services: [eventsOf({ calls: [call(1, calls, failed)] })] }, 2);
        expect([...ofCallee, ...ofCaller].every((z) => Number.isFinite(z) && z >= 0)).toBe(true);
      })
    );
  });
});

describe('explainedBy', () => {
  it('explains what is at most twice as strong, in full from its own strength on', () => {
    expect([explainedBy(10, 4.9), explainedBy(10, 10), explainedBy(10, 50), explainedBy(0, 5)]).toEqual([0, 1, 1, 0]);
    expect(explainedBy(10, 6)).toBeCloseTo(Math.log(7) / Math.log(11), 9);
  });
});

describe('a caller that logs what its callee refuses', () => {
  // 2 refuses half of the calls of 1. It never sees them; 1 logs them.
  const quiet = [0, 1, 2].map((service) => stepSeries(service, 'latency', 0.2, 0.2));
  const complains: WindowCounts = [0, 50];
  const services = [
    undefined,
    eventsOf({
      calls: [call(2, [1000, 100], [0, 50])],
      logTemplates: new Map([['connection refused', complains]]),
      logErrors: complains,
    }),
    eventsOf({ requests: [1000, 50] }),
  ];
  const features = (method: FeatureMethod) => {
    const { x } = extractFeatures(chainCase(quiet, { events: { services } }), method);
    return (service: number, name: RankingFeature): number => x[service]![RANKING_FEATURES.indexOf(name)]!;
  };

  it('is not blamed for it, its callee is', () => {
    const value = features('current');
    expect([value(1, 'l_novel'), value(1, 'l_err'), value(1, 's_un'), value(1, 's_dom')]).toEqual([0, 0, 0, 0]);
    expect([value(1, 'err'), value(2, 'err') > 1, value(2, 'dom_err')]).toEqual([0, true, 1]);
  });

  it('is blamed by the reference, which knows no failed calls', () => {
    const value = features('reference');
    expect([value(1, 's_un') > 0.5, value(2, 'err')]).toEqual([true, 0]);
  });
});
