import type { ProblemDetails } from '#contracts';

/** Every way the executor refuses: HTTP status, title and what the caller can do about it. */
export const EXECUTOR_ERRORS = {
  UNAUTHENTICATED: [
    401,
    'Not authenticated',
    'Call through the plugin proxy of Grafana, or with a fresh backend token.',
  ],
  TOKEN_INVALID: [
    401,
    'Token refused',
    'Mint a new token: right key, issuer, audience and algorithm, at most 60 s old.',
  ],
  IDENTITY_INVALID: [
    401,
    'Grafana identity refused',
    'Enable id forwarding in Grafana and check CAUSEWAY_GRAFANA_KEYS and CAUSEWAY_GRAFANA_AUDIENCE.',
  ],
  KEYS_UNAVAILABLE: [
    503,
    'Grafana signing keys not reachable',
    'Check that CAUSEWAY_GRAFANA_KEYS answers with a JWKS, then try again.',
  ],
  BODY_MISMATCH: [401, 'Token belongs to another body', 'Set bodySha256 to the SHA-256 of exactly the bytes sent.'],
  TOKEN_REPLAYED: [409, 'Token was used before', 'Mint one token per call, with a new jti.'],
  FORBIDDEN: [403, 'Not allowed for this caller', 'Use the route with the caller and intent that its contract names.'],
  NOT_FOUND: [404, 'Not found', 'Check the path and the id.'],
  CONTENT_TYPE: [415, 'Content type not supported', 'Send application/json.'],
  BODY_TOO_LARGE: [413, 'Body too large', 'Send at most 256 KiB.'],
  INVALID_REQUEST: [400, 'Invalid request', 'Correct the named field.'],
  RATE_LIMITED: [429, 'Too many requests', 'Wait for the seconds in Retry-After.'],
  RUN_OVER: [409, 'Investigation is over', 'Read it; start a new one if it is still wanted.'],
  RUN_SEQUENCE: [
    409,
    'Events do not continue the run',
    'Read lastSeq of the run and send what follows it; another backend may have taken the run over.',
  ],
  RUN_TOO_LARGE: [422, 'Investigation holds too much', 'Finish the run; leave out what the report does not need.'],
  INCIDENT_BUSY: [409, 'An action runs on the incident', 'Wait until it ends, or cancel it.'],
  INCIDENT_CLOSED: [409, 'Incident is resolved', 'Open a new incident when the trouble is back.'],
  PARAMETER_INVALID: [
    422,
    'Action not possible as asked',
    'Correct the named field; GET /v1/actions lists all bounds.',
  ],
  TARGET_UNKNOWN: [422, 'Target not known to the platform', 'Check kind, name and peer of the target.'],
  PLATFORM_REFUSED: [422, 'Dry run refused by the platform', 'Read the reason and change the action or its target.'],
  PLATFORM_UNAVAILABLE: [
    503,
    'Platform not reachable',
    'Check the address and the credentials of the platform, then propose again.',
  ],
  ALREADY_PROCESSED: [409, 'Plan was already processed', 'Read the plan again; propose a new one if still needed.'],
  PLAN_EXPIRED: [409, 'Approval period is over', 'Propose the action again.'],
  PLAN_HASH_MISMATCH: [409, 'Decision is on another plan', 'Reload the plan and decide on what it shows now.'],
  CHALLENGE_INVALID: [409, 'Challenge not valid', 'Reload the plan; a challenge is for one person and one decision.'],
  SELF_APPROVAL: [403, 'Requester cannot approve', 'Ask another person to approve.'],
  ALREADY_DECIDED: [409, 'You decided on this plan before', 'Ask another person for the remaining approval.'],
  TARGET_BUSY: [409, 'Another action runs on this target', 'Wait until the running execution has finished.'],
  GUARDED: [409, 'A guard rail forbids it now', 'Read the reason; wait until it ends, or have the limit changed.'],
  PRECONDITION: [409, 'A precondition does not hold', 'Look at the named check; propose again when it holds.'],
  AUTONOMY: [
    403,
    'The runbook has not earned this',
    'Have a person propose it; the level rises with verified successes.',
  ],
  FROZEN: [409, 'Executor is frozen', 'Lift the freeze with PUT /v1/freeze once it is safe to act.'],
  AUDIT_BROKEN: [
    503,
    'Audit chain is broken, ledger is read-only',
    'Restore the ledger from a backup that passes GET /v1/audit/verify, then restart.',
  ],
  LEDGER_UNWRITABLE: [503, 'Ledger cannot be written', 'Free space on the volume of CAUSEWAY_LEDGER, then try again.'],
  INTERNAL: [500, 'Internal error', 'Read the log of the executor; report the code and the time.'],
} as const satisfies Record<string, readonly [status: number, title: string, remedy: string]>;

/** Key of {@link EXECUTOR_ERRORS}; on the wire it carries the prefix `CAUSEWAY_EXECUTOR_`. */
export type ExecutorErrorCode = keyof typeof EXECUTOR_ERRORS;

/** A refusal. `detail` names the field or object at fault and never contains a secret. */
export class ExecutorError extends Error {
  readonly code: ExecutorErrorCode;
  /** Seconds after which a retry makes sense; with RATE_LIMITED, and with PLATFORM_UNAVAILABLE where the platform said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ExecutorErrorCode, detail: string, options?: { cause?: unknown; retryAfterSeconds?: number }) {
    super(detail, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ExecutorError';
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** What the ledger has of an id. @throws ExecutorError NOT_FOUND; @param what  its name: `plan` */
export function requireFound<T>(record: T | null | undefined, what: string): T {
  if (record === null || record === undefined) {
    throw new ExecutorError('NOT_FOUND', `There is no such ${what}.`);
  }
  return record;
}

/** RFC 9457 body of an error. */
export function toProblem(error: ExecutorError): ProblemDetails {
  const [status, title, remedy] = EXECUTOR_ERRORS[error.code];
  const code = `CAUSEWAY_EXECUTOR_${error.code}`;
  return { type: `urn:causeway:error:${code}`, title, status, code, detail: error.message, remedy };
}
