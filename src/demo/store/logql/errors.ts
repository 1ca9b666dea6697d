/** A refused LogQL request; Loki sends the message as plain text. */
export class LogqlError extends Error {
  readonly status: number;

  constructor(message: string, status = 400, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogqlError';
    this.status = status;
  }
}

/** The error for a construct that Loki knows and this store does not. */
export function unsupported(construct: string): LogqlError {
  return new LogqlError(`parse error : not supported by the embedded store: ${construct}`);
}
