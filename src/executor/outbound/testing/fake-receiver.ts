import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { selfSignedCertificate } from '../../../../tests/support/kubernetes/certificate.ts';

/** What a fake receiver got. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server on 127.0.0.1 that answers as a test wants. */
export interface FakeReceiver {
  readonly url: string;
  /** PEM of its own authority; empty without TLS. */
  readonly ca: string;
  readonly requests: readonly ReceivedRequest[];
  /** The next answers; the last one stays. */
  answer(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/** `hang`: takes the request and never answers. `cut`: takes it and closes the connection. */
export type Answer =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'cut'
  | 'endless';

export async function fakeReceiver({ tls = false }: { readonly tls?: boolean } = {}): Promise<FakeReceiver> {
  const { certificate, key } = tls ? selfSignedCertificate(Date.now()) : { certificate: '', key: '' };
  const requests: ReceivedRequest[] = [];
  let answers: readonly Answer[] = [{ status: 200, body: 'ok' }];
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      requests.push({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') });
      const [now, ...later] = answers;
      answers = later.length > 0 ? later : answers;
      reply(response, now ?? 'cut');
    });
  };
  const server = tls ? createHttps({ cert: certificate, key }, handle) : createHttp(handle);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    ca: certificate,
    requests,
    answer: (...wanted) => void (answers = wanted),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === 'cut') {
    response.socket?.destroy();
  } else if (answer === 'endless') {
    response.writeHead(200);
    const more = () => void (response.destroyed || response.write('x'.repeat(65_536), () => setImmediate(more)));
    more();
  } else if (answer !== 'hang') {
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body ?? '');
  }
}
