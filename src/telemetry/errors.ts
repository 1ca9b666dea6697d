/** The systems this room reads. */
export type TelemetrySource = 'prometheus' | 'loki' | 'tempo' | 'jaeger' | 'grafana' | 'clock';

const SOURCES = {
  prometheus: { prefix: 'PROM', title: 'Prometheus' },
  loki: { prefix: 'LOKI', title: 'Loki' },
  tempo: { prefix: 'TEMPO', title: 'Tempo' },
  jaeger: { prefix: 'JAEGER', title: 'Jaeger' },
  grafana: { prefix: 'GRAFANA', title: 'Grafana' },
  clock: { prefix: 'CLOCK', title: 'The clock' },
} as const;

/** Everything that can go wrong with a source: code suffix, what happened, and what a person can do about it. */
const FAILURES = {
  'bad-url': {
    suffix: 'BAD_URL',
    message: 'has an address that cannot be used',
    remedy:
      'Give an http or https base URL without credentials, query or fragment; put credentials into the auth fields.',
  },
  'bad-auth': {
    suffix: 'BAD_AUTH',
    message: 'has authentication settings that cannot be sent',
    remedy: 'Check the user, token or header name and value for line breaks and characters outside ASCII.',
  },
  'bad-ca': {
    suffix: 'BAD_CA',
    message: 'has a CA certificate that cannot be used',
    remedy:
      'Paste the CA as PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----; it needs an https URL.',
  },
  cancelled: {
    suffix: 'CANCELLED',
    message: 'was not asked to the end because the caller cancelled',
    remedy: 'Ask again if the answer is still wanted.',
  },
  timeout: {
    suffix: 'TIMEOUT',
    message: 'did not answer in time',
    remedy: 'Check its load, shorten the time range, or raise the timeout of this source.',
  },
  unreachable: {
    suffix: 'UNREACHABLE',
    message: 'cannot be reached',
    remedy: 'Check that it runs, and the host, port, DNS and network policy of the URL.',
  },
  tls: {
    suffix: 'TLS',
    message: 'has a certificate that is not trusted',
    remedy: 'Add the CA that signed it to this source, and check that the host name is the one of the certificate.',
  },
  truncated: {
    suffix: 'TRUNCATED',
    message: 'broke the connection in the middle of its answer',
    remedy: 'Ask again; if it stays, look for a proxy that cuts long answers.',
  },
  'too-large': {
    suffix: 'TOO_LARGE',
    message: 'sent more than the response limit',
    remedy: 'Shorten the time range, raise the step, or narrow the namespace.',
  },
  'not-json': {
    suffix: 'NOT_JSON',
    message: 'sent a page instead of JSON',
    remedy: 'Check the URL / login page / proxy: the address must be the API base, not a web page.',
  },
  'bad-reply': {
    suffix: 'BAD_REPLY',
    message: 'sent an answer that does not follow its API',
    remedy: 'Check that the URL belongs to this kind of source, and its version.',
  },
  redirected: {
    suffix: 'REDIRECTED',
    message: 'redirects to another place, which is not followed',
    remedy: 'Set the URL to where the redirect leads, if that place is trusted.',
  },
  unauthorized: {
    suffix: 'UNAUTHORIZED',
    message: 'does not accept the credentials',
    remedy: 'Check the authentication of this source; a token may have expired.',
  },
  forbidden: {
    suffix: 'FORBIDDEN',
    message: 'does not allow this account to read',
    remedy: 'Give the account read access, or check the tenant header.',
  },
  'not-found': {
    suffix: 'NOT_FOUND',
    message: 'does not know the address',
    remedy: 'Check the path of the URL: it must end before /api or /loki.',
  },
  'rate-limited': {
    suffix: 'RATE_LIMITED',
    message: 'refuses because of too many requests',
    remedy: 'Raise its limit for this account, or lengthen the interval of the watch.',
  },
  'server-error': {
    suffix: 'SERVER_ERROR',
    message: 'failed to answer',
    remedy: 'Look into its log for the same time.',
  },
  'bad-query': {
    suffix: 'BAD_QUERY',
    message: 'refuses the query',
    remedy: 'Check the version of the source; the message says which part it does not accept.',
  },
} as const;

/** Kinds of failure, the same for every source. */
export type TelemetryFailure = keyof typeof FAILURES;

/** Error codes, for example `CAUSEWAY_PROM_TIMEOUT`. Stable: people search for them. */
export type TelemetryErrorCode =
  `CAUSEWAY_${(typeof SOURCES)[TelemetrySource]['prefix']}_${(typeof FAILURES)[TelemetryFailure]['suffix']}`;

/** What is known about a failure beyond its kind. Nothing in it may hold a secret; see `redactCause`. */
export interface FailureDetails {
  /** Host and port only, never the whole URL. */
  readonly host?: string;
  readonly detail?: string;
  readonly status?: number;
  readonly cause?: unknown;
  /** How long the source asked to wait, milliseconds. */
  readonly retryAfterMs?: number;
}

/** A failed read. `message` and `remedy` are sentences for a person; neither holds a secret. */
export class TelemetryError extends Error {
  override readonly name = 'TelemetryError';
  readonly source: TelemetrySource;
  readonly failure: TelemetryFailure;
  readonly code: TelemetryErrorCode;
  readonly remedy: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(source: TelemetrySource, failure: TelemetryFailure, details: FailureDetails = {}) {
    super(describe(source, failure, details), details.cause === undefined ? {} : { cause: details.cause });
    this.source = source;
    this.failure = failure;
    this.code = `CAUSEWAY_${SOURCES[source].prefix}_${FAILURES[failure].suffix}`;
    this.remedy = FAILURES[failure].remedy;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

function describe(source: TelemetrySource, failure: TelemetryFailure, details: FailureDetails): string {
  const where = details.host ? ` at ${details.host}` : '';
  const status = details.status === undefined ? '' : ` (HTTP ${details.status})`;
  const detail = details.detail ? `: ${details.detail}` : '.';
  return `${SOURCES[source].title}${where} ${FAILURES[failure].message}${status}${detail}`;
}
