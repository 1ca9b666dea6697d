import { Server } from '@grpc/grpc-js';
import { createGoPluginServices } from './go-plugin-services.ts';
import { describeThrown, type Log } from './hclog.ts';
import type { HostEnvironment } from './host-environment.ts';
import { listen } from './listen.ts';
import type { PluginHandlers } from './plugin-handlers.ts';
import { createPluginServices } from './plugin-services.ts';
import { loadPluginServices } from './service-definitions.ts';

const MAX_RECEIVE_BYTES = 16 * 1024 * 1024;
const ORPHAN_POLL_MS = 5_000;
/** The host kills after 2 s. */
const CLOSE_LIMIT_MS = 1_000;
/** Time for the answer of Shutdown to leave. */
const FLUSH_MS = 20;

/** What `servePlugin` needs. */
export interface ServeOptions {
  readonly environment: Exclude<HostEnvironment, { kind: 'refused' }>;
  readonly handlers: PluginHandlers;
  readonly log: Log;
  /** Milliseconds between looks at the parent; default 5,000. */
  readonly orphanPollMs?: number;
}

/**
 * Serves the handlers as hashicorp/go-plugin does, until the host stops or dies. Never returns control of the process:
 * it ends by `process.exit`.
 */
export async function servePlugin(options: ServeOptions): Promise<void> {
  const { environment, handlers, log } = options;
  const stopping = new AbortController();
  const server = new Server({
    'grpc.max_receive_message_length': MAX_RECEIVE_BYTES,
    'grpc.max_send_message_length': -1,
  });
  const standalone = environment.kind === 'standalone';
  const stop = createStop(server, options, stopping);
  const goPlugin = createGoPluginServices(() => {
    if (standalone) {
      log('info', 'Shutdown ignored: this backend serves standalone');
    } else {
      stop('the host asked for it');
    }
  });
  const services = loadPluginServices();
  for (const [name, implementation] of Object.entries({
    ...goPlugin,
    ...createPluginServices({ handlers, log, stopping: stopping.signal }),
  })) {
    server.addService(services[name as keyof typeof services], implementation);
  }
  const listening = await listen(server, environment);
  process.once('exit', () => listening.close());
  watchProcess(options, stop);
  process.stdout.write(`${listening.handshake}\n`);
  log('info', 'backend is listening', { network: listening.network, address: listening.address });
}

function createStop(server: Server, options: ServeOptions, stopping: AbortController): (why: string) => void {
  const end = async (): Promise<void> => {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS));
    const flush = new Promise<void>((resolve) => setTimeout(resolve, FLUSH_MS));
    await Promise.race([Promise.allSettled([options.handlers.close(), flush]), limit]);
    server.forceShutdown();
    process.exit(0);
  };
  return (why) => {
    if (!stopping.signal.aborted) {
      options.log('info', 'backend stops', { why });
      stopping.abort(new DOMException('the backend stops', 'AbortError'));
      void end();
    }
  };
}

/** Signals, a lost host, and errors that nobody caught. */
function watchProcess({ environment, log, orphanPollMs }: ServeOptions, stop: (why: string) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    // A dead host closes the pipes. Logging that would raise the same error again, for ever.
    stream.on('error', () => process.exit(0));
  }
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => {
    // Ctrl-C reaches the whole process group; the host decides when its child stops.
    if (environment.kind === 'standalone') {
      stop('SIGINT');
    }
  });
  process.on('uncaughtException', (error) => {
    // What state is left is unknown. The host starts a fresh process within a second.
    log('error', 'uncaught exception', { error: describeThrown(error) });
    setTimeout(() => process.exit(1), FLUSH_MS);
  });
  process.on('unhandledRejection', (error) => log('error', 'unhandled rejection', { error: describeThrown(error) }));
  if (environment.kind === 'child') {
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid !== parent) {
        stop('the host is gone');
      }
    }, orphanPollMs ?? ORPHAN_POLL_MS);
    timer.unref();
  }
}
