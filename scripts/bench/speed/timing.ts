const REPETITIONS = 5;

/** Milliseconds of one run. */
export function timeOnce(run: () => unknown): number {
  const begunMs = performance.now();
  run();
  return performance.now() - begunMs;
}

/** Runs once to warm up, then several times. @returns the median in milliseconds */
export function medianMs(run: () => unknown, repetitions = REPETITIONS, warmUp: () => unknown = run): number {
  warmUp();
  return quantile(
    Array.from({ length: repetitions }, () => timeOnce(run)),
    0.5
  );
}

/** Quantile by nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
