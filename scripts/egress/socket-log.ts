import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

/** Every connection, datagram and name look-up that this process begins, as `host:port` or `kind name`. */
export interface SocketLog {
  readonly seen: readonly string[];
  clear(): void;
}

/** Watches the sockets of this process from now on, below everything that opens them: `fetch`, `http`, `tls`. */
export function watchSockets(): SocketLog {
  const seen: string[] = [];
  const connect = net.Socket.prototype.connect as (...args: unknown[]) => net.Socket;
  net.Socket.prototype.connect = function watched(this: net.Socket, ...args: unknown[]) {
    seen.push(targetOf(args));
    return connect.apply(this, args);
  } as typeof net.Socket.prototype.connect;
  const send = dgram.Socket.prototype.send as (...args: unknown[]) => void;
  dgram.Socket.prototype.send = function watched(this: dgram.Socket, ...args: unknown[]) {
    seen.push('datagram');
    return send.apply(this, args);
  } as typeof dgram.Socket.prototype.send;
  const lookup = dns.lookup as unknown as (...args: unknown[]) => void;
  dns.lookup = ((name: string, ...args: unknown[]) => {
    if (net.isIP(name) === 0) {
      seen.push(`look-up ${name}`);
    }
    return lookup(name, ...args);
  }) as unknown as typeof dns.lookup;
  return {
    seen,
    clear: () => {
      seen.length = 0;
    },
  };
}

/** `connect` takes options, a port with a host, a path, or an array of these from `net.connect`. */
function targetOf(args: readonly unknown[]): string {
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as readonly unknown[];
  if (typeof first === 'object' && first !== null) {
    const { host, port, path } = first as {
      readonly host?: string;
      readonly port?: number | string;
      readonly path?: string;
    };
    return port === undefined ? `path ${path ?? ''}` : `${host ?? 'localhost'}:${port}`;
  }
  return `${typeof second === 'string' ? second : 'localhost'}:${String(first)}`;
}
