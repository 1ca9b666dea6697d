import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatRankingWeights, UNTRAINED_WEIGHTS } from '#engine';
import { TrainedWeights } from './trained-weights.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weights-'));
  file = path.join(folder, 'ranking-weights.json');
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const good = (version: string): string => JSON.stringify(formatRankingWeights({ ...UNTRAINED_WEIGHTS, version }));

describe('weights of the installation', () => {
  it('are those of the product without a path', () => {
    expect(new TrainedWeights(undefined).current()).toEqual({ gaps: [] });
  });

  it('are read, and read again when the file changes', () => {
    writeFileSync(file, good('ours-1'));
    const trained = new TrainedWeights(file);
    expect(trained.current()).toMatchObject({ weights: { version: 'ours-1' }, gaps: [] });
    writeFileSync(file, good('ours-22'));
    expect(trained.current().weights?.version).toBe('ours-1');
    vi.advanceTimersByTime(10_000);
    expect(trained.current().weights?.version).toBe('ours-22');
  });

  it.each([
    ['no file', undefined, 'it cannot be read'],
    ['no JSON', '{', 'it is no JSON'],
    ['no weights', '{"schema":"other"}', 'weights: schema'],
  ])('that cannot be used are a gap: %s', (_, text, reason) => {
    if (text !== undefined) {
      writeFileSync(file, text);
    }
    const answer = new TrainedWeights(file).current();
    expect(answer.weights).toBeUndefined();
    expect(answer.gaps).toMatchObject([{ source: 'ranking-weights', reason: expect.stringContaining(reason) }]);
    expect(JSON.stringify(answer.gaps)).not.toContain(folder);
  });

  it('stay in force when the file is spoilt', () => {
    writeFileSync(file, good('ours-1'));
    const trained = new TrainedWeights(file);
    trained.current();
    writeFileSync(file, 'spoilt');
    vi.advanceTimersByTime(10_000);
    expect(trained.current()).toMatchObject({ weights: { version: 'ours-1' }, gaps: [{ source: 'ranking-weights' }] });
  });
});
