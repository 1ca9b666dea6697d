import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { StoreHandler } from '../store/index.ts';
import { ShopError } from '../shop/index.ts';
import { sendError } from './http-io.ts';
import type { ShopHandler } from './shop-routes.ts';

/** What the world serves. */
export interface WorldHandlers {
  readonly shop: ShopHandler;
  /** The store's three APIs; absent where telemetry goes elsewhere. */
  readonly store?: StoreHandler;
  /** Text for `GET /metrics`. */
  readonly metrics: () => string;
  /** Told about failures that are not the caller's. */
  readonly onError: (error: unknown) => void;
}

/** Serves the control API below `/shop/v1`, the store, `/metrics` and `/healthz` on one port. */
export function createWorldServer(handlers: WorldHandlers): Server {
  const server = createServer((request, response) => {
    void answer(handlers, request, response).catch((error: unknown) => {
      if (!(error instanceof ShopError)) {
        handlers.onError(error);
      }
      sendError(response, error);
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  return server;
}

async function answer(handlers: WorldHandlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = parseUrl(request.url);
  const { pathname } = url;
  if (pathname.startsWith('/shop/v1/')) {
    return handlers.shop(request, response, url);
  }
  if (pathname === '/metrics' && request.method === 'GET') {
    return sendText(response, handlers.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
  }
  if (pathname === '/healthz' && request.method === 'GET') {
    return sendText(response, 'ok\n', 'text/plain; charset=utf-8');
  }
  if (handlers.store && (await handlers.store(request, response, pathname))) {
    return;
  }
  throw new ShopError('SHOP_NOT_FOUND');
}

function parseUrl(target: string | undefined): URL {
  const url = URL.parse(target ?? '/', 'http://world.invalid');
  if (!url) {
    throw new ShopError('SHOP_NOT_FOUND');
  }
  return url;
}

function sendText(response: ServerResponse, text: string, type: string): void {
  const bytes = Buffer.from(text, 'utf8');
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
  response.end(bytes);
}
