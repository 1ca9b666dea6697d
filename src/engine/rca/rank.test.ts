import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../testing/scenarios.ts';
import { simulate } from '../testing/synthetic-system.ts';
import { causalPath } from './causal-path.ts';
import { extractFeatures } from './features.ts';
import { rankCandidates, softmaxConfidence } from './rank.ts';
import { buildCase } from './rca-case.ts';
import { findVictims, ruleOut } from './ruled-out.ts';
import { FEATURE_NAMES, PRIOR_WEIGHTS } from './weights.ts';

const input = simulate(FAULTS[0] ?? { disturbances: [] });
const rca = buildCase(input, input.onsetMs);
const ranked = rankCandidates(extractFeatures(rca));
const features = new Map(ranked.map((item) => [item.service, item]));

describe('rankCandidates', () => {
  it('has a score that is the sum of its terms', () => {
    for (const candidate of ranked) {
      const sum = candidate.terms.reduce((total, term) => total + term.value * term.weight, 0);
      expect(candidate.score).toBeCloseTo(sum, 9);
    }
  });

  it('has one weight per feature, and features without surprises', () => {
    expect(Object.keys(PRIOR_WEIGHTS).sort()).toEqual([...FEATURE_NAMES].sort());
    const odd = ranked.flatMap((item) => Object.values(item.values)).filter((value) => !(value >= 0 && value <= 2));
    expect(odd).toEqual([]);
  });
});

describe('softmaxConfidence', () => {
  it('adds up to one over all candidates', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 12 }),
        (scores) => {
          const total = scores.reduce(
            (sum, score, i) =>
              sum +
              softmaxConfidence(
                score,
                scores.filter((_, j) => j !== i)
              ),
            0
          );
          expect(total).toBeCloseTo(1, 9);
        }
      )
    );
  });

  it('is 1 without a competitor', () => {
    expect(softmaxConfidence(3, [])).toBe(1);
  });
});

describe('causalPath', () => {
  it('leads from the cause up to the target over measured hops', () => {
    const path = causalPath(rca, features, 'orders-db') ?? [];
    expect(path[0]?.from).toBe('orders-db');
    expect(path.at(-1)?.to).toBe('gateway');
    path.slice(1).forEach((hop, i) => expect(hop.from).toBe(path[i]?.to));
    expect(path.every((hop) => hop.measured && hop.weight >= 0.05 && hop.weight <= 1)).toBe(true);
  });

  it('is empty for the target and unknown for strangers', () => {
    expect(causalPath(rca, features, 'gateway')).toEqual([]);
    expect(causalPath(rca, features, 'stranger')).toBeUndefined();
  });

  it('passes silent services and says that they are not measured', () => {
    const blind = { ...input, signals: input.signals.filter((signal) => signal.service !== 'checkout') };
    const blindCase = buildCase(blind, input.onsetMs);
    const known = new Map(extractFeatures(blindCase).map((item) => [item.service, item]));
    const path = causalPath(blindCase, known, 'orders-db') ?? [];
    expect(path.filter((hop) => !hop.measured).map((hop) => [hop.from, hop.to])).toEqual([
      ['order', 'checkout'],
      ['checkout', 'gateway'],
    ]);
  });

  it('is safe in cycles', () => {
    const edges = [
      ...input.graph.edges,
      { caller: 'orders-db', callee: 'gateway', kind: 'http' as const, lastSeenMs: 1 },
    ];
    const cyclic = buildCase({ ...input, graph: { ...input.graph, edges } }, input.onsetMs);
    const known = new Map(extractFeatures(cyclic).map((item) => [item.service, item]));
    expect(causalPath(cyclic, known, 'orders-db')?.at(-1)?.to).toBe('gateway');
  });
});

describe('ruled out and victims', () => {
  const causes = new Set(['orders-db']);
  it('names who explains what', () => {
    const found = ruleOut(rca, ranked, causes);
    expect(found.find((item) => item.service === 'payment')).toMatchObject({ explainedBy: 'orders-db' });
    expect(found.every((item) => item.service !== 'orders-db' && item.reason.endsWith('.'))).toBe(true);
  });

  it('counts callers with symptoms as victims, and nobody else', () => {
    const victims = findVictims(rca, ranked, causes);
    expect(victims).toEqual(expect.arrayContaining(['payment', 'order', 'checkout', 'gateway']));
    expect(victims).not.toContain('users-db');
    expect(victims).not.toContain('orders-db');
  });
});
