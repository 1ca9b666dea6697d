import type { EdgeSpec } from './topology.ts';
import type { FailureKind } from './failure.ts';
import type { Random } from './random.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { LatencyHistogram, SPAN_BOUNDS } from './latency-histogram.ts';
import { TokenBucket } from './token-bucket.ts';

const NETWORK_SECONDS = 0.0005;
const NETWORK_SIGMA = 0.3;

/** The way from a caller to a callee: network, limits that the mesh enforces on the caller's side, and what was measured. */
export class Edge {
  readonly spec: EdgeSpec;
  /** Seen by the caller. */
  readonly client = new LatencyHistogram(SPAN_BOUNDS);
  /** Seen by the callee; equal to `client` where the callee reports no spans. */
  readonly server = new LatencyHistogram(SPAN_BOUNDS);
  /** Round trip in seconds that a bad link adds, and the share of calls that take it. */
  extraDelaySeconds = 0;
  extraDelayRatio = 0;
  /** Counts what people and faults changed. */
  revision = 1;
  limiter: TokenBucket | undefined;
  breaker: CircuitBreaker | undefined;
  /** Calls that failed for the caller. */
  failedCalls = 0;
  /** Calls that were refused on the caller's side and never sent. */
  refusedCalls = 0;

  constructor(spec: EdgeSpec) {
    this.spec = spec;
  }

  /** Round-trip time of one call. */
  networkSeconds(random: Random): number {
    const seconds = NETWORK_SECONDS * random.lognormal(NETWORK_SIGMA);
    return this.extraDelayRatio > 0 && random.uniform() < this.extraDelayRatio
      ? seconds + this.extraDelaySeconds * random.lognormal(0.15)
      : seconds;
  }

  /** Why a call must not be sent now, or undefined. Takes a token of the rate limit. */
  refusal(nowSeconds: number): FailureKind | undefined {
    if (this.breaker?.isOpen(nowSeconds)) {
      return 'breakerOpen';
    }
    return this.limiter && !this.limiter.take(nowSeconds) ? 'rateLimited' : undefined;
  }

  limit(requestsPerSecond: number, nowSeconds: number): void {
    this.limiter = new TokenBucket(requestsPerSecond, Math.max(1, requestsPerSecond / 2), nowSeconds);
  }

  protect(): void {
    this.breaker = new CircuitBreaker();
  }

  /** Takes every fault and limit away. */
  reset(): void {
    this.extraDelaySeconds = 0;
    this.extraDelayRatio = 0;
    this.limiter = undefined;
    this.breaker = undefined;
  }
}
