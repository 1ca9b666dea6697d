/** What a number of attempts came to. */
export interface TrialResult {
  readonly tried: number;
  readonly held: number;
  readonly failures: readonly object[];
}

/** A command that tries to break something. */
export interface Trial {
  readonly help: string;
  readonly readOptions: (args: readonly string[]) => { readonly json: boolean };
  readonly run: () => Promise<TrialResult>;
}

/** Runs a trial: exit code 0 if everything held, 1 if not, 2 on wrong arguments. */
export async function runTrial({ help, readOptions, run }: Trial): Promise<void> {
  let options: { readonly json: boolean };
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${help}\n`);
    process.exitCode = 2;
    return;
  }
  const result = await run();
  const lines = result.failures.map((failure) => JSON.stringify(failure));
  const text = [...lines, `${result.held} of ${result.tried} held.`].join('\n');
  process.stdout.write(`${options.json ? JSON.stringify(result) : text}\n`);
  process.exitCode = result.held === result.tried && result.tried > 0 ? 0 : 1;
}
