import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to the Messages API as the server saw it. */
export interface SeenCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly max_tokens: number;
    readonly system: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
  };
}

/** A local server that speaks the Messages API, or whatever a test wants instead. */
export interface MessagesServer {
  readonly url: string;
  readonly seen: readonly SeenCall[];
  behave(behaviour: (response: ServerResponse, call: number) => void): void;
  close(): Promise<void>;
}

export async function startMessagesServer(): Promise<MessagesServer> {
  const seen: SeenCall[] = [];
  let current: (response: ServerResponse, call: number) => void = () => undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as SeenCall['body'];
      seen.push({ path: request.url ?? '', headers: request.headers, body });
      current(response, seen.length);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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

export function sendJson(response: ServerResponse, body: unknown, status = 200, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A message in the form of the Messages API. */
export function message(text: string, fields: object = {}): object {
  return {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'test-model-1',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 900, output_tokens: 80 },
    ...fields,
  };
}

/** An error in the form of the Messages API. */
export function apiError(type: string): object {
  return { type: 'error', error: { type, message: `${type} for key sk-test-key` } };
}
