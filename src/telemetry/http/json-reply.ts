import { TelemetryError, type FailureDetails, type TelemetryFailure } from '../errors.ts';
import type { PreparedConnection } from './connection.ts';
import type { WireReply } from './exchange.ts';
import { toDetail } from './redact.ts';

/**
 * The JSON of an answer. A page, an error status and broken JSON are typed errors, never an empty answer.
 * @param parse  reads the text; throws where it is no JSON
 * @throws TelemetryError
 */
export function parseJsonReply(
  connection: PreparedConnection,
  reply: WireReply,
  parse: (text: string) => unknown = JSON.parse
): unknown {
  const text = reply.body.toString('utf8');
  const isPage = /html/i.test(reply.contentType) || /^\s*</.test(text.slice(0, 100));
  if (reply.status >= 400 || reply.status < 200) {
    throw statusFailure(connection, reply, isPage ? '' : messageOf(text));
  }
  if (isPage || !(/json/i.test(reply.contentType) || /^\s*[[{]/.test(text.slice(0, 100)))) {
    throw fail(connection, 'not-json', { status: reply.status, detail: `content type "${reply.contentType}".` });
  }
  try {
    return parse(text);
  } catch (cause) {
    throw fail(connection, 'bad-reply', { detail: 'it is not complete JSON.', cause: new Error(describe(cause)) });
  }
}

function describe(error: unknown): string {
  return error instanceof SyntaxError ? 'JSON syntax error' : String(error);
}

/** The error text of Prometheus, Loki or Grafana's proxy, or the plain body. */
function messageOf(text: string): string {
  try {
    const body = JSON.parse(text) as { error?: unknown; message?: unknown } | null;
    const message = body?.error ?? body?.message;
    return typeof message === 'string' ? message : '';
  } catch {
    return text.slice(0, 1000);
  }
}

function statusFailure(connection: PreparedConnection, reply: WireReply, message: string): TelemetryError {
  const retryAfterMs = parseRetryAfter(reply.retryAfter);
  return fail(connection, failureOfStatus(reply.status), {
    status: reply.status,
    detail: toDetail(message, connection.secrets),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function failureOfStatus(status: number): TelemetryFailure {
  const known: Readonly<Record<number, TelemetryFailure>> = {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not-found',
    407: 'unauthorized',
    429: 'rate-limited',
    // Loki's own limit for a query, or that of a gateway before any source.
    504: 'timeout',
  };
  return known[status] ?? (status >= 500 ? 'server-error' : status >= 400 ? 'bad-query' : 'bad-reply');
}

/** `Retry-After` in its form of seconds or of an HTTP date, as milliseconds from now. */
function parseRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const milliseconds = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}

function fail(connection: PreparedConnection, failure: TelemetryFailure, details: FailureDetails): TelemetryError {
  return new TelemetryError(connection.source, failure, { host: connection.base.host, ...details });
}
