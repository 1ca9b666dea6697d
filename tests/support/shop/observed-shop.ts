import { createServer, type Server } from 'node:http';
import { createInProcessPool } from '#backend';
import type { EpochMs, RcaReport } from '#model';
import { createDatasource, type Datasource } from '../../../src/backend/datasource/datasource.ts';
import { investigate, type InvestigationRequest } from '../../../src/backend/investigations/investigate.ts';
import { parseSettings } from '../../../src/backend/settings/parse-settings.ts';
import { FaultBoard } from '../../../src/demo/faults/index.ts';
import { CAUSEWAY_UID, provisionSettings } from '../../../src/demo/host/server/host-state.ts';
import { Shop } from '../../../src/demo/shop/index.ts';
import { createStore, createStoreHandler } from '../../../src/demo/store/index.ts';
import { close, listen } from '../../../src/demo/world/process.ts';

const START = Date.UTC(2026, 10, 18, 12);
const STEPS_PER_MINUTE = 4;
const never = new AbortController().signal;

/** A simulated shop with its telemetry behind HTTP, and Causeway with the settings of the demo, in one process. */
export class ObservedShop {
  readonly datasource: Datasource;
  private readonly shop: Shop;
  private readonly faults: FaultBoard;
  private readonly server: Server;

  private constructor(shop: Shop, server: Server, datasource: Datasource) {
    this.shop = shop;
    this.faults = new FaultBoard(shop);
    this.server = server;
    this.datasource = datasource;
  }

  static async open(): Promise<ObservedShop> {
    const holder: { shop?: Shop } = {};
    const now = (): number => holder.shop?.simulatedMs ?? START;
    const store = createStore({ now, retentionSeconds: 4 * 3600 });
    const shop = new Shop({ seed: 7, startMs: START, sink: store });
    holder.shop = shop;
    const handle = createStoreHandler(store);
    const server = createServer((request, response) => void handle(request, response));
    const url = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
    const datasource = createDatasource(
      { uid: CAUSEWAY_UID, key: '', settings: settingsFor(url), secrets: {} },
      { clock: { now, sleepUntil: () => Promise.resolve() }, pool: createInProcessPool() }
    );
    return new ObservedShop(shop, server, datasource);
  }

  /** Lets time go by. @returns the time after it */
  pass(minutes: number): EpochMs {
    for (let step = 0; step < STEPS_PER_MINUTE * minutes; step += 1) {
      this.shop.step();
    }
    return this.shop.simulatedMs;
  }

  /** Breaks the shop for some minutes. @returns the time at which it broke */
  break(fault: string, minutes: number): EpochMs {
    const brokenMs = this.shop.simulatedMs;
    this.faults.inject(fault, 1, brokenMs);
    this.pass(minutes);
    return brokenMs;
  }

  heal(fault: string): void {
    this.faults.end(fault);
  }

  async explain(request: InvestigationRequest, details = false): Promise<RcaReport> {
    return (await investigate(this.datasource, request, never, undefined, { details })).report;
  }

  async close(): Promise<void> {
    this.datasource.close();
    await close(this.server);
  }
}

function settingsFor(worldUrl: string): Datasource['settings'] {
  const host = { worldUrl, executorUrl: worldUrl, proxyToken: '', backendSigningKey: '', port: 0 };
  const { jsonData } = provisionSettings({ ...host, pluginDist: '', pageFolder: '', stateFolder: '' }, 'app', 0).get(
    CAUSEWAY_UID
  ) ?? { jsonData: {} };
  const { executor: _executor, ...rest } = jsonData as Record<string, unknown>;
  return parseSettings(JSON.stringify(rest));
}
