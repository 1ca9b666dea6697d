/** Codes of the errors this room raises, with the message and what to do about it. */
export const STORE_ERRORS = {
  STORE_OUT_OF_ORDER: {
    message: 'Samples must be written in rising order of time.',
    remedy: 'Write each scrape once, later than the one before.',
  },
  STORE_BAD_SERIES: {
    message: 'The series has an invalid metric or label name.',
    remedy: 'Use names that match [a-zA-Z_][a-zA-Z0-9_]* (metric names may contain colons).',
  },
  STORE_BAD_PATTERN: {
    message: 'The regular expression is not supported.',
    remedy:
      'Use RE2 syntax without Unicode classes, POSIX classes, \\Q...\\E or flags other than a leading (?i) or (?s).',
  },
  STORE_BODY_TOO_LARGE: {
    message: 'The request body is too large.',
    remedy: 'Send at most 1 MiB.',
  },
} as const;

/** Name of an entry of `STORE_ERRORS`. */
export type StoreErrorCode = keyof typeof STORE_ERRORS;

/** A failure of the store itself; query errors have the shape of the server they stand in for. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly remedy: string;

  /** `detail` names the value that was refused. */
  constructor(code: StoreErrorCode, detail = '', options?: ErrorOptions) {
    super(detail === '' ? STORE_ERRORS[code].message : `${STORE_ERRORS[code].message} ${detail}`, options);
    this.name = 'StoreError';
    this.code = code;
    this.remedy = STORE_ERRORS[code].remedy;
  }
}
