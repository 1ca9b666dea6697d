import { spawn, type ChildProcess } from 'node:child_process';
import { redactor } from '../../log.ts';

/** A program and what it may use. */
export interface Program {
  readonly path: string;
  /** Elements, as they are; no shell reads them. */
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** Taken out of the output. */
  readonly secrets: readonly string[];
}

/** How a program ended. `output`: the end of what it printed, without secrets and control characters. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly output: string }
  | { readonly kind: 'killed'; readonly message: string; readonly output: string }
  | { readonly kind: 'not-started'; readonly message: string };

const GRACE_MS = 2000;
/** For what still is in the pipes when the program is gone. */
const DRAIN_MS = 500;

/** Runs a program to its end, or kills it and everything that it started in its process group. */
export function runProgram(program: Program, signal: AbortSignal): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = start(program);
    } catch {
      resolve({ kind: 'not-started', message: 'the program could not be started' });
      return;
    }
    const output = collect(child, program);
    let killedBecause: string | undefined;
    const kill = (message: string) => () => {
      killedBecause ??= message;
      killGroup(child, 'SIGTERM');
      setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS).unref();
    };
    const deadline = setTimeout(kill('it took too long and was killed'), program.timeoutMs);
    const stop = kill('it was stopped');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
    }
    const finish = (end: ProgramEnd) => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
      resolve(end);
    };
    child.once('error', () => {
      if (child.pid === undefined) {
        finish({ kind: 'not-started', message: 'the program could not be started' });
      }
    });
    child.once('exit', (exitCode, by) => {
      killGroup(child, 'SIGKILL');
      const close = setTimeout(() => destroyPipes(child), DRAIN_MS);
      child.once('close', () => {
        clearTimeout(close);
        const text = output();
        const message = killedBecause ?? (exitCode === null ? `it was ended by ${by ?? 'a signal'}` : undefined);
        finish(
          message === undefined
            ? { kind: 'exited', exitCode: exitCode ?? -1, output: text }
            : { kind: 'killed', message, output: text }
        );
      });
    });
  });
}

function start({ path, argv, workingDirectory: cwd, environment, user }: Program): ChildProcess {
  return spawn(path, [...argv], {
    cwd,
    env: { ...environment },
    shell: false,
    // A process group of its own, so that what it starts can be killed with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) {
      process.kill(-pid, signal);
    }
  } catch {
    // Nobody is left in the group.
  }
}

function destroyPipes({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy();
  stderr?.destroy();
}

/** Keeps the end of the output, and as much before it as the longest secret could reach into it. */
function collect(child: ChildProcess, { maxOutputBytes, secrets }: Program): () => string {
  const longest = Math.max(0, ...secrets.map((secret) => Buffer.byteLength(secret)));
  const kept = maxOutputBytes + longest;
  let tail = Buffer.alloc(0);
  let isCut = false;
  const take = (chunk: Buffer) => {
    const joined = Buffer.concat([tail, chunk]);
    isCut ||= joined.length > kept;
    tail = joined.subarray(Math.max(0, joined.length - kept));
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const redact = redactor(secrets);
  return () => {
    const whole = redact(tail.toString('utf8'));
    const text = isCut ? withoutCutSecret(whole, secrets) : whole;
    const plain = text.replaceAll(/[^\P{Cc}\n\t]\[[0-9;?]*[A-Za-z]/gu, '').replaceAll(/[^\P{Cc}\n\t]/gu, '');
    return plain.slice(Math.max(0, plain.length - maxOutputBytes));
  };
}

/** Text that was cut can begin with the end of a secret. */
function withoutCutSecret(text: string, secrets: readonly string[]): string {
  const cuts = secrets.map((secret) => {
    for (let length = secret.length - 1; length > 0; length -= 1) {
      if (text.startsWith(secret.slice(-length))) {
        return length;
      }
    }
    return 0;
  });
  return text.slice(Math.max(0, ...cuts));
}
