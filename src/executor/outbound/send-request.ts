import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import {
  AddressRefused,
  pinnedLookup,
  refuseUnlessAllowed,
  resolveHost,
  type HostAddress,
  type ResolveName,
} from './resolve-host.ts';
import { parseRetryAfter } from './retry-after.ts';

/** Where a request may go and how long it may take. */
export interface OutboundTarget {
  readonly url: URL;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  /** With secrets; never shown. */
  readonly headers: Readonly<Record<string, string>>;
  /** From looking up the name to the last byte of the reply. */
  readonly timeoutMs: number;
  /** What is read of the reply. */
  readonly maxBytes: number;
  /** Private and loopback addresses as well. */
  readonly allowPrivate: boolean;
  /** Authority of the server's certificate, PEM; that of Node when missing. */
  readonly ca?: string | undefined;
}

/**
 * What became of a request. `not-sent` and `blocked`: the server has seen nothing of it. `unknown`: it may have arrived.
 * Messages hold no address, path, header or body.
 */
export type OutboundReply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** As far as it was read. */
      readonly text: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'blocked' | 'not-sent' | 'unknown'; readonly message: string };

/**
 * Sends JSON once: to an address that was checked before and is the one connected to, without following redirects, without
 * proxies, with a deadline and a bounded reply. Never throws.
 */
export async function sendRequest(
  target: OutboundTarget,
  body: string,
  signal?: AbortSignal,
  resolve?: ResolveName
): Promise<OutboundReply> {
  const deadline = AbortSignal.timeout(target.timeoutMs);
  const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
  try {
    const addresses = await orAborted(resolveHost(target.url.hostname, target.allowPrivate, resolve), stop);
    return await exchange(target, body, addresses, stop);
  } catch (error) {
    return { kind: error instanceof AddressRefused ? 'blocked' : 'not-sent', message: reasonOf(error) };
  }
}

function exchange(
  target: OutboundTarget,
  body: string,
  addresses: readonly HostAddress[],
  stop: AbortSignal
): Promise<OutboundReply> {
  return new Promise((resolve) => {
    let isSent = false;
    const fail = (error: unknown) => {
      const kind = error instanceof AddressRefused ? 'blocked' : isSent ? 'unknown' : 'not-sent';
      resolve({ kind, message: reasonOf(error) });
    };
    if (stop.aborted) {
      fail(stop.reason);
      return;
    }
    const request = open(target, body, addresses);
    const cut = () => void request.destroy(stop.reason as Error);
    stop.addEventListener('abort', cut, { once: true });
    request.on('close', () => stop.removeEventListener('abort', cut));
    request.on('error', fail);
    request.on('socket', (socket) => {
      socket.once('connect', () => {
        try {
          refuseUnlessAllowed(socket.remoteAddress ?? '', target.allowPrivate);
        } catch (error) {
          request.destroy(error as Error);
        }
      });
      socket.once(target.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => (isSent = true));
    });
    request.on('response', (response) => {
      void readBounded(response, target.maxBytes).then((text) => {
        const retryAfterSeconds = parseRetryAfter(response.headers['retry-after'], Date.now());
        resolve({
          kind: 'answered',
          status: response.statusCode ?? 0,
          text,
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        });
        request.destroy();
      });
    });
    request.end(body);
  });
}

function open(target: OutboundTarget, body: string, addresses: readonly HostAddress[]): ClientRequest {
  const { url, method, ca } = target;
  const options = {
    method,
    lookup: pinnedLookup(addresses),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/plain',
      'user-agent': 'causeway-executor',
      ...target.headers,
      'content-length': String(Buffer.byteLength(body)),
    },
  };
  return url.protocol === 'https:'
    ? httpsRequest(url, {
        ...options,
        agent: new HttpsAgent({ keepAlive: false, maxCachedSessions: 0 }),
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        ...(ca === undefined ? {} : { ca }),
      })
    : httpRequest(url, { ...options, agent: new HttpAgent({ keepAlive: false }) });
}

/** What arrives until the limit, the end, an error or the deadline: the status is known whatever becomes of the rest. */
function readBounded(response: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = () => resolve(Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8'));
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) {
        done();
        response.destroy();
      }
    });
    response.on('end', done);
    response.on('error', done);
    response.on('close', done);
  });
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Only names of errors: their messages can hold addresses. */
export function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused) {
    return error.message;
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return 'it took too long';
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return 'it was stopped';
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code !== undefined && /^[A-Z0-9_]{2,60}$/.test(code) ? `no connection (${code})` : 'no connection';
}
