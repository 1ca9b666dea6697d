import { mkdtemp, rm, writeFile, chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonValue } from '#contracts';
import { canonicalJson } from '../../canonical-json.ts';
import { ExecutorError } from '../../errors.ts';
import type { Action, EffectOutcome } from '../action.ts';
import { ownAction } from './own-action.ts';
import { runProgram, type ProgramEnd } from './run-program.ts';
import { faultOf, scriptVersion, type Script, type Scripts } from './scripts.ts';

interface ScriptInput {
  readonly script: string;
  readonly args: Readonly<Record<string, JsonValue>>;
}

const SHOWN_CHARACTERS = 4000;

/** Runs a program that the administrator allows, with arguments that it names. Sent once and never again by itself. */
export function scriptRunAction(scripts: Scripts): Action {
  return ownAction<ScriptInput>({
    name: 'script.run',
    title: 'Run a script',
    description: 'Runs a program that the administrator allowed, with checked arguments and without a shell.',
    riskBase: 0.9,
    destructive: true,
    leavesNothing: false,
    target: (input) => {
      const { id } = find(scripts, input);
      return { key: `script/${id}`, system: 'script', kind: 'Script', name: id };
    },
    read: async (input) => {
      const script = find(scripts, input);
      const version = await versionOf(script);
      if (version === undefined) {
        throw new ExecutorError('TARGET_UNKNOWN', `The program or a file of the script "${script.id}" cannot be read.`);
      }
      return { uid: script.id, version, preImage: {}, summary: `${script.title}: ${script.program}` };
    },
    dryRun: (input) => describe(find(scripts, input), input.args),
    warnings: () => ['What a program does is not known before; it cannot be taken back.'],
    apply: (input, { expected }, signal) => run(find(scripts, input), input.args, expected.version, signal),
    resolve: () => ({ kind: 'unavailable', message: 'a program cannot be asked what it did' }),
  });
}

function find(scripts: Scripts, { script: id, args }: ScriptInput): Script {
  const script = scripts.get(id);
  const fault = script ? faultOf(script, args) : `script: "${id}" is not allowed on this executor`;
  if (!script || fault !== undefined) {
    throw new ExecutorError('PARAMETER_INVALID', `${fault ?? 'script'}.`);
  }
  return script;
}

async function versionOf(script: Script): Promise<string | undefined> {
  try {
    return await scriptVersion(script);
  } catch {
    return undefined;
  }
}

function describe(script: Script, args: ScriptInput['args']): string {
  const { program, workingDirectory, timeoutSeconds, user, files } = script;
  const given =
    script.passArgs === 'options' ? options(script, args) : [`${script.passArgs.jsonFile}${canonicalJson(args)}`];
  return [
    `Run ${program}`,
    ...[...script.arguments, ...given].map((argument) => `  ${JSON.stringify(argument)}`),
    `in ${workingDirectory}${user ? ` as ${user.uid}:${user.gid}` : ''}, for at most ${timeoutSeconds} s`,
    ...files.map((file) => `with ${file}`),
  ].join('\n');
}

/** In the order of the script's own list. */
function options(script: Script, args: ScriptInput['args']): readonly string[] {
  return Object.keys(script.args).flatMap((name) =>
    Object.hasOwn(args, name) ? [`--${name}=${String(args[name])}`] : []
  );
}

async function run(
  script: Script,
  args: ScriptInput['args'],
  approved: string,
  signal: AbortSignal
): Promise<EffectOutcome> {
  const now = await versionOf(script);
  if (now !== approved) {
    return { kind: 'conflict', message: 'the program, its files or its settings changed since approval' };
  }
  const { passArgs } = script;
  const end =
    passArgs === 'options'
      ? await start(script, options(script, args), signal)
      : await withJsonFile(script, args, (file) => start(script, [`${passArgs.jsonFile}${file}`], signal));
  return toOutcome(script, end);
}

function start(script: Script, given: readonly string[], signal: AbortSignal): Promise<ProgramEnd> {
  const program = {
    path: script.program,
    argv: [...script.arguments, ...given],
    workingDirectory: script.workingDirectory,
    environment: { ...script.environment, ...script.secrets },
    user: script.user,
    timeoutMs: script.timeoutSeconds * 1000,
    maxOutputBytes: script.maxOutputBytes,
    secrets: Object.values(script.secrets),
  };
  return runProgram(program, signal);
}

async function withJsonFile(
  { user }: Script,
  args: ScriptInput['args'],
  work: (file: string) => Promise<ProgramEnd>
): Promise<ProgramEnd> {
  const folder = await mkdtemp(path.join(tmpdir(), 'causeway-'));
  try {
    const file = path.join(folder, 'args.json');
    await writeFile(file, canonicalJson(args), { mode: 0o600 });
    if (user) {
      await chown(file, user.uid, user.gid);
      await chown(folder, user.uid, user.gid);
    }
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A program that failed may have done half of it, unless its exit code says otherwise. */
function toOutcome({ nothingDoneExitCodes }: Script, end: ProgramEnd): EffectOutcome {
  if (end.kind === 'not-started') {
    return { kind: 'refused', message: end.message };
  }
  const output = end.output.slice(-SHOWN_CHARACTERS);
  if (end.kind === 'killed') {
    return { kind: 'unknown', message: end.message, details: { output } };
  }
  const { exitCode } = end;
  const last = exitCode === 0 ? undefined : output.trimEnd().split('\n').at(-1)?.slice(0, 200);
  const message = `the program ended with ${exitCode}${last ? `: ${last}` : ''}`;
  const kind = exitCode === 0 ? 'applied' : nothingDoneExitCodes.includes(exitCode) ? 'refused' : 'unknown';
  return { kind, message, details: { exitCode, output } };
}
