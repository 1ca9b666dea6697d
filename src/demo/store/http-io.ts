import type { IncomingMessage, ServerResponse } from 'node:http';
import { StoreError } from './errors.ts';

const MAX_BODY_BYTES = 1_048_576;
/** A body is read on to this length, so that its sender gets the refusal instead of a reset connection. */
const MAX_DRAINED_BYTES = 16_777_216;

/** A request as the three APIs see it: path below their prefix, and parameters of address and form body together. */
export interface StoreRequest {
  readonly method: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly accept: string;
}

/** A reply with its complete body. */
export interface StoreReply {
  readonly status: number;
  /** `''` sends no media type. */
  readonly contentType: string;
  readonly body: string;
}

/** A JSON reply from text that is already JSON. */
export function jsonReply(status: number, body: string): StoreReply {
  return { status, contentType: 'application/json', body };
}

/** A plain text reply. */
export function textReply(status: number, body: string): StoreReply {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

/**
 * Reads parameters; a form body adds to those of the address and goes first, as in Go's `Request.Form`.
 * @throws StoreError STORE_BODY_TOO_LARGE above 1 MiB
 */
export async function readRequest(request: IncomingMessage, path: string): Promise<StoreRequest> {
  const searchParams = new URLSearchParams((request.url ?? '').replace(/^[^?]*\??/, ''));
  const method = request.method ?? 'GET';
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const params = new URLSearchParams(method === 'POST' && isForm ? await readBody(request) : '');
  for (const [name, value] of searchParams) {
    params.append(name, value);
  }
  return { method, path, params, accept: request.headers.accept ?? '' };
}

/** Sends a reply; HEAD gets no body. */
export function sendReply(request: IncomingMessage, response: ServerResponse, reply: StoreReply): void {
  const body = Buffer.from(reply.body, 'utf8');
  response.writeHead(reply.status, {
    ...(reply.contentType === '' ? {} : { 'content-type': reply.contentType }),
    'content-length': body.length,
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= MAX_BODY_BYTES) {
      parts.push(part);
    } else if (length > MAX_DRAINED_BYTES) {
      break;
    }
  }
  if (length > MAX_BODY_BYTES) {
    throw new StoreError('STORE_BODY_TOO_LARGE');
  }
  return Buffer.concat(parts).toString('utf8');
}
