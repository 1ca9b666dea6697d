import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EffectColumn, EffectInput, EffectKind } from './effect-input.ts';
import { estimateEffects } from './estimate-effects.ts';
import { checkPropagationRules } from './propagation-rules.ts';
import { confoundedSystem, FIRST_CAUSE, TARGET } from './testing/confounded-system.ts';

const seeds = fc.integer({ min: 1, max: 1e6 });
const system = (seed: number): EffectInput =>
  confoundedSystem({ seed, effects: [0.5, 0, -0.3], baselineRows: 60, incidentRows: 5, jump: 8 });

/** Every number of a structure, with the way to it. */
function numbersOf(value: unknown, path = ''): readonly (readonly [string, number])[] {
  if (typeof value === 'number') {
    return [[path, value]];
  }
  return value !== null && typeof value === 'object'
    ? Object.entries(value).flatMap(([key, part]) => numbersOf(part, `${path}.${key}`))
    : [];
}

const kinds = fc.constantFrom<EffectKind>(
  'latency',
  'avail',
  'traffic',
  'cpu',
  'tnet',
  'connections',
  'other',
  'struct'
);
const anything = fc.oneof(
  fc.double(),
  fc.double({ min: 0, max: 10 }),
  fc.constantFrom<number>(0, 1, 1e308, -1e308, 5e-324, Number.NaN, Infinity)
);
const hostileColumn: fc.Arbitrary<EffectColumn> = fc.record({
  service: fc.integer({ min: 0, max: 3 }),
  metric: fc.constantFrom('p50', 'p99'),
  kind: kinds,
  unit: fc.constant('seconds'),
  values: fc.oneof(
    fc.array(anything, { maxLength: 90 }),
    fc.tuple(anything, fc.integer({ min: 0, max: 90 })).map(([value, n]) => new Array<number>(n).fill(value)),
    fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 70, maxLength: 90 }),
    fc.constant(['1', null, {}] as unknown as number[])
  ),
});
const row = fc.oneof(fc.integer({ min: -5, max: 100 }), fc.constantFrom(Number.NaN, Infinity, -Infinity, 60));
const hostileInput: fc.Arbitrary<EffectInput> = fc.record({
  columns: fc.array(hostileColumn, { maxLength: 8 }),
  calls: fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), { maxLength: 8 }),
  entry: fc.constantFrom<number | string>(0, 1, 9, 'x'),
  window: fc.oneof(
    fc.record({ baselineFrom: row, baselineTo: row, incidentFrom: row, incidentTo: row }),
    fc.constant({ baselineFrom: 0, baselineTo: 60, incidentFrom: 62, incidentTo: 90 })
  ),
  target: fc.oneof(fc.nat(8), fc.constant(Number.NaN)),
  candidates: fc.array(fc.oneof(fc.nat(9), fc.constantFrom(-1, 0.5, Number.NaN)), { maxLength: 6 }),
  seed: fc.oneof(fc.integer(), fc.constant(Number.NaN)),
});

describe('effects', () => {
  it('never throw, and hold finite numbers and null only, whatever comes in', () => {
    fc.assert(
      fc.property(hostileInput, (input) => {
        const { target: _target, candidates: _candidates, ...ruleInput } = input;
        const analysis = estimateEffects(input);
        const rules = checkPropagationRules(ruleInput, [
          { id: 'a', source: 0, above: 1, target: 1, direction: 'rises', confidence: Number.NaN },
          { id: 'b', source: 1, target: 0, direction: 'falls', confidence: 0.5 },
          { id: 'c', source: undefined, below: Number.NaN, target: 7, direction: 'rises', confidence: 7 },
        ]);
        // Indices of columns come back as they were asked for.
        const { notTestable, ...rest } = analysis;
        expect(numbersOf([rest, rules]).filter(([, value]) => !Number.isFinite(value))).toEqual([]);
        expect(analysis.tested.length + notTestable.length).toBe(new Set(input.candidates).size);
      }),
      { numRuns: 150 }
    );
  });

  it('are the same for the same input', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(estimateEffects(system(seed))).toEqual(estimateEffects(system(seed)));
      }),
      { numRuns: 5 }
    );
  });

  it('do not depend on names of services or on the order of calls and candidates', () => {
    fc.assert(
      fc.property(seeds, fc.uniqueArray(fc.string(), { minLength: 4, maxLength: 4 }), (seed, names) => {
        const input = system(seed);
        const nameOf = (service: number | string): string => names[Number(service)]!;
        const renamed: EffectInput = {
          ...input,
          columns: input.columns.map((column) => ({ ...column, service: nameOf(column.service) })),
          calls: input.calls.map(([caller, callee]) => [nameOf(caller), nameOf(callee)] as const).toReversed(),
          entry: nameOf(0),
          candidates: input.candidates!.toReversed(),
        };
        const withoutNames = (analysis: ReturnType<typeof estimateEffects>): unknown =>
          analysis.tested.map((effect) => ({ ...effect, service: undefined }));
        expect(withoutNames(estimateEffects(renamed))).toEqual(withoutNames(estimateEffects(input)));
      }),
      { numRuns: 10 }
    );
  });

  it('follow the units of cause and target', () => {
    const factor = fc.integer({ min: -8, max: 8 }).map((power) => 2 ** power);
    fc.assert(
      fc.property(seeds, factor, factor, (seed, ofCause, ofTarget) => {
        const input = system(seed);
        const factors = new Map([
          [FIRST_CAUSE, ofCause],
          [TARGET, ofTarget],
        ]);
        const columns = input.columns.map((column, i) => ({
          ...column,
          values: Float64Array.from(column.values, (value) => value * (factors.get(i) ?? 1)),
        }));
        const find = (from: EffectInput) => estimateEffects(from).tested.find(({ column }) => column === FIRST_CAUSE)!;
        const [plain, scaled] = [find(input), find({ ...input, columns })];
        expect(scaled.slope.value / (plain.slope.value * (ofTarget / ofCause))).toBeCloseTo(1, 9);
        expect(scaled.share?.value ?? 0).toBeCloseTo(plain.share?.value ?? 0, 9);
        expect(scaled.p).toBeCloseTo(plain.p, 9);
        expect(scaled.refuters).toEqual(plain.refuters);
        expect(scaled.counterfactual.worst.counterfactual.value / ofTarget).toBeCloseTo(
          plain.counterfactual.worst.counterfactual.value,
          6
        );
      }),
      { numRuns: 20 }
    );
  });

  it('have q of at least p, p and q between 0 and 1, and intervals around the slope', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        estimateEffects(system(seed)).tested.forEach(({ p, q, slope, anotherIncident, verdict, refutedBy }) => {
          expect(0 <= p && p <= q + 1e-15 && q <= 1).toBe(true);
          expect(slope.low! < slope.value && slope.value < slope.high!).toBe(true);
          expect(anotherIncident.low! <= slope.low! && slope.high! <= anotherIncident.high!).toBe(true);
          expect(verdict === 'supported').toBe(refutedBy.length === 0);
        });
      }),
      { numRuns: 20 }
    );
  });
});
