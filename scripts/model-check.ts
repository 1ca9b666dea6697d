/** Checks the model of approval and execution in docs/models with Spin: npm run model:check [-- --json] */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runCli } from './run-cli.ts';

const MODEL = path.resolve(import.meta.dirname, '../docs/models/approval.pml');
/** Mistakes that the check must find, or it checks nothing. */
const CONTROLS = ['SEND_BLINDLY', 'NO_FOUR_EYES'];

const HELP = `npm run model:check -- [options]

  --json   one line of JSON
  --help   this text

Needs spin and gcc. Visits every state of docs/models/approval.pml and expects no violation, then the same with each deliberate
mistake and expects one. Exit code 0 when all is as expected, 1 otherwise, 2 for a wrong call.
`;

class ModelArgumentError extends Error {
  readonly code = 'CAUSEWAY_MODEL_ARGUMENT';
  readonly remedy = HELP;
}

/** Something that the check needs is not here. */
class ModelToolError extends Error {
  readonly code = 'CAUSEWAY_MODEL_TOOL';
  readonly remedy = 'Install spin and gcc, for example with apt-get install spin gcc.';
}

function readOptions(argv: readonly string[]) {
  try {
    const flag = { type: 'boolean', default: false } as const;
    return parseArgs({ args: [...argv], options: { json: flag, help: flag } }).values;
  } catch (cause) {
    throw new ModelArgumentError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** States visited and violations found, for the model with a mistake built in or none. */
function check(folder: string, mistake: string | undefined): { readonly states: number; readonly errors: number } {
  const run = (file: string, args: readonly string[]): string => {
    try {
      return execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (cause) {
      throw new ModelToolError(`${path.basename(file)} could not be run.`, { cause });
    }
  };
  run('spin', ['-a', ...(mistake === undefined ? [] : [`-D${mistake}`]), MODEL]);
  run('gcc', ['-O2', '-DSAFETY', '-o', 'pan', 'pan.c']);
  const report = run(path.join(folder, 'pan'), ['-m1000000']);
  const errors = /errors: (\d+)/.exec(report)?.[1];
  const states = /(\d+)(?:e\+\d+)? states, stored/.exec(report)?.[1];
  if (errors === undefined || states === undefined || /max search depth too small/.test(report)) {
    throw new ModelToolError('The search did not come to an end.');
  }
  return { states: Number(states), errors: Number(errors) };
}

await runCli({
  help: HELP,
  readOptions,
  main: async ({ json }) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'causeway-model-'));
    try {
      const model = check(folder, undefined);
      const controls = CONTROLS.map((mistake) => ({ mistake, ...check(folder, mistake) }));
      const ok = model.errors === 0 && controls.every(({ errors }) => errors > 0);
      const found = controls.map(({ mistake, errors }) => `${mistake}: ${errors > 0 ? 'found' : 'NOT FOUND'}`);
      const text = `${model.states} states, ${model.errors} violations; deliberate mistakes: ${found.join(', ')}`;
      process.stdout.write(`${json ? JSON.stringify({ ok, ...model, controls }) : text}\n`);
      process.exitCode = ok ? 0 : 1;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  isArgument: (error) => error instanceof ModelArgumentError,
});
