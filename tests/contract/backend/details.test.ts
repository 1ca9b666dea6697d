import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInProcessPool } from '#backend';
import { runEventSchema } from '#contracts';
import type { Evidence, EvidenceDetail, RcaReport } from '#model';
import { createDatasource, type Datasource } from '../../../src/backend/datasource/datasource.ts';
import { investigate } from '../../../src/backend/investigations/investigate.ts';
import { toReportEvents } from '../../../src/backend/investigations/runs/report-events.ts';
import { parseSettings } from '../../../src/backend/settings/parse-settings.ts';
import { FaultBoard } from '../../../src/demo/faults/index.ts';
import { CAUSEWAY_UID, provisionSettings } from '../../../src/demo/host/server/host-state.ts';
import { Shop } from '../../../src/demo/shop/index.ts';
import { createStore, createStoreHandler } from '../../../src/demo/store/index.ts';
import { close, listen } from '../../../src/demo/world/process.ts';

const START = Date.UTC(2026, 10, 18, 12);
const QUIET_MINUTES = 20;
const never = new AbortController().signal;

/** A shop that was well for a while and then broken for five minutes, and Causeway with the settings of the demo. */
class BrokenShop {
  readonly onsetMs: number;
  readonly toMs: number;
  private readonly server: Server;
  private readonly datasource: Datasource;

  private constructor(parts: { server: Server; datasource: Datasource; onsetMs: number; toMs: number }) {
    this.server = parts.server;
    this.datasource = parts.datasource;
    this.onsetMs = parts.onsetMs;
    this.toMs = parts.toMs;
  }

  static async open(fault: string): Promise<BrokenShop> {
    const holder: { shop?: Shop } = {};
    const now = (): number => holder.shop?.simulatedMs ?? START;
    const store = createStore({ now, retentionSeconds: 4 * 3600 });
    const shop = new Shop({ seed: 7, startMs: START, sink: store });
    holder.shop = shop;
    const minutes = (count: number): number => {
      for (let step = 0; step < 4 * count; step += 1) {
        shop.step();
      }
      return shop.simulatedMs;
    };
    const onsetMs = minutes(QUIET_MINUTES);
    new FaultBoard(shop).inject(fault, 1, onsetMs);
    const toMs = minutes(5);
    const handle = createStoreHandler(store);
    const server = createServer((request, response) => void handle(request, response));
    const url = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
    const datasource = createDatasource(
      { uid: CAUSEWAY_UID, key: '', settings: settingsFor(url), secrets: {} },
      { clock: { now, sleepUntil: () => Promise.resolve() }, pool: createInProcessPool() }
    );
    return new BrokenShop({ server, datasource, onsetMs, toMs });
  }

  async explain(details: boolean): Promise<RcaReport> {
    const { onsetMs, toMs } = this;
    const request = { service: 'checkout', window: { fromMs: onsetMs, toMs }, onsetMs };
    return (await investigate(this.datasource, request, never, undefined, { details })).report;
  }

  async lines(query: string, window = { fromMs: this.onsetMs, toMs: this.toMs }) {
    return (await this.datasource.upstreams.loki?.queryLines(query, { window, limit: 5000 })) ?? [];
  }

