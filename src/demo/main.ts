import path from 'node:path';
import { DemoError } from './main/errors.ts';
import { type DemoOptions, HELP, parseOptions } from './main/options.ts';
import { runSmoke } from './main/smoke.ts';
import { type Demo, locateFiles, startDemo } from './main/start-demo.ts';

const PARENT_POLL_MS = 1000;

/** The visitor stopped the demo while it was starting. */
class StoppedError extends Error {}

/** Starts the demo, or the smoke run, and stays until it is told to stop. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const files = locateFiles(path.dirname(path.resolve(process.argv[1] ?? '')));
  const stopped = waitForStop();
  const abort = new AbortController();
  void stopped.then((reason) => abort.abort(new StoppedError(reason)));
  const demo = await startDemo(options, files, abort.signal, (step) =>
    say(options, { event: 'starting', step }, `${step} ...`)
  );
  demo.broken.catch(() => undefined);
  try {
    return options.smoke ? await smoke(demo, options, stopped) : await serve(demo, options, stopped);
  } finally {
    await demo.stop();
  }
}

async function serve(demo: Demo, options: DemoOptions, stopped: Promise<string>): Promise<number> {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ event: 'ready', url: demo.url })}\n`);
  } else {
    process.stdout.write(`Causeway demo: ${demo.url}/\n`);
    if (options.showsHints) {
      process.stdout.write('Open it in a browser and press "Break the shop". Ctrl-C stops every process.\n');
    }
  }
  await Promise.race([stopped, demo.broken]);
  say(options, { event: 'stopping' }, 'Stopping ...');
  return 0;
}

async function smoke(demo: Demo, options: DemoOptions, stopped: Promise<string>): Promise<number> {
  const log = (line: string): void => say(options, { event: 'progress', line }, line);
  const result = await Promise.race([runSmoke({ host: demo.url }, log), demo.broken, stopped]);
  if (typeof result === 'string') {
    return 1;
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return result.ok ? 0 : 1;
}

/** Resolves at Ctrl-C, SIGTERM, SIGHUP, or when the process that started this one is gone. */
function waitForStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve(signal));
    }
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || resolve('parent ended'), PARENT_POLL_MS).unref();
  });
}

/** Progress goes to standard error, so that standard output carries the result alone. */
function say(options: DemoOptions, event: object, text: string): void {
  process.stderr.write(options.json ? `${JSON.stringify(event)}\n` : `${text}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof StoppedError) {
      process.exit(0);
    }
    const text = error instanceof DemoError ? `${error.message}\n${error.remedy}` : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(1);
  }
);
