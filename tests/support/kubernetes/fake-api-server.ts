import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ApiError, statusOf } from './api-error.ts';
import { selfSignedCertificate } from './certificate.ts';
import { reconcile } from './controllers.ts';
import type { Fault } from './faults.ts';
import { Faults } from './faults.ts';
import { ObjectStore } from './object-store.ts';
import type { ServerState } from './request-handler.ts';
import { handle } from './request-handler.ts';
import { resourceOf } from './resource-table.ts';

/** A call that arrived, for tests that count. */
export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly dryRun: boolean;
  /** Of the answer; undefined until the server is done with it. What was carried out has one below 300, whether it was read or not. */
  code?: number;
}

/** A running fake of the Kubernetes API: TLS on 127.0.0.1, state in memory. */
export interface FakeApiServer {
  readonly url: string;
  /** Credential of an administrator, as the text of a kubeconfig. */
  readonly kubeconfig: string;
  readonly adminToken: string;
  readonly store: ObjectStore;
  readonly faults: Faults;
  readonly calls: readonly ReceivedCall[];
  stop(): Promise<void>;
}

/** Between two passes of the controllers. */
const PASS_MS = 4;
/** Between two looks at rollouts that wait. */
const LATE_MS = 200;
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Starts a fake with one node and the namespace `default`. */
export async function startFakeApiServer(): Promise<FakeApiServer> {
  const { certificate, key } = selfSignedCertificate(Date.now());
  let timer: NodeJS.Timeout | undefined;
  let passes = 0;
  const schedule = (delayMs = PASS_MS) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      passes += 1;
      if (reconcile(store, Date.now())) {
        schedule(LATE_MS);
      }
    }, delayMs);
  };
  const store = new ObjectStore(() => schedule());
  const adminToken = 'fake-admin-token-0123456789';
  const state: ServerState = { store, tokens: new Map([[adminToken, { name: 'admin', admin: true }]]) };
  const faults = new Faults();
  const calls: ReceivedCall[] = [];
  for (const name of ['default', 'kube-system']) {
    store.create(resourceOf('Namespace'), { metadata: { name }, status: { phase: 'Active' } });
  }
  store.create(resourceOf('Node'), {
    metadata: { name: 'fake-node' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const server = createServer({ cert: certificate, key }, (request, response) => {
    void serve(state, faults, calls, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: kubeconfigText(url, certificate, adminToken),
    adminToken,
    store,
    faults,
    calls,
    stop: async () => {
      clearTimeout(timer);
      timer = setTimeout(() => undefined, 0);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Text of a kubeconfig with one token. */
export function kubeconfigText(url: string, certificate: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'fake',
    clusters: [
      {
        name: 'fake',
        cluster: { server: url, 'certificate-authority-data': Buffer.from(certificate).toString('base64') },
      },
    ],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'user' } }],
  });
}

async function serve(
  state: ServerState,
  faults: Faults,
  calls: ReceivedCall[],
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://fake');
  const method = request.method ?? 'GET';
  let fault: Fault | undefined;
  let call: ReceivedCall | undefined;
  try {
    const text = await readBody(request);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const dryRun = searchParams.get('dryRun') === 'All' || text.includes('"dryRun":["All"]');
    calls.push((call = { method, path: pathname, dryRun }));
    fault = faults.take(method, pathname);
    if (fault && isBefore(fault)) {
      inflict(fault, request, response);
      return;
    }
    const user = authenticate(state, request);
    const contentType = (request.headers['content-type'] ?? '').split(';')[0] ?? '';
    const answer = handle(state, { method, pathname, query: searchParams, contentType, body, user });
    call.code = answer.code;
    if (fault) {
      inflict(fault, request, response, answer.body);
      return;
    }
    send(response, answer.code, answer.body);
  } catch (error) {
    if (fault) {
      faults.giveBack(fault);
    }
    const refusal = error instanceof ApiError ? error : new ApiError(500, 'InternalError', String(error));
    if (refusal.reason === '') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
    } else {
      send(response, refusal.code, statusOf(refusal));
    }
  }
}

function isBefore(fault: Fault): boolean {
  return fault.kind === 'status' ? fault.after !== true : /^(conflict|reset-before|hang)$/.test(fault.kind);
}

function inflict(fault: Fault, request: IncomingMessage, response: ServerResponse, body?: unknown): void {
  switch (fault.kind) {
    case 'status': {
      const { code, retryAfterSeconds: seconds } = fault;
      const error = new ApiError(code, code === 429 ? 'TooManyRequests' : 'InternalError', `fault ${code}`);
      send(response, code, statusOf(error), seconds === undefined ? {} : { 'retry-after': String(seconds) });
      return;
    }
    case 'conflict':
      send(response, 409, statusOf(new ApiError(409, 'Conflict', 'the object has been modified', {})));
      return;
    case 'reset-before':
    case 'reset-after':
      request.socket.destroy();
      return;
    case 'hang':
    case 'hang-after':
      return;
    case 'slow-body':
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"slow":');
      setTimeout(() => response.end(`${JSON.stringify(body)}}`), fault.milliseconds).unref();
      return;
    case 'endless-body': {
      response.writeHead(200, { 'content-type': 'application/json' }).write('"');
      const pour = setInterval(() => response.write('x'.repeat(1024 * 1024)), 10).unref();
      response.once('close', () => clearInterval(pour));
    }
  }
}

function authenticate({ tokens }: ServerState, request: IncomingMessage) {
  const header = request.headers.authorization;
  if (header === undefined) {
    return { name: 'system:anonymous', admin: false };
  }
  const user = tokens.get(header.replace(/^Bearer /, ''));
  if (!user) {
    throw new ApiError(401, 'Unauthorized', 'Unauthorized');
  }
  return user;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).byteLength;
    if (size > MAX_BODY_BYTES) {
      throw new ApiError(413, 'RequestEntityTooLarge', 'limit is 3145728');
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, code: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
