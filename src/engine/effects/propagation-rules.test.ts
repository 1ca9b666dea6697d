import { describe, expect, it } from 'vitest';
import type { EffectColumn, EffectInput } from './effect-input.ts';
import type { PropagationRule } from './propagation-rule.ts';
import { checkPropagationRules, type RuleCheck } from './propagation-rules.ts';
import { gaussian, xorshift32 } from '../testing/xorshift.ts';

const ROWS = 150;
const ONSET = 140;

/** postgres.pg_connections > 90 % makes order-service slower by `effect` seconds, as in A4.2. */
function shop(effect: number, options: { busyRows?: number; noise?: number } = {}): Omit<EffectInput, 'target'> {
  const random = xorshift32(7);
  const noise = (deviation: number): Float64Array =>
    Float64Array.from({ length: ROWS }, () => deviation * gaussian(random));
  const busy = options.busyRows ?? ROWS - ONSET;
  const traffic = noise(5).map((value) => 100 + value);
  const connections = noise(0.01).map((value, row) => (row >= ROWS - busy ? 0.96 : 0.55) + value);
  const latency = noise(options.noise ?? 0.01).map(
    (value, row) => 0.2 + 0.001 * traffic[row]! + (connections[row]! > 0.9 ? effect : 0) + value
  );
  const column = (service: string, kind: EffectColumn['kind'], unit: string, values: Float64Array): EffectColumn => ({
    service,
    metric: kind,
    kind,
    unit,
    values,
  });
  return {
    columns: [
      column('postgres', 'connections', 'ratio', connections),
      column('order-service', 'latency', 'seconds', latency),
      column('order-service', 'traffic', 'per-second', traffic),
    ],
    calls: [['order-service', 'postgres']],
    entry: 'order-service',
    window: { baselineFrom: 0, baselineTo: ONSET, incidentFrom: ONSET, incidentTo: ROWS },
    seed: 1,
  };
}

const RULE: PropagationRule = {
  id: 'pg',
  source: 0,
  above: 0.9,
  target: 1,
  direction: 'rises',
  confidence: 0.85,
};

function check(input: Omit<EffectInput, 'target'>, rule: Partial<PropagationRule> = {}): RuleCheck {
  return checkPropagationRules(input, [{ ...RULE, ...rule }])[0]!;
}

describe('checkPropagationRules', () => {
  it('confirms a rule that the data follow', () => {
    const found = check(shop(0.3));
    expect(found).toMatchObject({ id: 'pg', outcome: 'confirmed', onGraph: true, rowsInForce: 10, confidence: 0.85 });
    expect(found.change!.value).toBeCloseTo(0.3, 2);
    expect(found.unit).toBe('seconds');
  });

  it('contradicts a rule of which the target goes the other way', () => {
    expect(check(shop(-0.1))).toMatchObject({ outcome: 'contradicted', reason: 'the target falls instead' });
    expect(check(shop(0.3), { direction: 'falls' })).toMatchObject({ reason: 'the target rises instead' });
  });

  it('contradicts a rule that the target does not follow', () => {
    expect(check(shop(0, { busyRows: 75 }))).toMatchObject({
      outcome: 'contradicted',
      reason: 'the target does not follow',
    });
  });

  it('leaves open what the data allow', () => {
    expect(check(shop(0.005, { busyRows: 4, noise: 0.02 }))).toMatchObject({
      outcome: 'not-testable',
      reason: 'the data allow both an effect and none',
    });
  });

  it.each<[string, Partial<PropagationRule>, number]>([
    ['the condition held in 0 of 150 rows', { above: 5 }, 10],
    ['the condition held in 0 of 150 rows', { above: Number.NaN }, 10],
    ['the condition held nearly all the time: nothing to compare with', { above: 0.9 }, 145],
    ['the source is not measured', { source: undefined }, 10],
    ['the source is not measured', { source: 44 }, 10],
    ['the target is not measured', { target: undefined }, 10],
    ['source and target are the same metric', { target: 0 }, 10],
  ])('cannot test: %s', (reason, rule, busyRows) => {
    expect(check(shop(0.3, { busyRows }), rule)).toMatchObject({
      outcome: 'not-testable',
      reason,
      q: null,
      change: null,
    });
  });

  it('tests a rule without a limit by the source itself', () => {
    const { above: _above, ...rule } = RULE;
    const [rises] = checkPropagationRules(shop(0.3), [rule]);
    expect(rises).toMatchObject({ outcome: 'confirmed', rowsInForce: null });
    const [still] = checkPropagationRules(shop(0.3, { busyRows: 0 }), [rule]);
    expect(still).toMatchObject({ outcome: 'not-testable', reason: 'the source did not leave its normal range' });
  });

  it('knows rules about low values', () => {
    const { above: _above, ...rule } = RULE;
    const low: PropagationRule = { ...rule, below: 0.9, direction: 'falls' };
    const [found] = checkPropagationRules(shop(0.3, { busyRows: 20 }), [low]);
    expect(found).toMatchObject({ outcome: 'confirmed', rowsInForce: 130 });
  });

  it('says when the graph knows no path, and tests all the same', () => {
    expect(check({ ...shop(0.3), calls: [] })).toMatchObject({ outcome: 'confirmed', onGraph: false });
  });

  it('corrects over the rules that could be tested, and answers in their order', () => {
    const rules = [RULE, { ...RULE, id: 'none', source: undefined }, { ...RULE, id: 'again' }];
    const [first, none, again] = checkPropagationRules(shop(0.02), rules);
    expect([first!.id, none!.id, again!.id]).toEqual(['pg', 'none', 'again']);
    expect(none!.q).toBeNull();
    expect(first!.q).toBe(again!.q);
  });
});
