/**
 * Runbooks at the terminal: npm run --silent runbooks -- check [folder] | import <file> | schema
 * What a machine reads goes to standard output, what a person reads to standard error.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  CelThread,
  formatProblem,
  importLegacy,
  loadRunbook,
  RUNBOOK_SCHEMA,
  runbookKey,
  RunbookShelf,
  type RunbookProblem,
} from '../src/executor/runbooks/index.ts';
import { runCli } from './run-cli.ts';

const HELP = `npm run --silent runbooks -- <command>

  check [folder or file]   check runbooks (default provisioning/runbooks); exit code 1 when one is refused
  import <file>            convert a runbook of the former format: the new file to standard output, the report to
                           standard error; exit code 1 when nothing of it can be converted
  schema                   print the JSON Schema of runbooks

  --help                   this text
`;

class WrongArguments extends Error {
  readonly remedy = 'See npm run --silent runbooks -- --help';
}

class Refused extends Error {
  readonly remedy = 'Correct what is named above.';
}

interface Options {
  readonly help: boolean;
  readonly command: string;
  readonly file: string | undefined;
}

function readOptions(argv: readonly string[]): Options {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { help: { type: 'boolean', default: false } },
    });
    const [command = '', file, more] = positionals;
    if (more !== undefined) {
      throw new WrongArguments(`There is one file too many: ${more}.`);
    }
    return { help: values.help, command, file };
  } catch (error) {
    throw error instanceof WrongArguments ? error : new WrongArguments(error instanceof Error ? error.message : '');
  }
}

async function main({ command, file }: Options): Promise<void> {
  if (command === 'check') {
    await check(file ?? 'provisioning/runbooks');
  } else if (command === 'import' && file !== undefined) {
    convert(file);
  } else if (command === 'schema' && file === undefined) {
    process.stdout.write(`${JSON.stringify(RUNBOOK_SCHEMA, undefined, 2)}\n`);
  } else {
    throw new WrongArguments(`"${command}" is no command, or lacks its file.`);
  }
}

async function check(target: string): Promise<void> {
  const cel = new CelThread({ file: path.resolve(import.meta.dirname, '../src/executor/runbooks/cel/cel-thread.ts') });
  try {
    const { keys, problems } = statSync(target).isDirectory()
      ? await checkFolder(target, cel)
      : await checkFile(target, cel);
    keys.forEach((key) => process.stdout.write(`${key}\n`));
    problems.forEach((problem) => process.stderr.write(`${formatProblem(problem)}\n`));
    if (problems.length > 0) {
      throw new Refused(`${problems.length} faults.`);
    }
  } finally {
    await cel.close();
  }
}

interface Checked {
  readonly keys: readonly string[];
  readonly problems: readonly RunbookProblem[];
}

async function checkFolder(folder: string, cel: CelThread): Promise<Checked> {
  const shelf = new RunbookShelf({ folder, cel });
  const { problems } = await shelf.reload();
  return { keys: shelf.all().map(({ runbook }) => runbookKey(runbook)), problems };
}

async function checkFile(file: string, cel: CelThread): Promise<Checked> {
  const result = await loadRunbook(readFileSync(file, 'utf8'), file, cel);
  return result.ok
    ? { keys: [runbookKey(result.loaded.runbook)], problems: [] }
    : { keys: [], problems: result.problems };
}

function convert(file: string): void {
  const result = importLegacy(readFileSync(file, 'utf8'), path.basename(file));
  for (const { line, outcome, text, to, why } of result.report) {
    process.stderr.write(
      `${line}: ${outcome}${to === '' ? '' : ` to ${to}`}: ${text}${why === '' ? '' : `\n      ${why}`}\n`
    );
  }
  if (!result.ok) {
    result.problems.forEach((problem) => process.stderr.write(`${formatProblem(problem)}\n`));
    throw new Refused('Nothing was converted.');
  }
  result.added.forEach(({ field, why }) => process.stderr.write(`added ${field}: ${why}\n`));
  process.stdout.write(result.yaml);
}

await runCli({ help: HELP, readOptions, main, isArgument: (error) => error instanceof WrongArguments });
