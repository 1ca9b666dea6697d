import { causewayQuerySchema, type CausewayQuery } from '#contracts';
import type { EpochMs, SignalKind } from '#model';
import { SIGNAL_CATALOGUE } from '#telemetry';
import { BackendError } from '../errors.ts';
import type { DataQuery } from '../grpc/messages.ts';

/** A query that was checked, with the range it is for. */
export interface PreparedQuery {
  readonly query: CausewayQuery;
  readonly signal: SignalKind | undefined;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** At most this many points per series. */
  readonly maxPoints: number;
  readonly fromAlert: boolean;
}

/** Kinds beside those of the catalogue: from Loki, and the features that discovery finds. */
const OTHER_KINDS: readonly SignalKind[] = [
  'log-errors',
  'client-error-ratio',
  'unique-clients',
  'response-size',
  'disk-io',
  'disk-utilisation',
  'descriptor-utilisation',
  'network-receive',
  'network-transmit',
  'unhealthy-containers',
  'dependency-count',
  'user-defined',
];
const MAX_RANGE_MS = 30 * 24 * 3_600_000;
const DEFAULT_POINTS = 1000;
const MAX_POINTS = 11_000;

/**
 * Reads one query. Alerting gets every point; a panel no more than it can draw.
 * @throws BackendError naming the field or the range
 */
export function prepareQuery(query: DataQuery, fromAlert: boolean): PreparedQuery {
  const parsed = parseQuery(query);
  const fromMs = query.timeRange?.fromEpochMS ?? 0;
  const toMs = query.timeRange?.toEpochMS ?? 0;
  if (!(toMs > fromMs) || fromMs < 0 || toMs - fromMs > MAX_RANGE_MS) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The time range of the query is not usable.');
  }
  const wanted = query.maxDataPoints > 0 ? Math.min(query.maxDataPoints, MAX_POINTS) : DEFAULT_POINTS;
  return {
    query: parsed,
    signal: parseSignal(parsed.signal),
    fromMs,
    toMs,
    maxPoints: fromAlert ? MAX_POINTS : wanted,
    fromAlert,
  };
}

function parseQuery({ json, refId, queryType }: DataQuery): CausewayQuery {
  let saved: unknown;
  try {
    saved = JSON.parse(json.length === 0 ? '{}' : json.toString('utf8'));
  } catch (cause) {
    throw new BackendError('CAUSEWAY_QUERY_INVALID', 'The query is not JSON.', { cause });
  }
  const fields = typeof saved === 'object' && saved !== null ? saved : {};
  const result = causewayQuerySchema.safeParse({ ...(queryType ? { queryType } : {}), ...fields, refId });
  if (!result.success) {
    const issue = result.error.issues[0];
    const field = issue?.path.join('.') || 'query';
    throw new BackendError(
      'CAUSEWAY_QUERY_INVALID',
      `The field ${field} of the query is not usable: ${issue?.message ?? ''}.`
    );
  }
  return result.data;
}

function parseSignal(kind: string | undefined): SignalKind | undefined {
  if (!kind) {
    return undefined;
  }
  const known = new Set<string>([...SIGNAL_CATALOGUE.map((entry) => entry.kind), ...OTHER_KINDS]);
  if (!known.has(kind)) {
    const remedy = `Choose one of ${[...known].join(', ')}.`;
    throw new BackendError(
      'CAUSEWAY_QUERY_INVALID',
      `The field signal of the query is "${kind.slice(0, 64)}", which no signal is.`,
      {
        remedy,
      }
    );
  }
  return kind as SignalKind;
}
