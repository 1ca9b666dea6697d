import type { Problem } from '#ui';

/** Codes of problems that the app itself finds; what other processes report keeps their code. */
export const APP_ERRORS = {
  BACKEND_UNREACHABLE: {
    code: 'CAUSEWAY_APP_BACKEND_UNREACHABLE',
    source: 'Causeway data source',
    message: 'The backend does not answer.',
    remedy: 'Check in the data source settings that “Save & test” succeeds, and look into the log of Grafana.',
  },
  BACKEND_TIMEOUT: {
    code: 'CAUSEWAY_APP_BACKEND_TIMEOUT',
    source: 'Causeway data source',
    message: 'The backend took too long to answer.',
    remedy: 'Try again with a shorter time range. If it stays slow, check that Prometheus answers quickly.',
  },
  STREAM_BROKEN: {
    code: 'CAUSEWAY_APP_STREAM_BROKEN',
    source: 'Causeway data source',
    message: 'The analysis ended without a result.',
    remedy: 'Start it again. If it happens again, look into the log of Grafana for the data source.',
  },
  STREAM_TOO_LARGE: {
    code: 'CAUSEWAY_APP_STREAM_TOO_LARGE',
    source: 'Causeway data source',
    message: 'The answer is larger than 16 MiB and was refused.',
    remedy: 'Choose a shorter time range.',
  },
  EXECUTOR_UNSET: {
    code: 'CAUSEWAY_APP_EXECUTOR_UNSET',
    source: 'Executor',
    message: 'No executor is configured.',
    remedy:
      'Enter its URL and token on the configuration page. Analysis works without it; incidents and actions do not.',
  },
  EXECUTOR_UNREACHABLE: {
    code: 'CAUSEWAY_APP_EXECUTOR_UNREACHABLE',
    source: 'Executor',
    message: 'The executor does not answer.',
    remedy: 'Check that the executor runs and that its URL on the configuration page is right. Nothing was changed.',
  },
  EXECUTOR_TIMEOUT: {
    code: 'CAUSEWAY_APP_EXECUTOR_TIMEOUT',
    source: 'Executor',
    message: 'The executor took too long to answer.',
    remedy: 'Reload to see what happened before you try again.',
  },
  EXECUTOR_FORBIDDEN: {
    code: 'CAUSEWAY_APP_EXECUTOR_FORBIDDEN',
    source: 'Grafana',
    message: 'You may not do this.',
    remedy:
      'Ask an administrator for the role “Causeway approver” (decide), “Causeway proposer” (ask for actions) or “Causeway reader” (read).',
  },
  PLAN_CHANGED: {
    code: 'CAUSEWAY_APP_PLAN_CHANGED',
    source: 'Causeway',
    message: 'The plan has changed since it was shown.',
    remedy: 'Read the plan again as it is now, then decide.',
  },
  UNEXPECTED: {
    code: 'CAUSEWAY_APP_UNEXPECTED',
    source: 'Causeway',
    message: 'Something unexpected happened.',
    remedy: 'Reload the page. If it happens again, report it with the code and what you did.',
  },
} as const satisfies Record<string, Problem>;

/** A failed call, as a problem for a person. `status` is the HTTP status where there was one. */
export class ApiError extends Error {
  readonly problem: Problem;
  readonly status: number | undefined;

  constructor(problem: Problem, options: { cause?: unknown; status?: number } = {}) {
    super(problem.message, { cause: options.cause });
    this.name = 'ApiError';
    this.problem = problem;
    this.status = options.status;
  }
}

/** The problem of any thrown value. Text of unknown errors is kept, since it may be all that helps. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ApiError) {
    return error.problem;
  }
  return error instanceof Error && error.message !== ''
    ? { ...APP_ERRORS.UNEXPECTED, message: error.message }
    : APP_ERRORS.UNEXPECTED;
}

/** Whether the error is the end of a call that we cancelled ourselves. */
export function isCancelled(error: unknown): boolean {
  return (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
}
