import type { BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import {
  ANALYSIS_STAGES,
  type AnalysisEvent,
  type AnalysisRequest,
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
import type { RcaReport, ServiceName, TimeWindow } from '#model';
import type { Problem } from '#ui';
import { ApiError, APP_ERRORS, isCancelled } from '../errors.ts';
import { type CallOptions, drain, HttpFailure, type HttpPort, requestJson } from './http.ts';
import { LineSplitter } from './ndjson.ts';

/** What the pages ask of the backend. Every call rejects with `ApiError`, or with an AbortError when cancelled. */
export interface BackendClient {
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
  /** Runs an analysis; `onProgress` is called once per stage. Resolves with the report. */
  analyse(
    request: AnalysisRequest,
    onProgress: (event: Extract<AnalysisEvent, { type: 'progress' }>) => void,
    signal?: AbortSignal
  ): Promise<RcaReport>;
}

const READ_DEADLINE_MS = 30_000;
const ANALYSIS_DEADLINE_MS = 300_000;
const MAX_ERROR_BODY = 65_536;

/** A client of the datasource with this uid, through Grafana's resource proxy. */
export function createBackendClient(datasourceUid: string, http: HttpPort): BackendClient {
  const base = `/api/datasources/uid/${encodeURIComponent(datasourceUid)}/resources`;
  const ask = async <T>(
    path: string,
    request: Pick<BackendSrvRequest, 'method' | 'params' | 'data' | 'responseType'>,
    options: CallOptions
  ): Promise<T> => {
    try {
      return await requestJson<T>(http, { url: `${base}/${path}`, ...request }, options);
    } catch (error) {
      throw toBackendError(error);
    }
  };
  const get = <T>(path: string, params: Record<string, number | string>, signal?: AbortSignal): Promise<T> =>
    ask(path, { method: 'GET', params }, { signal, deadlineMs: READ_DEADLINE_MS });
  return {
    overview: (signal) => get(RESOURCE_PATHS.overview, { at: Date.now() }, signal),
    topology: ({ fromMs, toMs }, signal) => get(RESOURCE_PATHS.topology, { from: fromMs, to: toMs }, signal),
    topologyDiff: ({ fromMs, toMs }, signal) => get(RESOURCE_PATHS.topologyDiff, { from: fromMs, to: toMs }, signal),
    blastRadius: (service, atMs, signal) =>
      get(RESOURCE_PATHS.topologyBlastRadius, { service, ...(atMs === undefined ? {} : { at: atMs }) }, signal),
    topologyExport: (format, part, atMs) =>
      ask(
        RESOURCE_PATHS.topologyExport,
        {
          method: 'GET',
          params: { format, ...(part === undefined ? {} : { part }), ...(atMs === undefined ? {} : { at: atMs }) },
          responseType: 'text',
        },
        { signal: undefined, deadlineMs: READ_DEADLINE_MS }
      ),
    watch: (signal) => get(RESOURCE_PATHS.watch, {}, signal),
    anomalies: ({ fromMs, toMs }, cells, signal) =>
      get(RESOURCE_PATHS.anomalies, { from: fromMs, to: toMs, cells }, signal),
    features: (signal) => get(RESOURCE_PATHS.features, {}, signal),
    detectors: (service, signal) => get(RESOURCE_PATHS.detectors, { service }, signal),
    rebaseline: (data) =>
      ask(RESOURCE_PATHS.rebaseline, { method: 'POST', data }, { signal: undefined, deadlineMs: READ_DEADLINE_MS }),
    backtest: (request, signal) =>
      ask(RESOURCE_PATHS.backtests, { method: 'POST', data: request }, { signal, deadlineMs: ANALYSIS_DEADLINE_MS }),
    analyse: async (request, onProgress, signal) => {
      const reader = new AnalysisReader(onProgress);
      const options = {
        url: `${base}/${RESOURCE_PATHS.analyses}`,
        method: 'POST',
        data: request,
        headers: { Accept: 'application/x-ndjson', 'Content-Type': 'application/json' },
      };
      try {
        await drain(http.chunked(options), { signal, deadlineMs: ANALYSIS_DEADLINE_MS }, (response) =>
          reader.take(response)
        );
        return reader.finish();
      } catch (error) {
        throw toBackendError(error);
      }
    },
  };
}

/** Collects the events of one analysis. */
class AnalysisReader {
  readonly #onProgress: (event: Extract<AnalysisEvent, { type: 'progress' }>) => void;
  readonly #lines = new LineSplitter();
  #report: RcaReport | undefined;
  #failedStatus: number | undefined;
  #errorBody = '';

  constructor(onProgress: (event: Extract<AnalysisEvent, { type: 'progress' }>) => void) {
    this.#onProgress = onProgress;
  }

  take(response: FetchResponse<Uint8Array | undefined>): void {
    if (!response.ok) {
      this.#failedStatus = response.status;
    }
    if (response.data) {
      this.#lines.push(response.data).forEach((line) => this.#accept(line));
    }
  }

  finish(): RcaReport {
    this.#lines.end().forEach((line) => this.#accept(line));
    if (this.#failedStatus !== undefined) {
      throw new HttpFailure('status', this.#failedStatus, parseJson(this.#errorBody));
    }
    if (!this.#report) {
      throw new ApiError(APP_ERRORS.STREAM_BROKEN);
    }
    return this.#report;
  }

  #accept(line: string): void {
    if (this.#failedStatus !== undefined) {
      this.#errorBody = `${this.#errorBody}${line}`.slice(0, MAX_ERROR_BODY);
      return;
    }
    const event = parseJson(line) as Partial<AnalysisEvent> | undefined;
    if (event?.type === 'progress' && event.stage !== undefined && ANALYSIS_STAGES.includes(event.stage)) {
      this.#onProgress({ type: 'progress', stage: event.stage, elapsedMs: event.elapsedMs ?? 0 });
    } else if (event?.type === 'report') {
      this.#report = event.report;
    } else if (event?.type === 'error') {
      throw new ApiError({ ...APP_ERRORS.STREAM_BROKEN, source: 'Analysis', ...pickProblem(event) });
    }
  }
}

function toBackendError(error: unknown): Error {
  if (error instanceof ApiError || isCancelled(error)) {
    return error as Error;
  }
  if (error instanceof RangeError) {
    return new ApiError(APP_ERRORS.STREAM_TOO_LARGE, { cause: error });
  }
  if (error instanceof HttpFailure) {
    const fallback = error.kind === 'timeout' ? APP_ERRORS.BACKEND_TIMEOUT : APP_ERRORS.BACKEND_UNREACHABLE;
    const problem: Problem = { ...fallback, ...pickProblem(error.body) };
    return new ApiError(problem, { cause: error, status: error.status });
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** The fields of a `ResourceError` that are there and are text. */
function pickProblem(body: unknown): Partial<Problem> {
  const shape = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return Object.fromEntries(
    (['code', 'message', 'remedy'] as const).flatMap((key) => {
      const value = shape[key];
      return typeof value === 'string' && value !== '' ? [[key, value]] : [];
    })
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
