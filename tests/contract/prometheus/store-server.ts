import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmbeddedStore } from '../../../src/demo/store/index.ts';
import { createStoreHandler } from '../../../src/demo/store/index.ts';
import type { FixtureSeries } from './fixture-series.ts';
import { START_SECONDS } from './fixture-series.ts';

/** The store behind its HTTP handler on loopback. `url` has no prefix. */
export interface StoreServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves a store. */
export async function serveStore(store: EmbeddedStore): Promise<StoreServer> {
  const handle = createStoreHandler(store);
  const server = createServer((request, response) => {
    void handle(request, response).then((handled) => {
      if (!handled) {
        response.writeHead(404).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes the data set to the store, time by time. */
export function loadSeries(store: EmbeddedStore, series: readonly FixtureSeries[]): void {
  const byTime = new Map<number, Map<number, number | 'stale'>>();
  for (const { labels, samples } of series) {
    const { __name__: name = '', ...rest } = labels;
    const handle = store.register({ name, type: 'gauge', labels: rest });
    for (const [offset, value] of samples) {
      const atMs = (START_SECONDS + offset) * 1000;
      const slot = byTime.get(atMs) ?? new Map<number, number | 'stale'>();
      byTime.set(atMs, slot);
      slot.set(handle, value);
    }
  }
  for (const [atMs, samples] of [...byTime].sort(([a], [b]) => a - b)) {
    store.metrics.append(atMs, samples);
  }
}
