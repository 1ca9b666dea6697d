import { describe, expect, it } from 'vitest';
import { LstmDetector } from '#engine';
import { type TrainingRows, trainLstm } from './train-lstm.ts';
import { shuffledWindows } from './windows.ts';

/** Two waves, the second a quarter period later. */
function waves(count: number): TrainingRows {
  const values = new Float64Array(2 * count);
  for (let i = 0; i < count; i += 1) {
    values[2 * i] = Math.sin(i / 4);
    values[2 * i + 1] = Math.cos(i / 4);
  }
  return { values, features: 2, fromMs: 0, toMs: count * 1000, centres: [0, 0], scales: [1, 1] };
}

const OPTIONS = { seed: 7, window: 12, hidden: 8, epochs: 40, windows: 400 };

describe('training the LSTM', () => {
  it('learns to say the next row, and its weights run in the forward pass', async () => {
    const rows = waves(500);
    const losses: number[] = [];
    const weights = await trainLstm(rows, { ...OPTIONS, onEpoch: (_, __, loss) => void losses.push(loss) });
    expect(Math.min(...losses)).toBeLessThan(0.3 * (losses[0] ?? 0));
    const detector = new LstmDetector(weights);
    const scores = Array.from({ length: 500 }, (_, i) => detector.step(rows.values.subarray(2 * i, 2 * i + 2)));
    const usual = Math.max(...scores.slice(100));
    expect(detector.step([3, -3])).toBeGreaterThan(2 * usual);
  });

  it('gives the same weights for the same seed', async () => {
    const short = { ...OPTIONS, epochs: 2 };
    expect(await trainLstm(waves(200), short)).toEqual(await trainLstm(waves(200), short));
  });

  it('refuses a history that is too short', async () => {
    await expect(trainLstm(waves(15), OPTIONS)).rejects.toThrow(RangeError);
  });
});

describe('windows', () => {
  it('are drawn without replacement, the same for a seed', () => {
    const drawn = shuffledWindows(10, 30, 15, 3);
    expect([new Set(drawn).size, drawn.every((row) => row >= 10 && row < 30)]).toEqual([15, true]);
    expect(shuffledWindows(10, 30, 15, 3)).toEqual(drawn);
    expect(shuffledWindows(10, 30, 15, 4)).not.toEqual(drawn);
  });
});
