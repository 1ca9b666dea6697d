import { describe, expect, it } from 'vitest';
import { ReferenceQueue, type JudgedPoint } from './reference-queue.ts';

const point = (value: number, surprisal: number): JudgedPoint => ({
  atMs: value,
  value,
  raw: { jump: 0, level: 0 },
  surprisal,
});

function feed(
  queue: ReferenceQueue,
  list: readonly (readonly [value: number, raw: number, smoothed: number])[]
): number[] {
  return list.flatMap(([value, raw, smoothed]) => queue.push(point(value, raw), smoothed).map((item) => item.value));
}

const calm = (from: number, count: number): [number, number, number][] =>
  Array.from({ length: count }, (_, i) => [from + i, 0, 0]);

describe('ReferenceQueue', () => {
  it('lets points go two minutes late', () => {
    expect(feed(new ReferenceQueue(100), calm(1, 10))).toEqual([1, 2]);
  });

  it('keeps a sustained excursion out, with the points before it was noticed', () => {
    const learned = feed(new ReferenceQueue(100), [
      ...calm(1, 3),
      [90, 9, 1],
      [91, 9, 9],
      [92, 9, 9],
      [93, 0, 1],
      ...calm(4, 9),
    ]);
    expect(learned).toEqual([1, 2, 3, 93, 4]);
  });

  it('lets a lone wild point pass', () => {
    expect(feed(new ReferenceQueue(100), [[90, 9, 1], ...calm(1, 8)])).toEqual([90]);
  });

  it('accepts an excursion that has become normal', () => {
    const excursion = Array.from({ length: 30 }, (_, i): [number, number, number] => [100 + i, 9, 9]);
    const learned = feed(new ReferenceQueue(10), excursion);
    expect(learned.slice(0, 2)).toEqual([110, 111]);
  });
});