  async traces(query: string, window = { fromMs: this.onsetMs, toMs: this.toMs }) {
    return (await this.datasource.upstreams.tempo?.search(query, { window, limit: 5 })) ?? [];
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

function detailsOf<Kind extends EvidenceDetail['kind']>(evidence: readonly Evidence[], kind: Kind) {
  return evidence.flatMap(({ detail }) =>
    detail?.kind === kind ? [detail as Extract<EvidenceDetail, { readonly kind: Kind }>] : []
  );
}

describe.each([
  { fault: 'missing-index', cause: 'orders-db', isSlow: true },
  { fault: 'oom-crash-loop', cause: 'inventory', isSlow: false },
])('details about $fault', ({ fault, cause, isSlow }) => {
  let shop: BrokenShop;
  let plain: RcaReport;
  let report: RcaReport;

  beforeAll(async () => {
    shop = await BrokenShop.open(fault);
    plain = await shop.explain(false);
    report = await shop.explain(true);
  }, 60_000);
  afterAll(() => shop.close());

  it('come after the evidence of the ranking and change neither verdict nor summary', () => {
    const { evidence, impact, gaps, ...judged } = report;
    const first = evidence.slice(0, plain.evidence.length);
    expect({ ...judged, id: plain.id, evidence: first, gaps: plain.gaps }).toEqual(plain);
    expect(evidence.map(({ number }) => number)).toEqual(evidence.map((_, i) => i + 1));
    expect(impact).toBeDefined();
    expect(gaps.filter(({ reason }) => /not there within|unexpected/.test(reason))).toEqual([]);
    expect(evidence.filter(({ statement }) => /\p{Cc}/u.test(statement))).toEqual([]);
  });

  it('fit the events of a run', () => {
    for (const event of toReportEvents(report)) {
      expect(runEventSchema.safeParse({ ...event, seq: 1, atMs: 0, elapsedMs: 0 }).error).toBeUndefined();
    }
  });

  it('show lines of the log of the cause that are new', () => {
    const found = report.evidence.find(({ service, detail }) => service === cause && detail?.kind === 'log-samples');
    const detail = detailsOf(found ? [found] : [], 'log-samples')[0];
    expect(detail).toMatchObject({ isNew: true, usualCount: 0 });
    expect(detail?.lines.length).toBeGreaterThan(0);
    expect(detail?.count).toBeGreaterThan(5);
  });

  it('find the same lines by the query that they give', async () => {
    const found = report.evidence.filter(({ detail }) => detail?.kind === 'log-samples');
    expect(found.length).toBeGreaterThan(0);
    for (const { query = '', window, detail } of found) {
      const lines = await shop.lines(query, window);
      const count = detail?.kind === 'log-samples' ? detail.count : NaN;
      // A template may stand for lines of several severities that contain the same texts.
      expect(lines.length).toBeGreaterThanOrEqual(count);
    }
  });

  it('find the trace that they show by the query that they give', async () => {
    for (const { query = '', window, detail } of report.evidence.filter((item) => item.detail?.kind === 'trace-path')) {
      const found = await shop.traces(query, window);
      expect(found.map(({ traceId }) => traceId)).toEqual([detail?.kind === 'trace-path' ? detail.traceId : '']);
    }
  });

  it('show a trace whose parts add up to its length, beside good ones', () => {
    const paths = detailsOf(report.evidence, 'trace-path');
    expect(paths.length).toBeGreaterThan(0);
    for (const { path, durationMs, comparedWith } of paths) {
      expect(path.reduce((total, { selfMs }) => total + selfMs, 0)).toBeCloseTo(durationMs, 3);
      expect(comparedWith).toBeGreaterThan(0);
    }
    const trace = report.evidence.find(({ detail, service }) => detail?.kind === 'trace-path' && service === cause);
    expect(trace?.statement).toMatch(
      isSlow ? /the slow trace .* by itself, normally/ : /the failed trace .* It failed in/
    );
  });

  it('say what it costs, with the number of the evidence', () => {
    const revenue = report.impact?.find(({ name }) => name === 'Revenue');
    expect(revenue?.unit).toBe('USD/min');
    expect(revenue?.value).toBeGreaterThan(0);
    // Customers wait longer for slow requests, and still buy.
    expect((revenue?.lost ?? NaN) / (revenue?.usual ?? NaN) > 0.5).toBe(!isSlow);
    for (const { evidence } of report.impact ?? []) {
      expect(report.evidence.find(({ number }) => number === evidence)?.source).toBe('impact');
    }
  });

  it('say how the workload of the cause is', () => {
    const state = report.evidence.find(({ source, service }) => source === 'kubernetes' && service === cause);
    const events = state?.detail?.kind === 'workload-state' ? state.detail.events : [];
    expect(events.some(({ reason, message }) => reason === 'BackOff' && message.includes(cause))).toBe(!isSlow);
    expect(state?.statement).toMatch(isSlow ? /No container restarted/ : /restarts in the window \(OOMKilled\)/);
  });
});
