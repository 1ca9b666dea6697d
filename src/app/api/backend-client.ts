import {
  type AnomaliesAnswer,
  type BacktestAnswer,
  type BacktestRequest,
  type BlastRadiusAnswer,
  type DetectorsAnswer,
  type FeaturesAnswer,
  type OverviewAnswer,
  type RebaselineAnswer,
  type RebaselineRequest,
  RESOURCE_PATHS,
  type TopologyAnswer,
  type TopologyCsvPart,
  type TopologyDiffAnswer,
  type TopologyFormat,
  type WatchAnswer,
} from '#contracts';
import type { ServiceName, TimeWindow } from '#model';
import { createBackendCalls } from './backend-calls.ts';
import type { HttpPort } from './http.ts';
import { createModelClient, type ModelClient } from './model-client.ts';
import { createRunClient, type RunClient } from './run-client.ts';

/** What the pages ask of the backend. Every call rejects with `ApiError`, or with an AbortError when cancelled. */
export interface BackendClient {
  readonly runs: RunClient;
  readonly model: ModelClient;
  overview(signal?: AbortSignal): Promise<OverviewAnswer>;
  topology(window: TimeWindow, signal?: AbortSignal): Promise<TopologyAnswer>;
  /** How the graph at the end of the window differs from that at its start. */
  topologyDiff(window: TimeWindow, signal?: AbortSignal): Promise<TopologyDiffAnswer>;
  /** Who would feel a failure of a service, and what it depends on; now when the time is not given. */
  blastRadius(service: ServiceName, atMs: number | undefined, signal?: AbortSignal): Promise<BlastRadiusAnswer>;
  /** The whole graph as text for another program; `part` is for `csv`. */
  topologyExport(format: TopologyFormat, part: TopologyCsvPart | undefined, atMs: number | undefined): Promise<string>;
  watch(signal?: AbortSignal): Promise<WatchAnswer>;
  /** Services by time in `cells` columns, with the newest verdicts, data quality and log anomalies. */
  anomalies(window: TimeWindow, cells: number, signal?: AbortSignal): Promise<AnomaliesAnswer>;
  features(signal?: AbortSignal): Promise<FeaturesAnswer>;
  detectors(service: ServiceName, signal?: AbortSignal): Promise<DetectorsAnswer>;
  /** Has models and series learned anew; in force some minutes later. */
  rebaseline(request: RebaselineRequest): Promise<RebaselineAnswer>;
  /** Replays a detector or a rule over a range. */
  backtest(request: BacktestRequest, signal?: AbortSignal): Promise<BacktestAnswer>;
}

const BACKTEST_DEADLINE_MS = 300_000;

/** A client of the datasource with this uid, through Grafana's resource proxy. */
export function createBackendClient(datasourceUid: string, http: HttpPort): BackendClient {
  const calls = createBackendCalls(datasourceUid, http);
  const { ask, get } = calls;
  return {
    runs: createRunClient(calls),
    model: createModelClient(calls),
    overview: (signal) => get(RESOURCE_PATHS.overview, { at: Date.now() }, signal),
    topology: ({ fromMs, toMs }, signal) => get(RESOURCE_PATHS.topology, { from: fromMs, to: toMs }, signal),
    topologyDiff: ({ fromMs, toMs }, signal) => get(RESOURCE_PATHS.topologyDiff, { from: fromMs, to: toMs }, signal),
    blastRadius: (service, atMs, signal) =>
      get(RESOURCE_PATHS.topologyBlastRadius, { service, ...(atMs === undefined ? {} : { at: atMs }) }, signal),
    topologyExport: (format, part, atMs) =>
      ask(RESOURCE_PATHS.topologyExport, {
        method: 'GET',
        params: { format, ...(part === undefined ? {} : { part }), ...(atMs === undefined ? {} : { at: atMs }) },
        responseType: 'text',
      }),
    watch: (signal) => get(RESOURCE_PATHS.watch, {}, signal),
    anomalies: ({ fromMs, toMs }, cells, signal) =>
      get(RESOURCE_PATHS.anomalies, { from: fromMs, to: toMs, cells }, signal),
    features: (signal) => get(RESOURCE_PATHS.features, {}, signal),
    detectors: (service, signal) => get(RESOURCE_PATHS.detectors, { service }, signal),
    rebaseline: (data) => ask(RESOURCE_PATHS.rebaseline, { method: 'POST', data }),
    backtest: (request, signal) =>
      ask(RESOURCE_PATHS.backtests, { method: 'POST', data: request }, { signal, deadlineMs: BACKTEST_DEADLINE_MS }),
  };
}
