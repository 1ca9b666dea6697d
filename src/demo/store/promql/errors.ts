/** Kinds of errors of Prometheus' HTTP API that the store can give. */
export type PromqlErrorType = 'bad_data' | 'execution' | 'not_found' | 'internal';

/** A refused query, in the terms of Prometheus' error replies. */
export class PromqlError extends Error {
  readonly errorType: PromqlErrorType;

  constructor(errorType: PromqlErrorType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PromqlError';
    this.errorType = errorType;
  }
}

/** The error for a construct that Prometheus knows and this store does not. */
export function unsupported(construct: string): PromqlError {
  return new PromqlError('bad_data', `not supported by the embedded store: ${construct}`);
}

/** A syntax or type error. */
export function parseError(message: string): PromqlError {
  return new PromqlError('bad_data', `parse error: ${message}`);
}
