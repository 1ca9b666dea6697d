import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BenchError } from './packs/bench-error.ts';

/** What a benchmark found, and how to show it. */
export interface CommandResult {
  readonly answer: object;
  /** One JSON line as the last line of stdout, instead of the page. */
  readonly json: boolean;
  /** Renews the page in the repository. */
  readonly write: boolean;
  readonly page: string;
  readonly toPage: (answer: never) => string;
}

/** Progress; stdout belongs to the result. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Runs a benchmark: exit code 0 if it ran, 2 on bad arguments, 1 on a failure. */
export function runCommand(run: (argv: readonly string[]) => Promise<CommandResult>): void {
  run(process.argv.slice(2)).then(show, (cause: unknown) => {
    const expected = cause instanceof BenchError;
    say(expected ? cause.message : cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
    process.exitCode = expected && cause.usage ? 2 : 1;
  });
}

function show({ answer, json, write, page, toPage }: CommandResult): void {
  const text = json && !write ? '' : toPage(answer as never);
  if (write) {
    mkdirSync(path.dirname(page), { recursive: true });
    writeFileSync(page, text);
    say(`${page} is renewed.`);
  }
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : text);
}
