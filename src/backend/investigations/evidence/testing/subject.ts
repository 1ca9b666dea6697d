import type { Hypothesis, RcaReport, ServiceGraph, Signal, TimeWindow } from '#model';
import { type LokiClient, type PrometheusClient, TelemetryError, type TempoClient } from '#telemetry';
import type { Datasource } from '../../../datasource/datasource.ts';
import { createInProcessPool } from '../../../analysis/in-process-pool.ts';
import { parseSettings } from '../../../settings/parse-settings.ts';
import { DetailPart, type DetailSource, type DetailSubject } from '../detail-part.ts';
import { Gate } from '../gate.ts';

const MINUTE = 60_000;
/** An hour of normal times and ten minutes of trouble. */
export const WINDOWS: { readonly baseline: TimeWindow; readonly incident: TimeWindow } = {
  baseline: { fromMs: 1000 * MINUTE, toMs: 1060 * MINUTE },
  incident: { fromMs: 1062 * MINUTE, toMs: 1072 * MINUTE },
};

const hypothesis = (service: string, path: Hypothesis['path']): Hypothesis => ({
  service,
  rank: 1,
  score: 5,
  confidence: 0.9,
  cause: 'slow-query',
  signals: ['latency'],
  path,
  contributions: [],
  evidence: [1],
});

const report: RcaReport = {
  id: 'r',
  target: { service: 'shop', symptom: 'latency' },
  window: WINDOWS.incident,
  baseline: WINDOWS.baseline,
  onsetMs: WINDOWS.incident.fromMs,
  decision: 'root-cause',
  verdict: 'LIKELY',
  verdictReasons: [],
  hypotheses: [
    hypothesis('db', [
      { from: 'db', to: 'pay', weight: 1, measured: true },
      { from: 'pay', to: 'shop', weight: 1, measured: true },
    ]),
  ],
  concurrent: 1,
  ruledOut: [],
  victims: [],
  changes: [],
  evidence: [{ number: 1, source: 'metric', service: 'db', statement: 'db: slow.' }],
  proposals: [],
  gaps: [],
  summary: '',
  narrator: 'engine',
  narrative: '',
};

const graph = {
  nodes: [
    { name: 'users', kind: 'client' },
    { name: 'shop', kind: 'service' },
  ],
  edges: [
    { caller: 'users', callee: 'shop' },
    { caller: 'shop', callee: 'pay' },
    { caller: 'pay', callee: 'db' },
  ],
  generatedAtMs: 0,
} as unknown as ServiceGraph;

/** The database of a shop, and with it `pay` and `shop`, in trouble. */
export const subjectWith = (fields: Partial<DetailSubject> = {}): DetailSubject => ({
  report,
  graph,
  signals: [],
  windows: WINDOWS,
  lines: [],
  traces: [],
  causes: ['db'],
  services: ['db', 'pay', 'shop'],
  ...fields,
});

/** A signal with one value in normal times and another in the trouble, every minute. */
export function signalOf(
  fields: Partial<Signal> & Pick<Signal, 'service' | 'kind'>,
  before: number,
  after: number
): Signal {
  const timesMs = Array.from({ length: 72 }, (_, i) => WINDOWS.baseline.fromMs + i * MINUTE);
  return {
    id: `${fields.service}/${fields.kind}`,
    unit: 'ratio',
    harm: 'up',
    query: `${fields.kind.replaceAll('-', '_')}`,
    series: { labels: {}, timesMs, values: timesMs.map((atMs) => (atMs < WINDOWS.incident.fromMs ? before : after)) },
    ...fields,
  };
}

const nothing = { samples: [], series: [], warnings: [], infos: [] };

/** Sources that answer and know nothing, but for what is given. */
export function sourceWith(
  parts: {
    readonly prometheus?: Partial<PrometheusClient>;
    readonly loki?: Partial<LokiClient>;
    readonly tempo?: Partial<TempoClient>;
    readonly forecasts?: Partial<Datasource['forecasts']>;
    readonly impact?: object;
  } = {}
): DetailSource {
  const upstreams = {
    prometheus: {
      query: async () => nothing,
      queryRange: async () => nothing,
      exemplars: async () => [],
      ...parts.prometheus,
    },
    loki: { queryLines: async () => [], queryRange: async () => nothing, ...parts.loki },
    tempo: { search: async () => [], ...parts.tempo },
    jaeger: undefined,
  };
  const settings = { prometheus: { url: 'http://p' }, namespace: 'shop', impact: parts.impact ?? {} };
  return {
    upstreams: upstreams as unknown as DetailSource['upstreams'],
    settings: parseSettings(JSON.stringify(settings)),
    pool: createInProcessPool(),
    forecasts: { exhaustion: async () => ({ items: [], gaps: [] }), ...parts.forecasts } as DetailSource['forecasts'],
  };
}

/** A part that nobody stops. */
export const openPart = (signal: AbortSignal = new AbortController().signal): DetailPart =>
  new DetailPart({ gate: new Gate(4), signal, lateReason: 'too late' });

/** What a source says that does not answer. */
export const refuse = (source: 'prometheus' | 'loki' | 'tempo') => async (): Promise<never> => {
  throw new TelemetryError(source, 'server-error', { status: 503 });
};
