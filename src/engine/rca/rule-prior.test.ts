import { describe, expect, it } from 'vitest';
import type { PropagationRule } from '#model';
import { analyse } from '../analyse.ts';
import { FAULTS } from '../testing/scenarios.ts';
import { simulate } from '../testing/synthetic-system.ts';
import { findOnset } from './onset.ts';
import { buildCase } from './rca-case.ts';
import { rulePrior } from './rule-prior.ts';

const input = simulate(FAULTS.find(({ name }) => name === 'missing index') ?? FAULTS[0]!);
const rca = buildCase(input, findOnset(input));
type Change = Partial<PropagationRule['cause']> & Partial<PropagationRule['effect']> & { readonly confidence?: number };
const rule = ({
  confidence = 0.8,
  symptom = 'latency',
  change = 'increase',
  ...cause
}: Change = {}): PropagationRule => ({
  cause: { service: 'orders-db', metric: 'latency', comparison: '>', threshold: 0.05, percent: false, ...cause },
  effect: { service: 'order', symptom, change },
  confidence,
});

describe('declared rules', () => {
  it.each<[string, readonly PropagationRule[], readonly (readonly [string, number])[]]>([
    ['speak when condition and effect are there', [rule()], [['orders-db', 0.8]]],
    ['count once, by the surest', [rule({ confidence: 0.3 }), rule({ confidence: 0.9 })], [['orders-db', 0.9]]],
    ['are silent below their threshold', [rule({ threshold: 100 })], []],
    ['are silent when the condition held before', [rule({ threshold: 1e-6 })], []],
    ['are silent when the condition points the other way', [rule({ comparison: '<', threshold: 0.0001 })], []],
    ['are silent when the effect is not there', [rule({ change: 'decrease' })], []],
    ['are silent about what is not measured', [rule({ service: 'nobody' }), rule({ metric: 'colour' })], []],
    ['are silent when nobody is sure', [rule({ confidence: Number.NaN }), rule({ confidence: 7 })], []],
  ])('%s', (_, rules, expected) => {
    expect([...rulePrior(rca, rules)]).toEqual(expected);
  });

  it('show as a term of the cause, and make it surer', () => {
    const plain = analyse(input).hypotheses[0];
    const ruled = analyse({ ...input, graph: { ...input.graph, rules: [rule()] } }).hypotheses[0];
    expect(plain?.contributions.map(({ feature }) => feature)).not.toContain('rule');
    expect(ruled?.contributions.at(-1)).toEqual({ feature: 'rule', value: 0.8, weight: 1, evidence: [] });
    expect(ruled?.confidence).toBeGreaterThan(plain?.confidence ?? 1);
  });
});
