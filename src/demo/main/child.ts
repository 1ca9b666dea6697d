import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DemoError } from './errors.ts';

const KEPT_LINES = 20;
const KILL_AFTER_MS = 6000;
/** Killed processes need a moment to be gone; those that nobody reaps are not waited for any longer. */
const GROUP_END_MS = 500;
const GROUP_POLL_MS = 10;

/** How to start one process of the demo. */
export interface ChildLaunch {
  /** Shown in messages. */
  readonly name: string;
  /** Script for the Node that runs this one. */
  readonly script: string;
  readonly guardFile: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  /** Stops the start half-way. */
  readonly signal: AbortSignal;
}

/** A running process that said on which port it listens. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Settles when the process has ended, with the reason in words. */
  readonly ended: Promise<string>;
  /** The newest lines of its standard error, oldest first. */
  lastLines(): readonly string[];
  /** Asks the whole process group to end, and kills what is left after six seconds. */
  stop(): Promise<void>;
}

/** Variables of our own environment that children need to run; settings of other programs stay out. */
const PASSED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'NODE_EXTRA_CA_CERTS'];

/**
 * Starts a process in a group of its own and waits for its line `{"event":"listening","port":n}`.
 * @throws DemoError when it ends before that, or says nothing in time
 */
export async function startChild(launch: ChildLaunch): Promise<Child> {
  launch.signal.throwIfAborted();
  const inherited = PASSED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const process_ = spawn(process.execPath, ['--require', launch.guardFile, launch.script], {
    env: { ...Object.fromEntries(inherited), ...launch.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  createInterface({ input: process_.stderr }).on('line', (line) => {
    lines.push(line);
    lines.splice(0, Math.max(0, lines.length - KEPT_LINES));
  });
  const ended = new Promise<string>((resolve) => {
    process_.once('error', (error) => resolve(error.message));
    process_.once('close', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  const stop = () => stopGroup(process_, ended);
  try {
    const port = await waitForPort(process_, ended, launch);
    return { name: launch.name, pid: process_.pid ?? 0, port, ended, lastLines: () => [...lines], stop };
  } catch (error) {
    await stop();
    throw describe(error, lines);
  }
}

/** Adds what a process said last to the error about it. */
export function describe(error: unknown, lines: readonly string[]): unknown {
  if (error instanceof DemoError && lines.length > 0) {
    return new DemoError(error.code, `${error.message}\n${lines.map((line) => `    ${line}`).join('\n')}\n`, {
      cause: error,
    });
  }
  return error;
}

function waitForPort(child: ChildProcess, ended: Promise<string>, launch: ChildLaunch): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new DemoError('CAUSEWAY_DEMO_TIMEOUT', `The ${launch.name} was not ready in ${launch.deadlineMs / 1000} s`)
      );
    }, launch.deadlineMs);
    launch.signal.addEventListener('abort', () => reject(launch.signal.reason as Error), { once: true });
    void ended.then((reason) => {
      clearTimeout(timer);
      reject(new DemoError('CAUSEWAY_DEMO_CHILD_ENDED', `The ${launch.name} ended while it started (${reason})`));
    });
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const port = readPort(line);
        if (port !== undefined) {
          clearTimeout(timer);
          resolve(port);
        }
      });
    }
  });
}

/** The port of a line `{"event":"listening","port":n}`; undefined for any other line. */
export function readPort(line: string): number | undefined {
  try {
    const { event, port } = JSON.parse(line) as { event?: unknown; port?: unknown };
    return event === 'listening' && typeof port === 'number' ? port : undefined;
  } catch {
    return undefined;
  }
}

async function stopGroup(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.pid === undefined) {
    return;
  }
  if (child.exitCode === null && child.signalCode === null) {
    signalGroup(child.pid, 'SIGTERM', child);
    const timer = setTimeout(() => signalGroup(child.pid ?? 0, 'SIGKILL', child), KILL_AFTER_MS);
    await ended;
    clearTimeout(timer);
  }
  // A process may leave others behind in its group.
  signalGroup(child.pid, 'SIGKILL', undefined);
  for (let waitedMs = 0; waitedMs < GROUP_END_MS && hasGroup(child.pid); waitedMs += GROUP_POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, GROUP_POLL_MS));
  }
}

function hasGroup(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals, fallback: ChildProcess | undefined): void {
  try {
    // SIGTERM goes to the process alone, which stops its own children in order; SIGKILL goes to all of them.
    process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
  } catch {
    fallback?.kill(signal);
  }
}
