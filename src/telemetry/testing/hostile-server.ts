import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as the server saw it. */
interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers one request in any way it likes, also wrongly or never. */
export type Behaviour = (request: SeenRequest, response: ServerResponse) => void;

/** A server on a free port of this machine that does what the test wants. */
export interface HostileServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

export async function startHostileServer(tls?: { key: string; cert: string }): Promise<HostileServer> {
  const seen: SeenRequest[] = [];
  let current: Behaviour = (_, response) => sendJson(response, {});
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://server');
      const body = Buffer.concat(chunks).toString();
      const record = {
        method: request.method ?? '',
        path: url.pathname,
        parameters: request.method === 'POST' ? new URLSearchParams(body) : url.searchParams,
        headers: request.headers,
        body,
      };
      seen.push(record);
      current(record, response);
    });
  };
  const server = tls ? createSecureServer(tls, handle) : createServer(handle);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://localhost:${port}`,
    seen,
    behave: (behaviour) => {
      current = behaviour;
      seen.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

export function sendText(response: ServerResponse, body: string, contentType: string, status = 200): void {
  response.writeHead(status, { 'content-type': contentType });
  response.end(body);
}

/** A good Prometheus envelope. */
export function success(data: unknown, extra: object = {}): object {
  return { status: 'success', data, ...extra };
}

/** A good range answer. */
export function matrix(...series: readonly { metric: object; values: readonly unknown[] }[]): object {
  return success({ resultType: 'matrix', result: series });
}
