import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of one thing in memory: what many of them add to heap and array buffers, after a collection. */
export function bytesEach<T>(count: number, create: (index: number) => T): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  // The first one loads code and shapes.
  const kept: T[] = [create(0)];
  const before = used();
  for (let index = 1; index <= count; index += 1) {
    kept.push(create(index));
  }
  const bytes = (used() - before) / count;
  return kept.length > count ? Math.round(bytes) : Number.NaN;
}
