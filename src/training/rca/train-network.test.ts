import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkScores } from '#engine';
import { networkObjective, parametersOf, toMember, toNetworkData } from './network-objective.ts';
import { RandomDraws } from './random-draws.ts';
import { toyItems } from './testing/toy-items.ts';
import { trainNetwork } from './train-network.ts';
import { itemWeights, type TrainingItem } from './training-item.ts';

const INPUTS = 120;
const HIDDEN = 3;

function randomParameters(seed: number): Float64Array {
  const random = new RandomDraws(seed);
  return Float64Array.from({ length: parametersOf({ inputs: INPUTS, hidden: HIDDEN }) }, () => 0.3 * random.normal());
}

const rowsOf = ({ rows, inputs }: TrainingItem): Float64Array[] =>
  Array.from({ length: rows }, (_, row) => inputs.subarray(row * INPUTS, (row + 1) * INPUTS));

describe('networkObjective', () => {
  it('has the gradient that finite differences show', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const objective = networkObjective(toNetworkData(toyItems(5, seed)), HIDDEN, 0.01);
        const at = randomParameters(seed);
        const gradient = new Float64Array(at.length);
        objective(at, gradient);
        const scratch = new Float64Array(at.length);
        const random = new RandomDraws(seed);
        for (let tries = 0; tries < 40; tries += 1) {
          const i = random.below(at.length);
          const step = 1e-6;
          const shifted = (by: number): number =>
            objective(
              at.map((value, k) => (k === i ? value + by : value)),
              scratch
            );
          const slope = (shifted(step) - shifted(-step)) / (2 * step);
          expect(Math.abs(slope - gradient[i]!)).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 20 }
    );
  });

  it('is the loss of the scores that the engine computes', () => {
    const items = toyItems(8, 5);
    const at = randomParameters(9);
    const member = toMember(at, { inputs: INPUTS, hidden: HIDDEN });
    const shares = itemWeights(items);
    const expected = items.reduce((sum, item, i) => {
      const scores = networkScores(rowsOf(item), [member]);
      const total = scores.reduce((all, score) => all + Math.exp(score), 0);
      return sum - shares[i]! * Math.log(Math.exp(scores[item.truth]!) / total);
    }, 0);
    expect(networkObjective(toNetworkData(items), HIDDEN, 0)(at, new Float64Array(at.length))).toBeCloseTo(
      expected,
      10
    );
  });

  it('refuses to learn from nothing, and from inputs of different widths', () => {
    const [first, second] = toyItems(2, 1);
    expect(() => toNetworkData([])).toThrow(RangeError);
    expect(() => toNetworkData([first!, { ...second!, inputs: new Float64Array(second!.rows * 7) }])).toThrow(
      RangeError
    );
  });
});

describe('trainNetwork', () => {
  it('learns what sets the guilty service apart', () => {
    const { member } = trainNetwork(toyItems(60, 1), { seed: 0, hidden: 4, l2: 1e-4, iterations: 40 });
    const right = toyItems(100, 2).filter((item) => {
      const scores = networkScores(rowsOf(item), [member]);
      return scores.every((score, row) => row === item.truth || score < scores[item.truth]!);
    });
    expect(right.length).toBeGreaterThan(85);
  });

  it('gives the same network for the same seed, another one for another', () => {
    const train = (seed: number) => trainNetwork(toyItems(10, 3), { seed, hidden: 2, l2: 0.01, iterations: 5 });
    expect(train(4)).toEqual(train(4));
    expect(train(4).member.w1).not.toEqual(train(5).member.w1);
  });
});
