import { BenchError } from '../packs/bench-error.ts';

/** A directory is not in the case format: what is wrong where, and what to do. Ends the program with 2. */
export class PackError extends BenchError {
  readonly field: string;
  readonly remedy: string;

  constructor(field: string, problem: string, remedy: string, cause?: unknown) {
    super(`${field}: ${problem}. ${remedy}`, { usage: true, cause });
    this.field = field;
    this.remedy = remedy;
  }
}
