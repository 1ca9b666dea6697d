import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ShopError } from '../shop/index.ts';
import type { World } from './world-runner.ts';

const PACE_MS = 50;

/** Starts to listen. @returns the port @throws ShopError SHOP_PORT_BUSY */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new ShopError('SHOP_PORT_BUSY', `Port ${port} of ${host} is in use.`, { cause })
          : cause
      );
    };
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Keeps the simulation in step with its clock. @returns a function that stops it */
export function pace(world: World): () => void {
  const timer = setInterval(() => world.keepUp(), PACE_MS);
  return () => clearInterval(timer);
}

/** Writes one JSON line to standard output. */
export function report(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

/** Runs `stop` once at SIGTERM or SIGINT, and ends the process within 5 s in any case. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) {
      return;
    }
    stopping = true;
    setTimeout(() => process.exit(1), 5000).unref();
    void stop().then(
      () => process.exit(0),
      () => process.exit(1)
    );
  };
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
}

/** Closes a server together with its idle connections. */
export async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}

/** Says on standard error why the process could not start, and makes it end with status 1. */
export function explain(error: unknown): void {
  const remedy = error instanceof ShopError ? ` ${error.remedy}` : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${remedy}\n`);
  process.exitCode = 1;
}
