/** A benchmark cannot run on what it was given. `usage` errors end the program with 2, others with 1. */
export class BenchError extends Error {
  readonly usage: boolean;

  constructor(message: string, options: { readonly usage?: boolean; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.usage = options.usage ?? false;
  }
}
