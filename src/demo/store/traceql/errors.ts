/** A refused TraceQL request; Tempo sends the message as plain text. */
export class TraceqlError extends Error {
  readonly status: number;

  constructor(message: string, status = 400, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TraceqlError';
    this.status = status;
  }
}

/** The error for a construct that Tempo knows and this store does not. */
export function unsupported(construct: string): TraceqlError {
  return new TraceqlError(`invalid TraceQL query: not supported by the embedded store: ${construct}`);
}
