import { TelemetryError } from '#telemetry';

/** Everything the backend itself refuses or fails at: HTTP status, whose fault it is, message and remedy. */
const ERRORS = {
  CAUSEWAY_SETTINGS_MISSING: {
    status: 400,
    source: 'plugin',
    remedy: 'Call it through a Causeway data source; its settings come with the call.',
  },
  CAUSEWAY_SETTINGS_INVALID: {
    status: 400,
    source: 'plugin',
    remedy: 'Open the settings of the Causeway data source, correct the named field and save.',
  },
  CAUSEWAY_QUERY_INVALID: {
    status: 400,
    source: 'plugin',
    remedy: 'Correct the named field of the query; the query editor offers the possible values.',
  },
  CAUSEWAY_RANGE_INVALID: {
    status: 400,
    source: 'plugin',
    remedy: 'Choose a time range whose end is after its start, of at most 30 days.',
  },
  CAUSEWAY_REQUEST_INVALID: {
    status: 400,
    source: 'plugin',
    remedy: 'Correct the named parameter.',
  },
  CAUSEWAY_TOPOLOGY_FILE_INVALID: {
    status: 400,
    source: 'plugin',
    remedy: 'Correct the named field; docs/topology.md describes the format.',
  },
  CAUSEWAY_IMPORT_INVALID: {
    status: 400,
    source: 'plugin',
    remedy: 'Import the two CSV files of the export, JSON of apoc.export.json or of a query, or a topology file.',
  },
  CAUSEWAY_TOO_MANY_CHANGES: {
    status: 429,
    source: 'plugin',
    remedy: 'Send several changes in one call, or wait a minute.',
  },
  CAUSEWAY_FORBIDDEN: {
    status: 403,
    source: 'plugin',
    remedy: 'Ask an editor or an administrator of this organisation.',
  },
  CAUSEWAY_NOT_FOUND: {
    status: 404,
    source: 'plugin',
    remedy:
      'Use overview, topology (also /diff, /blast-radius, /export, /import), changes, analyses, runs (also /:id, /:id/events, /:id/stream, /:id/cancel), incidents, watch, anomalies, features, detectors, detectors/rebaseline or backtests.',
  },
  CAUSEWAY_METHOD_NOT_ALLOWED: {
    status: 405,
    source: 'plugin',
    remedy: 'Use the method named in the Allow header.',
  },
  CAUSEWAY_BODY_TOO_LARGE: {
    status: 413,
    source: 'plugin',
    remedy: 'Send a body of at most 64 KiB.',
  },
  CAUSEWAY_TOO_MANY_ANALYSES: {
    status: 429,
    source: 'plugin',
    remedy: 'Wait until a running analysis has ended, then ask again.',
  },
  CAUSEWAY_TOO_MANY_BACKTESTS: {
    status: 429,
    source: 'plugin',
    remedy: 'Wait until the running backtest has ended, then ask again.',
  },
  CAUSEWAY_CANCELLED: {
    status: 499,
    source: 'plugin',
    remedy: 'Ask again if the answer is still wanted.',
  },
  CAUSEWAY_DEADLINE: {
    status: 504,
    source: 'downstream',
    remedy: 'Shorten the time range, or look at the load of Prometheus.',
  },
  CAUSEWAY_WORKER_FAILED: {
    status: 500,
    source: 'plugin',
    remedy: 'Ask again; if it stays, report the message with the log of the backend.',
  },
  CAUSEWAY_EXECUTOR_KEY: {
    status: 400,
    source: 'plugin',
    remedy: 'Save an Ed25519 private key in PKCS #8 PEM as the signing key of the executor.',
  },
  CAUSEWAY_EXECUTOR_UNREACHABLE: {
    status: 502,
    source: 'downstream',
    remedy: 'Check that the executor runs, and the URL in the settings of the data source.',
  },
  CAUSEWAY_EXECUTOR_TIMEOUT: {
    status: 504,
    source: 'downstream',
    remedy: 'Check the load of the executor, or raise its timeout in the settings.',
  },
  CAUSEWAY_EXECUTOR_REFUSED: {
    status: 502,
    source: 'downstream',
    remedy: 'The message is the executor’s own; check the signing key and the clocks of both machines.',
  },
  CAUSEWAY_EXECUTOR_BAD_REPLY: {
    status: 502,
    source: 'downstream',
    remedy: 'Check that the URL belongs to the executor, and that both have the same version.',
  },
  CAUSEWAY_INTERNAL: {
    status: 500,
    source: 'plugin',
    remedy: 'Report the message with the log of the backend.',
  },
} as const satisfies Record<
  string,
  { readonly status: number; readonly source: 'plugin' | 'downstream'; readonly remedy: string }
>;

/** Codes of the backend's own errors. Stable: people search for them. */
export type BackendErrorCode = keyof typeof ERRORS;

/** A refusal or failure with a sentence for a person and what can be done about it. Holds no secret. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly code: BackendErrorCode;
  readonly remedy: string;
  readonly status: number;
  readonly source: 'plugin' | 'downstream';

  constructor(
    code: BackendErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly remedy?: string } = {}
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy ?? ERRORS[code].remedy;
    this.status = ERRORS[code].status;
    this.source = ERRORS[code].source;
  }
}

/** What every boundary of the process shows of a failure. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** HTTP status, at least 400. */
  readonly status: number;
  readonly errorSource: 'plugin' | 'downstream';
}

/** Maps anything thrown to what boundaries show; unknown errors do not leak their text. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof BackendError) {
    const { code, message, remedy, status, source } = thrown;
    return { code, message, remedy, status, errorSource: source };
  }
  if (thrown instanceof TelemetryError) {
    const { code, message, remedy, failure } = thrown;
    return { code, message, remedy, status: telemetryStatus(failure), errorSource: 'downstream' };
  }
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError') {
    return toFailure(new BackendError('CAUSEWAY_DEADLINE', 'The answer took longer than the caller waits.'));
  }
  if (thrown instanceof DOMException && thrown.name === 'AbortError') {
    return toFailure(new BackendError('CAUSEWAY_CANCELLED', 'The caller cancelled.'));
  }
  return toFailure(
    new BackendError('CAUSEWAY_INTERNAL', 'The backend failed on this request; its log has the reason.')
  );
}

function telemetryStatus(failure: TelemetryError['failure']): number {
  switch (failure) {
    case 'timeout':
      return 504;
    case 'cancelled':
      return 499;
    case 'rate-limited':
      return 429;
    case 'bad-url':
    case 'bad-auth':
    case 'bad-ca':
    case 'bad-query':
      return 400;
    default:
      return 502;
  }
}
