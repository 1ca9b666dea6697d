/**
 * Why a span failed, with OpenTelemetry's `error.type` for it and the HTTP status that a server answers with. `callee` marks
 * a failure that was inherited.
 */
export interface Failure {
  readonly errorType: string;
  readonly status: number;
}

/** Every way in which a call or a request can fail in the shop. */
export const FAILURES = {
  internal: { errorType: 'java.lang.IllegalStateException', status: 500 },
  timeout: { errorType: 'timeout', status: 504 },
  refused: { errorType: 'connection_refused', status: 503 },
  overloaded: { errorType: 'overloaded', status: 503 },
  rateLimited: { errorType: 'rate_limited', status: 429 },
  breakerOpen: { errorType: 'circuit_breaker_open', status: 503 },
  poolTimeout: { errorType: 'db_connection_timeout', status: 500 },
  statementTimeout: { errorType: 'query_canceled', status: 500 },
  tooManyConnections: { errorType: 'too_many_connections', status: 500 },
  redisTimeout: { errorType: 'redis_timeout', status: 500 },
  redisRejected: { errorType: 'redis_connection_refused', status: 500 },
  providerRateLimit: { errorType: 'rate_limit_exceeded', status: 429 },
  providerUnavailable: { errorType: '503', status: 503 },
  callee: { errorType: 'callee_failed', status: 500 },
} as const satisfies Record<string, Failure>;

/** Name of a failure in `FAILURES`. */
export type FailureKind = keyof typeof FAILURES;
