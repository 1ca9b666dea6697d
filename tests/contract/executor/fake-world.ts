import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Moments at which a test can stop the executor, seen from the platform. */
export type Boundary =
  'read' | 'dry-run' | 'before-effect' | 'after-effect' | 'operation' | 'before-undo' | 'after-undo' | 'query';

/** A platform and a Prometheus on one port, counting what truly happened. */
export interface FakeWorld {
  readonly url: string;
  /** Effects by operation id, in order. */
  readonly effects: string[];
  /** Ways back, by operation id, in order. */
  readonly undone: string[];
  /** The state of the target that matters. */
  spec: Readonly<Record<string, unknown>>;
  /** What every check measures. */
  value: string;
  /** Called at every boundary; the answer waits for it. */
  onBoundary: (boundary: Boundary) => void | Promise<void>;
  close(): Promise<void>;
}

interface ActionRequest {
  readonly action: string;
  readonly parameters: object;
  readonly operationId: string;
  readonly expectedVersion: string;
  readonly dryRun: boolean;
}

/**
 * @param guarded whether the platform honours operation ids and expected versions. Without, it performs whatever arrives:
 *   the negative control that shows that effects are really counted.
 */
export async function startFakeWorld(guarded = true): Promise<FakeWorld> {
  const effects: string[] = [];
  const undone: string[] = [];
  let mark: string | undefined;
  const answered = new Map<string, object>();
  let version = 1;
  const world = {
    effects,
    undone,
    spec: { replicas: 2 },
    value: '0.1',
    onBoundary: () => {},
  } as unknown as FakeWorld & { url: string };

  const act = async (request: ActionRequest) => {
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
    world.spec = { ...world.spec, ...request.parameters, action: request.action };
    mark = request.operationId;
    const body = { applied: true, diff: '2 -> 5', version: String(version), message: 'scaled' };
    if (guarded) {
      answered.set(request.operationId, body);
    }
    await world.onBoundary('after-effect');
    return { status: 200, body };
  };
  const restore = async (request: Pick<ActionRequest, 'operationId' | 'expectedVersion'> & Pick<FakeWorld, 'spec'>) => {
    await world.onBoundary('before-undo');
    if (guarded && request.expectedVersion !== String(version)) {
      return { status: 409, body: { message: 'version differs' } };
    }
    undone.push(request.operationId);
    version += 1;
    world.spec = request.spec;
    mark = guarded ? request.operationId : mark;
    await world.onBoundary('after-undo');
    return { status: 200, body: { applied: true, diff: '5 -> 2', version: String(version), message: 'restored' } };
  };
  const answer = async (request: IncomingMessage, text: string) => {
    if (request.url?.startsWith('/shop/v1/platform/targets/')) {
      await world.onBoundary('read');
      return { status: 200, body: { uid: 'u1', version: String(version), spec: world.spec, operationId: mark } };
    }
    if (request.url?.startsWith('/shop/v1/platform/actions')) {
      return act(JSON.parse(text));
    }
    if (request.url?.startsWith('/shop/v1/platform/restore')) {
      return restore(JSON.parse(text));
    }
    if (request.url?.startsWith('/shop/v1/platform/operations/')) {
      await world.onBoundary('operation');
      const known = answered.get(decodeURIComponent(request.url.split('/').at(-1) ?? ''));
      return known ? { status: 200, body: known } : { status: 404, body: { message: 'never performed' } };
    }
    await world.onBoundary('query');
    const result = [{ metric: {}, value: [Date.now() / 1000, world.value] }];
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
