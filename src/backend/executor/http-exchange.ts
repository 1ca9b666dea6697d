import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';

/** One request of text and its answer, bounded in time and size. */
export interface ExchangeRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly maxResponseBytes: number;
}

/** Status and text of an answer. */
export interface ExchangeReply {
  readonly status: number;
  readonly text: string;
}

/** Sends requests over one agent, so that a private CA can be trusted; the global fetch cannot take one. */
export function createExchange(caPem: string | undefined): (request: ExchangeRequest) => Promise<ExchangeReply> {
  const secure = new SecureAgent({ keepAlive: true, ...(caPem ? { ca: caPem } : {}) });
  const plain = new Agent({ keepAlive: true });
  return async ({ url, method, headers, body, signal, maxResponseBytes }) => {
    const https = url.protocol === 'https:';
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, signal };
      const outgoing = https
        ? httpsRequest(url, { ...options, agent: secure }, resolve)
        : httpRequest(url, { ...options, agent: plain }, resolve);
      outgoing.once('error', reject);
      outgoing.end(body);
    });
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of reply as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > maxResponseBytes) {
        reply.destroy();
        throw new RangeError(`the answer is larger than ${maxResponseBytes} bytes`);
      }
      parts.push(part);
    }
    return { status: reply.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') };
  };
}
