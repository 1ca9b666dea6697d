import { setTimeout as delay } from 'node:timers/promises';
import { TelemetryError, type TelemetryFailure } from '../errors.ts';
import type { PreparedConnection } from './connection.ts';
import { exchange, type WireReply, type WireRequest } from './exchange.ts';
import { toFailure } from './failure.ts';
import { parseJsonReply } from './json-reply.ts';

/** A read. All requests of this room are idempotent, also those that are sent as POST because they are long. */
export interface ReadRequest {
  /** Path below the base URL, with a leading slash. */
  readonly path: string;
  /** Query parameters in order; a name may repeat. */
  readonly parameters?: readonly (readonly [string, string])[];
  /** Send long parameters as a form: Prometheus allows it for its query endpoints. Default false. */
  readonly allowForm?: boolean;
  /** Reads the text of the answer; default `JSON.parse`. Throws where it is no JSON. */
  readonly parse?: ((text: string) => unknown) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What makes retries testable. */
export interface RetryDependencies {
  /** Uniform in 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Waits; rejects when the signal aborts. Default a timer. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const MAX_RETRIES = 2;
const MAX_REDIRECTS = 3;
const BACKOFF_BASE_MS = 250;
const BACKOFF_CAP_MS = 5000;
const MAX_URL_LENGTH = 4000;
const RETRIED: ReadonlySet<TelemetryFailure> = new Set(['unreachable', 'truncated', 'rate-limited', 'server-error']);

/**
 * Reads JSON from a source: one deadline over everything, at most two retries with full jitter (Brooker 2015,
 * "Exponential Backoff And Jitter"), `Retry-After` honoured, redirects only inside the same origin.
 * @returns the parsed JSON, unchecked
 * @throws TelemetryError and nothing else
 */
export async function requestJson(
  connection: PreparedConnection,
  read: ReadRequest,
  dependencies: RetryDependencies = {}
): Promise<unknown> {
  const deadline = AbortSignal.timeout(connection.timeoutMs);
  const signal = read.signal ? AbortSignal.any([deadline, read.signal]) : deadline;
  const endsAt = performance.now() + connection.timeoutMs;
  const random = dependencies.random ?? Math.random;
  const sleep = dependencies.sleep ?? wait;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await readOnce(connection, read, signal);
    } catch (error) {
      const failure = toFailure(connection, error, { cancelled: read.signal, deadline });
      const backoffMs = random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt);
      const pauseMs = Math.max(backoffMs, failure.retryAfterMs ?? 0);
      if (!isRetried(failure) || attempt >= MAX_RETRIES || performance.now() + pauseMs >= endsAt) {
        throw failure;
      }
      await sleep(pauseMs, signal).catch(() => {
        throw toFailure(connection, signal.aborted ? signal.reason : failure, { cancelled: read.signal, deadline });
      });
    }
  }
}

function isRetried(error: TelemetryError): boolean {
  return RETRIED.has(error.failure) && error.status !== 500 && error.status !== 501;
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal });
}

async function readOnce(connection: PreparedConnection, read: ReadRequest, signal: AbortSignal): Promise<unknown> {
  let wire = toWire(connection, read);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const reply = await exchange(connection, wire, signal);
    connection.onReply?.(reply.body.length);
    if (reply.status < 300 || reply.status >= 400) {
      return parseJsonReply(connection, reply, read.parse);
    }
    wire = { ...wire, url: redirectTarget(connection, wire.url, reply) };
  }
  const detail = `more than ${MAX_REDIRECTS} redirects.`;
  throw new TelemetryError(connection.source, 'redirected', { host: connection.base.host, detail });
}

function toWire(connection: PreparedConnection, read: ReadRequest): WireRequest {
  const encoded = new URLSearchParams();
  for (const [name, value] of read.parameters ?? []) {
    encoded.append(name, value);
  }
  const parameters = encoded.toString();
  const url = new URL(connection.base);
  url.pathname = `${connection.base.pathname.replace(/\/$/, '')}${read.path}`;
  if (read.allowForm && parameters.length > MAX_URL_LENGTH) {
    return { url, method: 'POST', form: parameters };
  }
  url.search = parameters;
  return { url, method: 'GET' };
}

function redirectTarget(connection: PreparedConnection, from: URL, reply: WireReply): URL {
  const target =
    reply.location !== undefined && URL.canParse(reply.location, from.href) ? new URL(reply.location, from) : undefined;
  if (target?.origin !== from.origin) {
    const detail = target ? `it leads to ${target.protocol}//${target.host}.` : 'it names no usable place.';
    throw new TelemetryError(connection.source, 'redirected', { host: from.host, status: reply.status, detail });
  }
  return target;
}
