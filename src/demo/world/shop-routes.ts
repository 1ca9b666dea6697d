import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FAULT_CATALOGUE } from '../faults/index.ts';
import { invalid, parseActionRequest, parseRestoreRequest, parseTarget, ShopError } from '../shop/index.ts';
import { numberField, readJson, sendJson } from './http-io.ts';
import { describeState } from './state-view.ts';
import type { World } from './world-runner.ts';

const MAX_ADVANCE_SECONDS = 86_400;
const MAX_FAULT_SECONDS = 86_400;

interface Call {
  readonly request: IncomingMessage;
  readonly url: URL;
  /** Parts of the path that the pattern captured, decoded. */
  readonly captures: readonly string[];
}

type Route = readonly [method: string, pattern: RegExp, answer: (call: Call) => unknown];

/** Answers a request below `/shop/v1`; rejects with a ShopError when it is refused. */
export type ShopHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** What the control API allows. */
export interface ShopHandlerOptions {
  /** The platform API is off without it. */
  readonly platformToken: string | undefined;
  /** Refuses to change the clock. */
  readonly realTimeOnly?: boolean;
}

/** The control API of the shop, and the platform API for the executor (which needs the token). */
export function createShopHandler(world: World, options: ShopHandlerOptions): ShopHandler {
  const routes = [
    ...clockRoutes(world, options.realTimeOnly ?? false),
    ...faultRoutes(world),
    ...platformRoutes(world, options.platformToken),
  ];
  return async (request, response, url) => {
    const path = url.pathname.slice('/shop/v1'.length);
    const matching = routes.filter(([, pattern]) => pattern.test(path));
    const route = matching.find(([method]) => method === request.method);
    if (!route) {
      if (matching.length === 0) {
        throw new ShopError('SHOP_NOT_FOUND');
      }
      response.setHeader('allow', matching.map(([method]) => method).join(', '));
      throw new ShopError('SHOP_METHOD_NOT_ALLOWED');
    }
    const captures = (route[1].exec(path) ?? []).slice(1).map(decode);
    sendJson(response, 200, await route[2]({ request, url, captures }));
  };
}

function clockRoutes(world: World, realTimeOnly: boolean): readonly Route[] {
  const view = () => ({ nowMs: world.clock.now(), speed: world.clock.speed });
  const change = (): void => {
    if (realTimeOnly) {
      throw new ShopError('SHOP_CLOCK_FIXED');
    }
  };
  return [
    ['GET', /^\/clock$/, view],
    [
      'PUT',
      /^\/clock$/,
      async ({ request }) => {
        change();
        world.clock.setSpeed(numberField(await readJson(request), 'speed', 0, 600));
        return view();
      },
    ],
    [
      'POST',
      /^\/clock\/advance$/,
      async ({ request }) => {
        change();
        await world.advance(numberField(await readJson(request), 'seconds', 0, MAX_ADVANCE_SECONDS));
        return view();
      },
    ],
    ['GET', /^\/state$/, () => describeState(world)],
  ];
}

function faultRoutes(world: World): readonly Route[] {
  const view = () => ({
    catalogue: FAULT_CATALOGUE.map(({ id, title, description, causes, symptom, fault }) => ({
      id,
      title,
      description,
      causes,
      symptom,
      fault,
    })),
    active: world.faults.active,
  });
  return [
    ['GET', /^\/faults$/, view],
    ['POST', /^\/faults$/, async ({ request }) => injectFault(world, await readJson(request))],
    [
      'DELETE',
      /^\/faults$/,
      () => {
        world.faults.reset();
        return view();
      },
    ],
    [
      'DELETE',
      /^\/faults\/([^/]+)$/,
      ({ captures }) => {
        world.faults.end(captures[0] ?? '');
        return view();
      },
    ],
  ];
}

function injectFault(world: World, body: Readonly<Record<string, unknown>>): unknown {
  if (typeof body.fault !== 'string') {
    throw invalid('fault', 'the id of a fault');
  }
  const intensity = body.intensity === undefined ? 1 : numberField(body, 'intensity', 0.1, 2);
  const seconds =
    body.durationSeconds === undefined || body.durationSeconds === null
      ? undefined
      : numberField(body, 'durationSeconds', 1, MAX_FAULT_SECONDS);
  const { id, fault, startedMs, endsMs } = world.faults.inject(body.fault, intensity, world.clock.now(), seconds);
  return { id, fault, intensity, startedMs, endsMs };
}

function platformRoutes(world: World, token: string | undefined): readonly Route[] {
  return [
    [
      'GET',
      /^\/platform\/targets\/([^/]+)\/([^/]+)$/,
      ({ request, url, captures: [kind, name] }) => {
        authorise(request, token);
        const peer = url.searchParams.get('peer') ?? undefined;
        return world.platform.read(parseTarget({ kind, name, peer }));
      },
    ],
    [
      'POST',
      /^\/platform\/actions$/,
      async ({ request }) => {
        authorise(request, token);
        return world.platform.act(parseActionRequest(await readJson(request)), world.clock.now());
      },
    ],
    [
      'GET',
      /^\/platform\/operations\/([^/]+)$/,
      ({ request, captures: [id = ''] }) => {
        authorise(request, token);
        const reply = world.platform.operation(id);
        if (!reply) {
          throw new ShopError('SHOP_OPERATION_UNKNOWN');
        }
        return reply;
      },
    ],
    [
      'POST',
      /^\/platform\/restore$/,
      async ({ request }) => {
        authorise(request, token);
        return world.platform.restore(parseRestoreRequest(await readJson(request)), world.clock.now());
      },
    ],
  ];
}

function authorise(request: IncomingMessage, token: string | undefined): void {
  if (token === undefined) {
    throw new ShopError('SHOP_PLATFORM_DISABLED');
  }
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new ShopError('SHOP_UNAUTHORISED');
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
