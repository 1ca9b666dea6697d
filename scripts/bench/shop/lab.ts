import { createServer, type Server } from 'node:http';
import { createInProcessPool } from '#backend';
import type { IncidentCandidate } from '#engine';
import type { RcaReport, ServiceAnomaly, ServiceName } from '#model';
import type { Clock } from '#telemetry';
import type { UnminedEvents } from '../../../src/backend/analysis/mine-events.ts';
import type { AnalysisPool } from '../../../src/backend/analysis/tasks.ts';
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

/** What a lab has beside the usual. */
export interface LabOptions {
  /** Keeps traces as well, from `recordTraces` on; detection reads none. */
  readonly traces?: boolean;
  /** The section of the settings on the language model. */
  readonly llm?: object;
}

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
  readonly #keeps: { traces: boolean };

  private constructor(parts: { shop: Shop; server: Server; datasource: Datasource; keeps: { traces: boolean } }) {
    this.#keeps = parts.keeps;
    this.#shop = parts.shop;
    this.#server = parts.server;
    this.#datasource = parts.datasource;
    this.settings = parts.datasource.settings;
    this.faults = new FaultBoard(parts.shop);
  }

  /** Opens a shop whose time begins at `startMs`, rounded down to a scrape. */
  static async open(seed: string, startMs: number, { traces = false, llm }: LabOptions = {}): Promise<ShopLab> {
    const beginMs = Math.floor(startMs / STEP_MS) * STEP_MS;
    const holder: { shop?: Shop } = {};
    const now = (): number => holder.shop?.simulatedMs ?? beginMs;
    const store = createStore({ now, retentionSeconds: RETENTION_SECONDS });
    const keeps = { traces: false };
    const sink: typeof store = {
      ...store,
      spans: (spans) => {
        if (keeps.traces) {
          store.spans(spans);
        }
      },
    };
    const shop = new Shop({ seed, startMs: beginMs, sink });
    holder.shop = shop;
    const handle = createStoreHandler(store);
    const server = createServer((request, response) => void handle(request, response));
    const port = await listen(server, 0, '127.0.0.1');
    const clock: Clock = { now, sleepUntil: () => Promise.resolve() };
    const settings = demoSettings(`http://127.0.0.1:${port}`, { traces, ...(llm === undefined ? {} : { llm }) });
    const datasource = createDatasource(
      { uid: CAUSEWAY_UID, key: '', settings, secrets: { llmApiKey: 'bench' } },
      { clock, pool: createInProcessPool() }
    );
    return new ShopLab({ shop, server, datasource, keeps });
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

  /** From here on traces are kept: those of a long history would fill the memory. */
  recordTraces(): void {
    this.#keeps.traces = true;
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
   * @param hidden  services of which nothing is seen: neither what they sent nor what others measured about them
   */
  async explain(request: InvestigationRequest, hidden: readonly ServiceName[] = []): Promise<RcaReport> {
    return (await investigate(this.datasource(hidden), request, new AbortController().signal)).report;
  }

  /** The datasource of the backend, blind to some services. */
  datasource(hidden: readonly ServiceName[] = []): Datasource {
    if (hidden.length === 0) {
      return this.#datasource;
    }
    const { signals, pool } = this.#datasource;
    const isSeen = (...names: readonly (string | undefined)[]): boolean =>
      !names.some((name) => name !== undefined && hidden.includes(name));
    const read: typeof signals.readFine = async (...range) => {
      const window = await signals.readFine(...range);
      return { ...window, signals: window.signals.filter(({ service, peer }) => isSeen(service, peer)) };
    };
    const analyse: AnalysisPool['run'] = (name, input, signal) =>
      pool.run(name, 'events' in input ? { ...input, events: withoutServices(input.events, isSeen) } : input, signal);
    return {
      ...this.#datasource,
      signals: Object.assign(Object.create(signals), { readFine: read }),
      pool: { ...pool, run: analyse },
    };
  }

  async close(): Promise<void> {
    this.#datasource.close();
    await close(this.#server);
  }
}

function withoutServices(events: UnminedEvents | undefined, isSeen: (service: ServiceName) => boolean): UnminedEvents {
  return {
    services: (events?.services ?? [])
      .filter(({ service }) => isSeen(service))
      .map((own) => ({ ...own, calls: own.calls.filter(({ callee }) => isSeen(callee)) })),
    lines: (events?.lines ?? []).filter(({ service }) => isSeen(service)),
  };
}
