import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLstm, encodeLstm, LstmDetector, type LstmWeights } from './lstm.ts';

/** One feature, one hidden unit: every product can be followed by hand. */
const TINY: LstmWeights = {
  features: 1,
  hidden: 1,
  window: 60,
  layers: [
    {
      kernel: Float32Array.of(0.5, -0.25, 1, 0.75),
      recurrent: Float32Array.of(0.1, 0.2, -0.3, 0.4),
      bias: Float32Array.of(0, 1, 0, 0),
    },
  ],
  denseKernel: Float32Array.of(2),
  denseBias: Float32Array.of(0.5),
  residualRms: Float32Array.of(0.25),
  centres: Float32Array.of(0),
  scales: Float32Array.of(1),
  fromMs: 1_700_000_000_000,
  toMs: 1_700_600_000_000,
  seed: 42,
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('LSTM forward pass', () => {
  it('follows the equations over two rows', () => {
    const detector = new LstmDetector(TINY);
    detector.step([1]);
    const c1 = sigmoid(0.5) * Math.tanh(1);
    const h1 = sigmoid(0.75) * Math.tanh(c1);
    expect(detector.nextRow()[0]).toBeCloseTo(2 * h1 + 0.5, 6);
    detector.step([-2]);
    const c2 = sigmoid(0.5 + 1 + 0.2 * h1) * c1 + sigmoid(-1 + 0.1 * h1) * Math.tanh(-2 - 0.3 * h1);
    const h2 = sigmoid(-1.5 + 0.4 * h1) * Math.tanh(c2);
    expect(detector.nextRow()[0]).toBeCloseTo(2 * h2 + 0.5, 6);
  });

  it('is unknown while warming up, then the error over the one in training', () => {
    const detector = new LstmDetector(TINY);
    const scores: number[] = [];
    const errors: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const value = Math.sin(i);
      errors.push(i === 0 ? NaN : value - (detector.nextRow()[0] ?? NaN));
      scores.push(detector.step([value]));
    }
    expect(scores.slice(0, 12).every(Number.isNaN)).toBe(true);
    const expected = Math.sqrt(errors.slice(17).reduce((sum, error) => sum + error * error, 0) / 3) / 0.25;
    expect(scores[19]).toBeCloseTo(expected, 9);
    expect(detector.featureRatios()[0]).toBeCloseTo(expected, 9);
  });

  it('starts anew after a reset', () => {
    const first = new LstmDetector(TINY);
    const second = new LstmDetector(TINY);
    [5, -3, 8].forEach((value) => first.step([value]));
    first.reset();
    for (let i = 0; i < 20; i += 1) {
      expect(first.step([i % 3])).toEqual(second.step([i % 3]));
    }
  });

  it('feeds the second layer with the first', () => {
    const [layer] = TINY.layers;
    const deep = new LstmDetector({ ...TINY, layers: layer ? [layer, layer] : [] });
    deep.step([1]);
    const h1 = sigmoid(0.75) * Math.tanh(sigmoid(0.5) * Math.tanh(1));
    const c = sigmoid(0.5 * h1) * Math.tanh(h1);
    expect(deep.nextRow()[0]).toBeCloseTo(2 * sigmoid(0.75 * h1) * Math.tanh(c) + 0.5, 6);
  });
});

describe('LSTM weights', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), fc.boolean(), (d, h, deep) => {
        let next = 0;
        const some = (length: number) => Float32Array.from({ length }, () => Math.sin((next += 1)));
        const layer = (inputs: number) => ({
          kernel: some(inputs * 4 * h),
          recurrent: some(h * 4 * h),
          bias: some(4 * h),
        });
        const weights: LstmWeights = {
          ...TINY,
          features: d,
          hidden: h,
          layers: deep ? [layer(d), layer(h)] : [layer(d)],
          denseKernel: some(h * d),
          denseBias: some(d),
          residualRms: some(d),
          centres: some(d),
          scales: some(d),
        };
        expect(decodeLstm(encodeLstm(weights))).toEqual(weights);
      })
    );
  });

  it.each([
    ['nothing', () => new Uint8Array(0), /no LSTM weights/],
    ['another file', () => new Uint8Array(200).fill(7), /no LSTM weights/],
    ['a cut file', () => encodeLstm(TINY).subarray(0, 60), /another size/],
    ['a damaged file', () => encodeLstm(TINY).with(70, 99), /damaged/],
    ['a header that lies', () => encodeLstm(TINY).with(6, 255), /another size/],
  ])('refuse %s', (_, bytes, message) => {
    expect(() => decodeLstm(bytes())).toThrow(message);
  });
});
