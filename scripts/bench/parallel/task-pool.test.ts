import { describe, expect, it } from 'vitest';
import { runTasks } from './task-pool.ts';

const WORKER = new URL('testing/doubling-worker.ts', import.meta.url);

describe('runTasks', () => {
  it.each([1, 2])('gives every task an answer, in order, with %i workers', async (workers) => {
    const done: number[] = [];
    const results = await runTasks<number, number>(WORKER, [5, 4, 3, 2, 1], {
      workers,
      onDone: (count) => done.push(count),
    });
    expect(results).toEqual([10, 8, 6, 4, 2]);
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });

  it('fails with the message of a task that failed', async () => {
    await expect(runTasks(WORKER, [1, -7, 2], { workers: 1 })).rejects.toThrow(/cannot double -7/);
  });

  it('does nothing without tasks', async () => {
    expect(await runTasks(WORKER, [])).toEqual([]);
  });
});
