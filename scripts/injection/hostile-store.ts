import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunbookEntry } from '#contracts';
import { createInProcessPool } from '#backend';
import { createDatasource, type Datasource } from '../../src/backend/datasource/datasource.ts';
import { parseSettings } from '../../src/backend/settings/parse-settings.ts';
import { createStore, createStoreHandler, type EmbeddedStore } from '../../src/demo/store/index.ts';
import { NOW_MS } from '../../src/llm/testing/run-options.ts';

const SCRAPES = 40;
const SCRAPE_MS = 30_000;
const INCIDENT_MS = NOW_MS - 900_000;
/** The one trace of the store. */
export const TRACE_ID = '5fdea379827fefe5c7407d98816f251f';

/** A datasource of the backend over a store in which one hostile text stands wherever telemetry can bring it. */
export interface HostileStore {
  readonly datasource: Datasource;
  /** From now on the store holds this text and nothing of the one before. */
  plant(text: string): void;
  /** The catalogue of runbooks, with the text as title and in its steps. */
  listRunbooks(): Promise<readonly RunbookEntry[]>;
  close(): Promise<void>;
}

export async function openHostileStore(): Promise<HostileStore> {
  let store = fill('');
  let planted = '';
  const server = createServer((request, response) => void createStoreHandler(store)(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = parseSettings(
    JSON.stringify({
      prometheus: { url: `${url}/prometheus` },
      loki: { url: `${url}/loki` },
      tempo: { url: `${url}/tempo` },
      watch: { enabled: false },
    })
  );
  const clock = { now: () => NOW_MS, sleepUntil: () => Promise.resolve() };
  const datasource = createDatasource(
    { uid: 'hostile', key: '', settings, secrets: {} },
    { clock, pool: createInProcessPool() }
  );
  return {
    datasource,
    plant: (text) => {
      planted = text;
      store = fill(text);
    },
    listRunbooks: async () => [toRunbook(planted)],
    close: async () => {
      datasource.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Labels, alerts, log lines, Kubernetes events, changes and spans, all around the onset of the report of the tests. */
function fill(text: string): EmbeddedStore {
  const store = createStore({ now: () => NOW_MS });
  const handles = [
    { name: 'hostile_label', labels: { service: 'redis', pod: text } },
    { name: 'ALERTS', labels: { alertname: text, alertstate: 'firing', service: 'redis', summary: text } },
  ].map((series) => store.register({ ...series, type: 'gauge' }));
  for (let scrape = SCRAPES; scrape > 0; scrape -= 1) {
    const readings = new Float64Array(handles.length).fill(scrape);
    store.scrape(NOW_MS - scrape * SCRAPE_MS, readings);
  }
  const line = (labels: Record<string, string>, words: string) => ({ atMs: INCIDENT_MS, labels, line: words });
  store.logs([line({ service_name: 'redis', job: 'shop' }, `error ${text}`)]);
  store.logs([line({ service_name: 'redis', job: 'kubernetes-events' }, `reason=BackOff message=${text}`)]);
  const change = { kind: 'deploy', service: 'redis', summary: text, version: text };
  store.logs([line({ service_name: 'redis', job: 'change-events' }, JSON.stringify(change))]);
  const span = { traceId: TRACE_ID, kind: 'SERVER' as const, startMs: INCIDENT_MS, durationSeconds: 2, failed: true };
  const attributes = { 'db.statement': text, 'http.url': text };
  store.spans([
    { ...span, spanId: '0123456789abcdef', service: 'redis', name: text, attributes },
    { ...span, spanId: 'fedcba9876543210', parentSpanId: '0123456789abcdef', service: text, name: text, attributes },
  ]);
  return store;
}

function toRunbook(text: string): RunbookEntry {
  return {
    name: 'index-v1',
    version: 1,
    title: text,
    missingActions: [],
    risk: 'low',
    approval: 'required',
    parameters: [],
    steps: [{ id: 's', action: 'demo.createIndex', title: text, reversible: true, destructive: false }],
    triggers: [text],
    executions: { total: 0, recovered: 0 },
  } as unknown as RunbookEntry;
}
