/** A command of the terminal. */
export interface CliProgram<Options extends { readonly help: boolean }> {
  readonly help: string;
  readonly readOptions: (argv: readonly string[]) => Options;
  readonly main: (options: Options) => Promise<void>;
  /** Whether the command was called in a wrong way, as against a failure on the way. */
  readonly isArgument: (error: unknown) => boolean;
}

/** Runs a command: exit code 0 if it ran, 2 on wrong arguments, 1 on a failure. An error that has a remedy is shown with it. */
export async function runCli<Options extends { readonly help: boolean }>(program: CliProgram<Options>): Promise<void> {
  try {
    const options = program.readOptions(process.argv.slice(2));
    if (options.help) {
      process.stdout.write(program.help);
    } else {
      await program.main(options);
    }
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = program.isArgument(error) ? 2 : 1;
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error && 'remedy' in error)) {
    return String(error);
  }
  const code = 'code' in error ? `${String(error.code)}: ` : '';
  return `${code}${error.message}\n${String(error.remedy)}`;
}
