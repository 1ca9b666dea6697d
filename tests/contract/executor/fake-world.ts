import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Moments at which a test can stop the executor, seen from the platform. */
export type Boundary = 'read' | 'dry-run' | 'before-effect' | 'after-effect' | 'query';

/** A platform and a Prometheus on one port, counting what truly happened. */
export interface FakeWorld {
  readonly url: string;
  /** Effects by operation id, in order. */
  readonly effects: string[];
  /** Called at every boundary; the answer waits for it. */
  onBoundary: (boundary: Boundary) => void | Promise<void>;
  close(): Promise<void>;
}

/**
 * @param guarded whether the platform honours operation ids and expected versions. Without, it performs whatever arrives:
 *   the negative control that shows that effects are really counted.
 */
export async function startFakeWorld(guarded = true): Promise<FakeWorld> {
  const effects: string[] = [];
  const answered = new Map<string, object>();
  let version = 1;
  const world = { effects, onBoundary: () => {} } as unknown as FakeWorld & { url: string };

  const act = async (request: { operationId: string; expectedVersion: string; dryRun: boolean }) => {
    if (request.dryRun) {
      await world.onBoundary('dry-run');
      return { status: 200, body: { applied: false, diff: `version ${request.expectedVersion}: 2 -> 5`, version } };
    }
    await world.onBoundary('before-effect');
    const known = answered.get(request.operationId);
    if (guarded && known) {
      return { status: 200, body: known };
    }
    if (guarded && request.expectedVersion !== String(version)) {
      return { status: 409, body: { message: 'version differs' } };
    }
    effects.push(request.operationId);
    version += guarded ? 1 : 0;
    const body = { applied: true, diff: '2 -> 5', version: String(version), message: 'scaled' };
    answered.set(request.operationId, body);
    await world.onBoundary('after-effect');
    return { status: 200, body };
  };
  const answer = async (request: IncomingMessage, text: string) => {
    if (request.url?.startsWith('/shop/v1/platform/targets/')) {
      await world.onBoundary('read');
      return { status: 200, body: { uid: 'u1', version: String(version), spec: { replicas: 2 } } };
    }
    if (request.url?.startsWith('/shop/v1/platform/actions')) {
      return act(JSON.parse(text));
    }
    await world.onBoundary('query');
    const result = [{ metric: {}, value: [Date.now() / 1000, '0.1'] }];
    return { status: 200, body: { status: 'success', data: { resultType: 'vector', result } } };
  };
  const server = createServer((request, response) => void reply(request, response, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(world, { url: addressOf(server), close: () => closeServer(server) });
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: IncomingMessage, text: string) => Promise<{ status: number; body: object }>
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const { status, body } = await answer(request, Buffer.concat(chunks).toString());
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
