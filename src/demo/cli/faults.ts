import { parseArguments, USAGE, UsageError } from './arguments.ts';
import { runCommand } from './fault-client.ts';

/** Injects, lists and clears faults of a running world from the command line. */
async function main(): Promise<void> {
  const { command, world } = parseArguments(process.argv.slice(2), process.env.CAUSEWAY_WORLD_URL);
  const lines = command.kind === 'help' ? [USAGE.trimEnd()] : await runCommand(world, command);
  process.stdout.write(`${lines.join('\n')}\n`);
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof UsageError ? `${message}\n\n${USAGE}` : `${message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
