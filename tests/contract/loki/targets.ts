import { createStore } from '../../../src/demo/store/index.ts';
import { createLokiClient } from '../../../src/telemetry/index.ts';
import { readExchangeLogs, serveExchanges, type LocalServer } from '../exchanges.ts';
import { serveStore } from '../prometheus/store-server.ts';
import { contractLines, manyLines, metadataLines, type LokiScope } from './contract-lines.ts';
import { pushLines, untilStreams } from './push.ts';

/** What a run of the contract was about, and what the server could do. */
export interface LokiRun extends LokiScope {
  /** Whether it took lines with structured metadata. */
  readonly takesMetadata: boolean;
  /** Whether it looks for the level of a line. */
  readonly detectsLevels: boolean;
  /** Whether it calls lines `info` whose level it does not find, as Loki 3.0 does. */
  readonly guessesLevels?: boolean;
}

/** A Loki, or what stands for one, that holds the lines of the contract. */
export interface LokiTarget extends LokiRun, LocalServer {}

/** A target by name; `open` fills it where it can be filled. */
export interface LokiContender {
  readonly name: string;
  readonly kind: 'store' | 'recorded' | 'live';
  open(): Promise<LokiTarget>;
}

const MINUTE = 60_000;
/** More than one answer of Loki holds. */
export const MANY_LINES = 6200;

/** The store of the demo, every recorded server, and the server that `CAUSEWAY_TEST_LOKI_URL` names. */
export function lokiContenders(): readonly LokiContender[] {
  const url = process.env['CAUSEWAY_TEST_LOKI_URL']?.replace(/\/+$/, '');
  return [
    { name: 'the store', kind: 'store', open: openStore },
    ...readExchangeLogs<LokiRun>('loki').map(({ server, scope, exchanges }): LokiContender => ({
      name: `${server}, recorded`,
      kind: 'recorded',
      open: async () => ({ ...scope, ...(await serveExchanges(exchanges)) }),
    })),
    ...(url ? [{ name: `the server at ${url}`, kind: 'live', open: () => openLive(url) } as const] : []),
  ];
}

/** Writes the lines of the contract to a server, below a namespace that nothing else has. */
export async function fillLoki(url: string): Promise<LokiRun> {
  const baseMs = Math.floor(Date.now() / MINUTE - 20) * MINUTE;
  const scope = { namespace: `contract-${Date.now().toString(36)}`, baseMs };
  const status = await pushLines(url, contractLines(scope));
  if (status !== 204) {
    throw new Error(`${url} did not take the lines: HTTP ${status}`);
  }
  const takesMetadata = (await pushLines(url, metadataLines(scope))) === 204;
  const streams = new Set(contractLines(scope).map(({ labels }) => JSON.stringify(labels))).size;
  await untilStreams(url, `{namespace="${scope.namespace}"}`, baseMs, streams + (takesMetadata ? 1 : 0));
  const window = { fromMs: baseMs, toMs: baseMs + 10 * MINUTE };
  const query = `{namespace="${scope.namespace}", service_name="nginx"}`;
  const [line] = await createLokiClient({ url }).queryLines(query, { window, limit: 1 });
  const labels = line?.labels ?? {};
  return { ...scope, takesMetadata, detectsLevels: 'detected_level' in labels, guessesLevels: 'level' in labels };
}

async function openLive(url: string): Promise<LokiTarget> {
  const run = await fillLoki(url);
  await pushLines(url, manyLines(run, MANY_LINES));
  await untilStreams(url, `{namespace="${run.namespace}", service_name="chatty"}`, run.baseMs, 1);
  return { ...run, url, stop: () => Promise.resolve() };
}

async function openStore(): Promise<LokiTarget> {
  const scope = { namespace: 'contract', baseMs: Date.UTC(2026, 5, 1, 12) };
  const store = createStore({ now: () => scope.baseMs + 20 * MINUTE });
  store.logs([...contractLines(scope), ...manyLines(scope, MANY_LINES)]);
  const { url, stop } = await serveStore(store);
  return { ...scope, takesMetadata: false, detectsLevels: true, url: `${url}/loki`, stop };
}
