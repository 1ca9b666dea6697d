import type { Redact } from '../../log.ts';

/** Whether the server may have acted on a call that failed. */
export type CallPhase = 'not-sent' | 'perhaps-sent' | 'answered';

/** A failed call. The message is for people: bounded, redacted, never a body or a header. */
export class KubernetesError extends Error {
  readonly phase: CallPhase;
  /** Of an answer; 0 without one. */
  readonly httpStatus: number;
  /** Machine-readable, like `Conflict`; empty when the server gave none. */
  readonly reason: string;
  /** Kinds of the causes that the server listed, like `DisruptionBudget` or `FieldValueInvalid`. */
  readonly causes: readonly string[];
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, facts: CallFacts) {
    super(message);
    this.name = 'KubernetesError';
    this.phase = facts.phase;
    this.httpStatus = facts.httpStatus ?? 0;
    this.reason = facts.reason ?? '';
    this.causes = facts.causes ?? [];
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

interface CallFacts {
  readonly phase: CallPhase;
  readonly httpStatus?: number;
  readonly reason?: string;
  readonly causes?: readonly string[];
  readonly retryAfterSeconds?: number | undefined;
}

const MAX_MESSAGE_LENGTH = 500;
const MAX_RETRY_AFTER_SECONDS = 3600;
/** Failures that come before the first byte of the request: name resolution, connection, TLS handshake. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** Reads an answer that is no success: the one place that knows `Status` objects and `Retry-After`. */
export function errorOfAnswer(
  httpStatus: number,
  headers: Readonly<Record<string, string | undefined>>,
  text: string,
  redact: Redact
): KubernetesError {
  const status = parseObject(text);
  const details = asObject(status['details']);
  const causes = (Array.isArray(details['causes']) ? (details['causes'] as unknown[]) : []).map(asObject);
  const words = typeof status['message'] === 'string' ? status['message'] : `status ${httpStatus}`;
  return new KubernetesError(bounded(redact(httpStatus === 422 ? wordsOf(causes, words) : words)), {
    phase: 'answered',
    httpStatus,
    reason: typeof status['reason'] === 'string' ? status['reason'] : '',
    causes: causes.map((cause) => cause['reason']).filter((reason) => typeof reason === 'string'),
    retryAfterSeconds: seconds(headers['retry-after']) ?? seconds(details['retryAfterSeconds']),
  });
}

/**
 * Field and complaint of every cause. The server's own message is not used: it quotes the rejected value, which can be the
 * whole object with the passwords in its environment.
 */
function wordsOf(causes: readonly Record<string, unknown>[], fallback: string): string {
  const complaints = causes.map(({ field, message }) => {
    const complaint = String(message ?? '').replace(/^[A-Z][a-z]+ value: .*: /s, '');
    return `${String(field ?? 'object')}: ${complaint}`;
  });
  return complaints.length === 0 ? fallback : [...new Set(complaints)].join('; ');
}

/** Reads whatever the transport threw. A deadline or a broken connection leaves open whether the server acted. */
export function errorOfTransport(thrown: unknown, deadlineMs: number): KubernetesError {
  const codes = causeChain(thrown).map((error) => String((error as { code?: unknown }).code ?? ''));
  const code = codes.find((candidate) => candidate !== '' && !/^\d+$/.test(candidate)) ?? '';
  if (codes.some((candidate) => NOT_SENT.test(candidate))) {
    return new KubernetesError(`no connection to the API server (${code})`, { phase: 'not-sent' });
  }
  const timedOut = causeChain(thrown).some((error) => error.name === 'TimeoutError');
  const words = timedOut ? `no answer within ${deadlineMs} ms` : `connection broken${code ? ` (${code})` : ''}`;
  return new KubernetesError(words, { phase: 'perhaps-sent' });
}

function causeChain(thrown: unknown): Error[] {
  const chain: Error[] = [];
  for (let error = thrown; error instanceof Error && chain.length < 8; error = error.cause) {
    chain.push(error, ...(error instanceof AggregateError ? error.errors.filter((e) => e instanceof Error) : []));
  }
  return chain;
}

/** Delay in seconds; dates are not used by API servers and are ignored. */
function seconds(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0
    ? Math.min(number, MAX_RETRY_AFTER_SECONDS)
    : undefined;
}

function bounded(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}...` : line;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return {};
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
