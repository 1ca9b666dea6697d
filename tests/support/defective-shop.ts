import { createServer, type Server } from 'node:http';
import { createInProcessPool } from '#backend';
import { createDatasource, type Datasource } from '../../src/backend/datasource/datasource.ts';
import { createMetrics } from '../../src/backend/diagnostics/metrics.ts';
import { answerQueries } from '../../src/backend/queries/query-data.ts';
import { parseSettings } from '../../src/backend/settings/parse-settings.ts';
import { Shop, STEP_SECONDS } from '../../src/demo/shop/index.ts';
import { createStore } from '../../src/demo/store/index.ts';
import { readRequest, sendReply, type StoreReply } from '../../src/demo/store/http-io.ts';
import { servePrometheus } from '../../src/demo/store/promql/api.ts';
import { close, listen } from '../../src/demo/world/process.ts';
import { type DecodedFrame, decodeFrame } from './plugin-driver/decode-frame.ts';

/** A point as Prometheus writes it: seconds and a text; defects write what they like. */
export type WrittenPoint = readonly [seconds: unknown, value: unknown];

/** What goes wrong with some series between two instants. */
export interface Defect {
  /** Value of any label of the series. */
  readonly service: string;
  /** Of the query that reads them. */
  readonly expr: RegExp;
  readonly fromMs: number;
  readonly toMs: number;
  /** Writes the points of one series inside the time of the defect. */
  readonly write: (points: readonly WrittenPoint[]) => readonly WrittenPoint[];
}

const STEP_MS = STEP_SECONDS * 1000;

/**
 * The simulated shop, its Prometheus with defects in what it answers, and the backend's own datasource over it. Time is
 * simulated and moves only by `advanceTo`.
 */
export class DefectiveShop {
  readonly datasource: Datasource;
  private readonly shop: Shop;
  private readonly server: Server;

  private constructor(parts: { shop: Shop; server: Server; datasource: Datasource }) {
    this.shop = parts.shop;
    this.server = parts.server;
    this.datasource = parts.datasource;
  }

  /**
   * @param services  all others are hidden, to be quick
   * @param detection  settings beside the defaults
   */
  static async open(options: {
    readonly startMs: number;
    readonly services: readonly string[];
    readonly defects: readonly Defect[];
    readonly detection: object;
  }): Promise<DefectiveShop> {
    const holder: { shop?: Shop } = {};
    const now = (): number => holder.shop?.simulatedMs ?? options.startMs;
    const store = createStore({ now });
    const shop = new Shop({ seed: '7', startMs: options.startMs, sink: { ...store, spans: () => undefined } });
    holder.shop = shop;
    const prometheus = { tsdb: store.metrics, engine: store.promql, now };
    const server = createServer((request, response) => {
      const path = (request.url ?? '/').replace(/[?#].*$/s, '');
      void readRequest(request, path).then((read) => {
        const reply = servePrometheus(prometheus, read);
        const expr = read.params.get('query') ?? '';
        sendReply(request, response, path === '/api/v1/query_range' ? spoil(reply, expr, options) : reply);
      });
    });
    const port = await listen(server, 0, '127.0.0.1');
    const settings = parseSettings(
      JSON.stringify({
        prometheus: { url: `http://127.0.0.1:${port}` },
        watch: { collectSeconds: STEP_SECONDS, detectSeconds: STEP_SECONDS, historyMinutes: 240 },
        detection: options.detection,
      })
    );
    const clock = { now, sleepUntil: () => Promise.resolve() };
    const snapshot = { uid: 'shop', key: '', settings, secrets: {} };
    const datasource = createDatasource(snapshot, { clock, pool: createInProcessPool(), patienceMs: 60_000 });
    return new DefectiveShop({ shop, server, datasource });
  }

  /** Simulates up to a time, scrape by scrape. */
  advanceTo(atMs: number): void {
    while (this.shop.simulatedMs + STEP_MS <= atMs) {
      this.shop.step();
    }
  }

  /** The frames of a query over a range, decoded from the bytes that Grafana gets. */
  async ask(query: object, fromMs: number, toMs: number): Promise<readonly DecodedFrame[]> {
    const { responses } = await answerQueries(
      {
        pluginContext: null,
        headers: {},
        queries: [
          {
            refId: 'A',
            maxDataPoints: 11_000,
            intervalMS: STEP_MS,
            timeRange: { fromEpochMS: fromMs, toEpochMS: toMs },
            json: Buffer.from(JSON.stringify(query)),
            queryType: '',
          },
        ],
      },
      new AbortController().signal,
      { resolve: () => this.datasource, metrics: createMetrics(), log: () => undefined }
    );
    const answer = responses['A'];
    if (answer?.status !== 200) {
      throw new Error(answer?.error);
    }
    return answer.frames.map(decodeFrame);
  }

  async close(): Promise<void> {
    this.datasource.close();
    await close(this.server);
  }
}

interface Matrix {
  readonly status: string;
  readonly data: {
    readonly resultType: string;
    readonly result: readonly { readonly metric: Readonly<Record<string, string>>; readonly values: WrittenPoint[] }[];
  };
}

/** The answer with the defects in it, and without the services that are hidden. */
function spoil(
  reply: StoreReply,
  expr: string,
  { services, defects }: { readonly services: readonly string[]; readonly defects: readonly Defect[] }
): StoreReply {
  if (reply.status !== 200) {
    return reply;
  }
  const matrix = JSON.parse(reply.body) as Matrix;
  const result = matrix.data.result.flatMap(({ metric, values }) => {
    const names = Object.values(metric);
    if (!services.some((service) => names.includes(service))) {
      return [];
    }
    const own = defects.filter((defect) => names.includes(defect.service) && defect.expr.test(expr));
    return [{ metric, values: own.reduce(write, values as readonly WrittenPoint[]) }];
  });
  return { ...reply, body: JSON.stringify({ ...matrix, data: { ...matrix.data, result } }) };
}

function write(points: readonly WrittenPoint[], defect: Defect): readonly WrittenPoint[] {
  const at = ([seconds]: WrittenPoint): number => Number(seconds) * 1000;
  return [
    ...points.filter((point) => at(point) < defect.fromMs),
    ...defect.write(points.filter((point) => at(point) >= defect.fromMs && at(point) < defect.toMs)),
    ...points.filter((point) => at(point) >= defect.toMs),
  ];
}
