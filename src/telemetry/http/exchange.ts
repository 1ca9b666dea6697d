import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { PreparedConnection } from './connection.ts';

/** One request on the wire. */
export interface WireRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  /** Form-encoded body of a POST. */
  readonly form?: string;
}

/** One answer, read to the end. */
export interface WireReply {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/** Thrown when an answer passes the limit; the connection is closed at that moment. */
export class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

/**
 * Sends one request and reads the whole answer, at most `maxResponseBytes` after decompression.
 * Node's own client is used because `fetch` cannot be given a private CA without another package.
 * @throws ResponseTooLarge, or the error of the socket, TLS, zlib or the abort
 */
export async function exchange(
  connection: PreparedConnection,
  wire: WireRequest,
  signal: AbortSignal
): Promise<WireReply> {
  const response = await open(connection, wire, signal);
  const encoding = response.headers['content-encoding'];
  const body = await readBody(response, encoding === 'gzip', connection.maxResponseBytes, signal);
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    location: response.headers.location,
    retryAfter: response.headers['retry-after'],
    body,
  };
}

function open(connection: PreparedConnection, wire: WireRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const secure = wire.url.protocol === 'https:';
  const headers: Record<string, string | number> = {
    ...connection.headers,
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': 'causeway',
  };
  if (wire.form !== undefined) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    headers['content-length'] = Buffer.byteLength(wire.form);
  }
  return new Promise((resolve, reject) => {
    const options = { method: wire.method, headers, signal, ...(connection.agent ? { agent: connection.agent } : {}) };
    const request = (secure ? requestHttps : requestHttp)(wire.url, options, resolve);
    request.on('error', reject);
    request.end(wire.form);
  });
}

async function readBody(
  response: IncomingMessage,
  compressed: boolean,
  limit: number,
  signal: AbortSignal
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > limit) {
        throw new ResponseTooLarge(`more than ${limit} bytes`);
      }
      chunks.push(chunk);
    }
  };
  await (compressed
    ? pipeline(response, createGunzip(), collect, { signal })
    : pipeline(response, collect, { signal }));
  return Buffer.concat(chunks, size);
}
