import type { EpochMs, LogLine, Span } from '#model';
import type { FailureKind } from './failure.ts';
import type { SpanRecord, TraceBuffer } from './trace-buffer.ts';
import { NAMESPACE } from './topology.ts';

/** Severity of a log line; it is a label of the stream. */
export type LogLevel = 'info' | 'warn' | 'error';

/** PostgreSQL logs statements that take longer than this. */
const SLOW_STATEMENT_SECONDS = 0.5;
const CHATTY_SERVICES: ReadonlySet<string> = new Set(['gateway', 'order', 'payment', 'notification-worker']);

/** One structured log line of a service. */
export function logLine(
  atMs: EpochMs,
  service: string,
  level: LogLevel,
  msg: string,
  fields: Readonly<Record<string, unknown>> = {}
): LogLine {
  return {
    atMs,
    labels: { namespace: NAMESPACE, service_name: service, level },
    line: JSON.stringify({ ts: new Date(atMs).toISOString(), level, msg, ...fields }),
  };
}

/** What the services log about one request, in no particular order. `spans` are those made from `trace`. */
export function toLogLines(trace: TraceBuffer, spans: readonly Span[]): readonly LogLine[] {
  const lines: LogLine[] = [];
  for (let i = 0; i < trace.length; i++) {
    const record = trace.at(i);
    const span = spans[i];
    if (span) {
      lines.push(...linesOf(record, span));
    }
  }
  return lines;
}

function linesOf(record: SpanRecord, span: Span): readonly LogLine[] {
  const endMs = Math.round(span.startMs + span.durationSeconds * 1000);
  const ids = { trace_id: span.traceId, span_id: span.spanId, ...(record.pod ? { pod: record.pod.name } : {}) };
  const durationMs = Math.round(span.durationSeconds * 1e5) / 100;
  const lines: LogLine[] = [];
  const text = record.failure && describeFailure(record.failure, record);
  if (text !== undefined) {
    const level = record.failure === 'rateLimited' || record.failure === 'breakerOpen' ? 'warn' : 'error';
    lines.push(logLine(endMs, span.service, level, text, { ...ids, duration_ms: durationMs, ...errorFields(span) }));
  } else if (record.parent < 0 || (span.kind === 'SERVER' && CHATTY_SERVICES.has(span.service))) {
    const level = span.failed ? 'error' : 'info';
    const fields = { ...ids, duration_ms: durationMs, ...(record.status > 0 ? { status: record.status } : {}) };
    lines.push(logLine(endMs, span.service, level, span.failed ? `${span.name} failed` : `${span.name} done`, fields));
  }
  const statement = record.site.attributes['db.statement'];
  if (span.attributes['db.system'] === 'postgresql' && span.durationSeconds > SLOW_STATEMENT_SECONDS) {
    const database = String(record.site.attributes['server.address']);
    const msg = `duration: ${durationMs.toFixed(3)} ms  execute <unnamed>: ${String(statement)}`;
    lines.push(logLine(endMs, database, 'warn', msg, { application_name: span.service, duration_ms: durationMs }));
  }
  return lines;
}

function errorFields(span: Span): Readonly<Record<string, unknown>> {
  const type = span.attributes['error.type'];
  return type === undefined ? {} : { error_type: type };
}

const STORE_TEXTS: Partial<Record<FailureKind, (record: SpanRecord) => string>> = {
  poolTimeout: (record) =>
    `java.sql.SQLException: Connection is not available, request timed out after ${millis(record)}ms (pool ${peer(record, 'db.client.connection.pool.name')})`,
  statementTimeout: () => 'org.postgresql.util.PSQLException: ERROR: canceling statement due to statement timeout',
  tooManyConnections: () => 'org.postgresql.util.PSQLException: FATAL: sorry, too many clients already',
  redisTimeout: (record) => `Redis connection timeout after ${millis(record)} ms (${record.site.name})`,
  redisRejected: () =>
    `Redis connection error: OOM command not allowed when used memory > 'maxmemory', connection closed`,
  providerRateLimit: () => 'Stripe API rate limit exceeded: HTTP 429 Too Many Requests',
  providerUnavailable: () => 'Stripe API unavailable: HTTP 503 Service Unavailable',
};

/** The text that the failing service logs; a server's own log of an inherited failure is its access line. */
function describeFailure(failure: FailureKind, record: SpanRecord): string | undefined {
  const { site } = record;
  const isServer = site.kind === 'SERVER' || site.kind === 'CONSUMER';
  if (isServer) {
    const own: Partial<Record<FailureKind, string>> = {
      internal: `java.lang.IllegalStateException: unexpected state in ${site.name}`,
      overloaded: `${site.name} rejected: queue is full`,
      rateLimited: `${site.name} rejected: rate limit exceeded`,
    };
    return own[failure];
  }
  const text = STORE_TEXTS[failure];
  if (text) {
    return text(record);
  }
  const name = peer(record, 'peer.service');
  const generic: Partial<Record<FailureKind, string>> = {
    refused: `connection to ${name} refused`,
    timeout: `call to ${name} timed out after ${millis(record)} ms (${site.name})`,
    rateLimited: `call to ${name} not sent: rate limit exceeded`,
    breakerOpen: `call to ${name} not sent: circuit breaker is open`,
  };
  return generic[failure] ?? `call to ${name} failed (${site.name})`;
}

function peer(record: SpanRecord, attribute: string): string {
  return String(record.site.attributes[attribute] ?? record.site.service);
}

function millis(record: SpanRecord): number {
  return Math.round(record.durationSeconds * 1000);
}
