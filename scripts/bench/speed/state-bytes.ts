import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const COLLECTIONS = 4;

/** Bytes of one thing in memory: what many of them add to heap and array buffers, after garbage is collected. */
export async function bytesEach<T>(count: number, create: (index: number) => T): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = async (): Promise<number> => {
    for (let round = 0; round < COLLECTIONS; round += 1) {
      collect();
      // Buffers of collected arrays are given back between turns of the event loop.
      await setImmediate();
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  // The first one loads code and shapes.
  const kept: T[] = [create(0)];
  const before = await used();
  for (let index = 1; index <= count; index += 1) {
    kept.push(create(index));
  }
  const bytes = ((await used()) - before) / count;
  return kept.length > count ? Math.round(bytes) : Number.NaN;
}
