import type { IncomingMessage, ServerResponse } from 'node:http';
import { HostError } from './errors.ts';
import { type DemoPerson, findPerson } from './identity.ts';

/** Largest request body that is read. */
const MAX_BODY_BYTES = 1024 * 1024;

/** One request on its way through the server. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Path as sent, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly person: DemoPerson;
  /** Aborts when the browser goes away. */
  readonly signal: AbortSignal;
}

/** Reads what every handler needs. */
export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const url = new URL(request.url ?? '/', 'http://host.invalid');
  const abort = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) {
      abort.abort();
    }
  });
  return {
    request,
    response,
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    person: findPerson(request.headers.cookie),
    signal: abort.signal,
  };
}

/** Reads the whole body. @throws HostError above the limit */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) {
      throw new HostError('CAUSEWAY_HOST_TOO_LARGE', `The request is larger than ${MAX_BODY_BYTES} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Reads a JSON body. @throws HostError when it is none */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request)).toString('utf8');
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch (cause) {
    throw new HostError('CAUSEWAY_HOST_BAD_REQUEST', 'body: not JSON', { cause });
  }
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Answers with an error; one that came after the headers can only cut the answer off. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof HostError
      ? error
      : new HostError('CAUSEWAY_HOST_UPSTREAM', error instanceof Error ? error.message : String(error));
  sendJson(response, known.toBody(), known.status);
}

/**
 * Refuses requests that another website could make the browser send: an unknown Host (DNS rebinding), or a change that
 * comes from another origin.
 */
export function guardOrigin(request: IncomingMessage, port: number): void {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const { host, origin } = request.headers;
  if (!host || !hosts.includes(host.toLowerCase())) {
    throw new HostError('CAUSEWAY_HOST_FORBIDDEN_HOST', 'The demo answers on the loopback address only');
  }
  const isChange = request.method !== 'GET' && request.method !== 'HEAD';
  const isForeign = origin !== undefined && !hosts.some((known) => origin === `http://${known}`);
  if (isChange && (isForeign || request.headers['sec-fetch-site'] === 'cross-site')) {
    throw new HostError('CAUSEWAY_HOST_CROSS_SITE', 'Another website tried to change something in the demo');
  }
}
