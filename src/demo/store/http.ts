import type { IncomingMessage, ServerResponse } from 'node:http';
import { StoreError } from './errors.ts';
import type { StoreReply, StoreRequest } from './http-io.ts';
import { readRequest, sendReply, textReply } from './http-io.ts';
import { serveLoki } from './logql/api.ts';
import { servePrometheus } from './promql/api.ts';
import type { EmbeddedStore } from './store.ts';
import { serveTempo } from './traceql/api.ts';

/**
 * Answers a request of one of the three APIs. Resolves to false, with nothing sent, when the path is not below
 * `/prometheus`, `/loki` or `/tempo`; so that other routes can live on the same server.
 *
 * @param pathname path of the request without query. Default: that of `request.url`
 */
export type StoreHandler = (request: IncomingMessage, response: ServerResponse, pathname?: string) => Promise<boolean>;

type Api = (request: StoreRequest) => StoreReply;

/** Mounts the store's three APIs below `/prometheus`, `/loki` and `/tempo`. Never rejects. */
export function createStoreHandler(store: EmbeddedStore): StoreHandler {
  const apis: ReadonlyMap<string, Api> = new Map<string, Api>([
    [
      '/prometheus',
      (request) => servePrometheus({ tsdb: store.metrics, engine: store.promql, now: store.now }, request),
    ],
    ['/loki', (request) => serveLoki({ logs: store.logLines, now: store.now }, request)],
    ['/tempo', (request) => serveTempo({ traces: store.traces, now: store.now }, request)],
  ]);
  return async (request, response, pathname = (request.url ?? '/').replace(/[?#].*$/s, '')) => {
    const prefix = /^\/[^/]*/.exec(pathname)?.[0] ?? '/';
    const api = apis.get(prefix);
    if (api === undefined) {
      return false;
    }
    sendReply(request, response, await answer(api, request, pathname.slice(prefix.length)));
    return true;
  };
}

async function answer(api: Api, request: IncomingMessage, path: string): Promise<StoreReply> {
  try {
    return api(await readRequest(request, path));
  } catch (error) {
    const tooLarge = error instanceof StoreError && error.code === 'STORE_BODY_TOO_LARGE';
    return textReply(tooLarge ? 413 : 500, `${error instanceof Error ? error.message : 'internal error'}\n`);
  }
}
