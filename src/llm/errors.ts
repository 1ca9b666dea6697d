/** What can go wrong with the language model before its text is even looked at. */
const FAILURES = {
  CAUSEWAY_LLM_BAD_SETTINGS: {
    message: 'The settings of the language model cannot be used',
    remedy: 'Check API key, base URL, model name and patterns in the datasource settings.',
  },
  CAUSEWAY_LLM_CANCELLED: {
    message: 'The run of the language model was cancelled',
    remedy: 'Ask again if it is still wanted.',
  },
  CAUSEWAY_LLM_TIMEOUT: {
    message: 'The language model did not answer in time',
    remedy: 'Raise the timeout of the language model or choose a faster model.',
  },
  CAUSEWAY_LLM_UNREACHABLE: {
    message: 'The language model cannot be reached',
    remedy: 'Check the base URL and that this machine may connect to it.',
  },
  CAUSEWAY_LLM_UNAUTHORIZED: {
    message: 'The language model does not accept the API key',
    remedy: 'Store a valid API key in the datasource settings.',
  },
  CAUSEWAY_LLM_NOT_FOUND: {
    message: 'The language model or its address is not known',
    remedy: 'Check the model name and the base URL, which must end before /v1.',
  },
  CAUSEWAY_LLM_BAD_REQUEST: {
    message: 'The language model refuses the request',
    remedy: 'Check that the model supports the API that is configured, with tools.',
  },
  CAUSEWAY_LLM_RATE_LIMITED: {
    message: 'The language model is over its rate limit',
    remedy: 'Wait, or raise the limit of the account.',
  },
  CAUSEWAY_LLM_SERVER_ERROR: {
    message: 'The language model failed to answer',
    remedy: 'Try again later.',
  },
  CAUSEWAY_LLM_TOO_LARGE: {
    message: 'The language model sent more than the response limit',
    remedy: 'Check that the base URL belongs to a language model.',
  },
  CAUSEWAY_LLM_BUDGET_UNKNOWN: {
    message: 'What is left of the budget for the language model is not known, so nothing was sent',
    remedy: 'Check that the store of the budgets can be reached.',
  },
  CAUSEWAY_LLM_BAD_REPLY: {
    message: 'The language model sent an answer that does not follow its API',
    remedy: 'Check the base URL / login page / proxy.',
  },
} as const;

/** Stable error codes. */
export type LlmErrorCode = keyof typeof FAILURES;

/** A call that failed. `message` and `remedy` are sentences for a person and hold no secret. */
export interface LlmFailure {
  readonly kind: 'failed';
  readonly code: LlmErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/** Builds a failure from the table; `detail` must hold no secret. */
export function toLlmFailure(code: LlmErrorCode, detail?: string): LlmFailure {
  const { message, remedy } = FAILURES[code];
  return { kind: 'failed', code, message: detail ? `${message}: ${detail}` : `${message}.`, remedy };
}
