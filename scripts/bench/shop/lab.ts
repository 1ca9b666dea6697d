import { createServer, type Server } from 'node:http';
import { createInProcessPool } from '#backend';
import type { IncidentCandidate } from '#engine';
import type { RcaReport, ServiceAnomaly, Signal } from '#model';
import type { Clock } from '#telemetry';
import { createDatasource, type Datasource } from '../../../src/backend/datasource/datasource.ts';
import { investigate, type InvestigationRequest } from '../../../src/backend/investigations/investigate.ts';
import { FaultBoard } from '../../../src/demo/faults/index.ts';
import { CAUSEWAY_UID } from '../../../src/demo/host/server/host-state.ts';
import { Shop, STEP_SECONDS } from '../../../src/demo/shop/index.ts';
import { createStore, createStoreHandler } from '../../../src/demo/store/index.ts';
import { close, listen } from '../../../src/demo/world/process.ts';
import { demoSettings } from './demo-settings.ts';

const STEP_MS = STEP_SECONDS * 1000;
/** Metrics older than this are not looked at any more. */
const RETENTION_SECONDS = 8 * 3600;

/** What the backend's watch found at one tick. */
export interface Tick {
  readonly atMs: number;
  readonly services: readonly ServiceAnomaly[];
  /** Services in which an incident begins, as the incident finder sees it. */
  readonly incidents: readonly string[];
  /** The same in full. */
  readonly candidates: readonly IncidentCandidate[];
  /** Who calls whom. */
  readonly calls: readonly { readonly caller: string; readonly callee: string }[];
  /** What could not be read, in words. */
  readonly problems: readonly string[];
}

/**
 * A simulated shop, its telemetry, and the backend's own detection over it with the settings of the demo. Simulated time
 * moves only by `advanceTo`; the backend reads the store as it reads any Prometheus.
 */
export class ShopLab {
  readonly faults: FaultBoard;
  readonly settings: Datasource['settings'];
  readonly #shop: Shop;
  readonly #server: Server;
  readonly #datasource: Datasource;

  private constructor(parts: { shop: Shop; server: Server; datasource: Datasource }) {
    this.#shop = parts.shop;
    this.#server = parts.server;
    this.#datasource = parts.datasource;
    this.settings = parts.datasource.settings;
    this.faults = new FaultBoard(parts.shop);
  }

  /** Opens a shop whose time begins at `startMs`, rounded down to a scrape. */
  static async open(seed: string, startMs: number): Promise<ShopLab> {
    const beginMs = Math.floor(startMs / STEP_MS) * STEP_MS;
    const holder: { shop?: Shop } = {};
    const now = (): number => holder.shop?.simulatedMs ?? beginMs;
    const store = createStore({ now, retentionSeconds: RETENTION_SECONDS });
    // Detection reads no traces.
    const sink = { ...store, spans: () => undefined };
    const shop = new Shop({ seed, startMs: beginMs, sink });
    holder.shop = shop;
    const handle = createStoreHandler(store);
    const server = createServer((request, response) => void handle(request, response));
    const port = await listen(server, 0, '127.0.0.1');
    const clock: Clock = { now, sleepUntil: () => Promise.resolve() };
    const settings = demoSettings(`http://127.0.0.1:${port}`);
    const datasource = createDatasource(
      { uid: CAUSEWAY_UID, key: '', settings, secrets: {} },
      { clock, pool: createInProcessPool() }
    );
    return new ShopLab({ shop, server, datasource });
  }

  get nowMs(): number {
    return this.#shop.simulatedMs;
  }

  /** Simulates up to a time, scrape by scrape. */
  advanceTo(atMs: number): void {
    while (this.#shop.simulatedMs + STEP_MS <= atMs) {
      this.#shop.step();
    }
  }

  /** What the watch would find now. */
  async look(): Promise<Tick> {
    const { judgement, gaps, graphError } = await this.#datasource.assess(this.nowMs);
    await this.#datasource.detection.settled();
    const failures = gaps
      .filter(({ reason }) => reason.startsWith('CAUSEWAY_'))
      .map(({ source, reason }) => `${source}: ${reason}`);
    return {
      atMs: judgement.atMs,
      services: judgement.services,
      incidents: judgement.incidents.map(({ target }) => target.service),
      candidates: judgement.incidents,
      calls: judgement.graph.edges,
      problems: graphError ? [...failures, graphError.message] : failures,
    };
  }

  /** The service scores at an earlier instant that the last look covered. */
  lookBack(atMs: number): readonly ServiceAnomaly[] {
    return this.#datasource.detection.newest?.judge(atMs) ?? [];
  }

  /**
   * What the backend says about the cause of a trouble now.
   * @param isHidden  signals that the analysis does not get to see
   */
  async explain(
    request: InvestigationRequest,
    isHidden: (signal: Signal) => boolean = () => false
  ): Promise<RcaReport> {
    const { signals } = this.#datasource;
    const read: typeof signals.readFine = async (...range) => {
      const window = await signals.readFine(...range);
      return { ...window, signals: window.signals.filter((signal) => !isHidden(signal)) };
    };
    const source = { ...this.#datasource, signals: Object.assign(Object.create(signals), { readFine: read }) };
    return (await investigate(source, request, new AbortController().signal)).report;
  }

  async close(): Promise<void> {
    this.#datasource.close();
    await close(this.#server);
  }
}
