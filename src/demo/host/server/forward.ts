import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { pipeline } from 'node:stream';
import { HostError } from './errors.ts';
import type { Exchange } from './http.ts';

/** Headers that belong to one connection, or that the other side must not see. */
const DROPPED = new Set([
  'connection',
  'cookie',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const DEADLINE_MS = 60_000;

/** Headers without those of the connection and without cookies. */
export function withoutConnectionHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !DROPPED.has(name.toLowerCase())));
}

/** A request to pass on. */
export interface Forwarding {
  readonly url: URL;
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  /** Who answers, for the error message. */
  readonly upstream: string;
}

/**
 * Passes a request on and streams the answer back.
 * @throws HostError when nobody answers in time
 */
export async function forward(exchange: Exchange, forwarding: Forwarding): Promise<void> {
  const answer = await ask(forwarding, exchange.signal);
  const headers = withoutConnectionHeaders(answer.headers);
  exchange.response.writeHead(answer.statusCode ?? 502, { ...headers, 'X-Content-Type-Options': 'nosniff' });
  await new Promise<void>((resolve) => pipeline(answer, exchange.response, () => resolve()));
}

function ask(forwarding: Forwarding, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, method, headers, body, upstream } = forwarding;
  const failed = (cause: unknown): HostError =>
    new HostError('CAUSEWAY_HOST_UPSTREAM', `${upstream} does not answer at ${url.origin}`, { cause });
  return new Promise((resolve, reject) => {
    const length = body.length > 0 || method !== 'GET' ? { 'Content-Length': body.length } : {};
    const outgoing = httpRequest(url, { method, headers: { ...headers, ...length }, signal });
    const timer = setTimeout(() => outgoing.destroy(new Error('deadline')), DEADLINE_MS);
    outgoing.once('response', (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    outgoing.once('error', (cause) => {
      clearTimeout(timer);
      reject(failed(cause));
    });
    outgoing.end(body);
  });
}
