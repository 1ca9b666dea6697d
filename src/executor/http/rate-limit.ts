/** A token bucket per caller: `burst` requests at once, refilled at `perSecond`. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

const MAX_BUCKETS = 10_000;

/**
 * Makes a limiter. Real time, in memory.
 * @returns a function that takes one token of a caller: 0 when there was one, else the seconds to wait
 */
export function rateLimiter(
  { perSecond, burst }: RateLimit,
  nowMs: () => number = () => performance.now()
): (caller: string) => number {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return (caller) => {
    const atMs = nowMs();
    const known = buckets.get(caller) ?? { tokens: burst, atMs };
    const tokens = Math.min(burst, known.tokens + ((atMs - known.atMs) / 1000) * perSecond);
    buckets.delete(caller);
    if (buckets.size >= MAX_BUCKETS) {
      buckets.delete(buckets.keys().next().value ?? '');
    }
    buckets.set(caller, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs });
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perSecond);
  };
}
