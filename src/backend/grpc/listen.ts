import { randomBytes } from 'node:crypto';
import { unlinkSync, utimes } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import { APP_PROTOCOL_VERSION, type HostEnvironment } from './host-environment.ts';

/** Where the server listens. `handshake` is the first line for stdout, without line break. */
export interface Listening {
  readonly network: 'unix' | 'tcp';
  readonly address: string;
  readonly handshake: string;
  /** Removes the socket file and the timer. */
  close(): void;
}

/** Linux limits the path of a socket to 107 bytes and a terminator. */
const MAX_SOCKET_PATH_BYTES = 107;
/** systemd-tmpfiles deletes sockets that look unused after 10 days. */
const TOUCH_INTERVAL_MS = 24 * 3_600_000;

/**
 * Binds the server: a unix socket in the host's folder or the temporary folder for a child, the given address standalone.
 * @throws Error with a remedy when the address cannot be used
 */
export async function listen(
  server: Server,
  environment: Exclude<HostEnvironment, { kind: 'refused' }>,
  platform: NodeJS.Platform = process.platform
): Promise<Listening> {
  if (environment.kind === 'standalone') {
    const port = await bind(server, environment.listen);
    return toTcp(`${environment.listen.replace(/:\d+$/, '')}:${port}`);
  }
  if (platform === 'win32') {
    return toTcp(`127.0.0.1:${await bind(server, '127.0.0.1:0')}`);
  }
  const socket = path.join(environment.socketFolder ?? os.tmpdir(), `plugin${randomBytes(6).toString('hex')}`);
  if (Buffer.byteLength(socket) > MAX_SOCKET_PATH_BYTES) {
    throw new Error(`The socket path ${socket} is too long; set PLUGIN_UNIX_SOCKET_DIR to a shorter folder.`);
  }
  await bind(server, `unix:${socket}`);
  const timer = setInterval(() => touch(socket), TOUCH_INTERVAL_MS);
  timer.unref();
  return {
    network: 'unix',
    address: socket,
    handshake: toHandshake('unix', socket),
    close: () => {
      clearInterval(timer);
      removeFile(socket);
    },
  };
}

function toTcp(address: string): Listening {
  return { network: 'tcp', address, handshake: toHandshake('tcp', address), close: () => undefined };
}

/** Core protocol, application protocol, network, address, wire protocol, certificate (none). */
function toHandshake(network: string, address: string): string {
  return `1|${APP_PROTOCOL_VERSION}|${network}|${address}|grpc|`;
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error) {
        reject(new Error(`Cannot listen on ${address}: ${error.message}. Choose a free address.`, { cause: error }));
      } else {
        resolve(port);
      }
    });
  });
}

function touch(file: string): void {
  const now = new Date();
  utimes(file, now, now, () => undefined);
}

function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Already removed by the host or by grpc-js.
  }
}
