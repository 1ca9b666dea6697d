import {
  type DataFrame,
  type DataQuery,
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getBackendSrv, getTemplateSrv } from '@grafana/runtime';
import {
  type LokiAnswer,
  type PrometheusAnswer,
  type TempoAnswer,
  toLogFrames,
  toSeriesFrames,
  toTraceFrames,
} from './upstream-frames.ts';

/** The parts of Grafana's own Prometheus, Loki and Tempo queries that this page understands. */
interface UpstreamQuery extends DataQuery {
  readonly expr?: string;
  readonly query?: string;
  readonly instant?: boolean;
  readonly legendFormat?: string;
  readonly limit?: number;
}

const MIN_STEP_SECONDS = 15;
/** A rate needs four scrapes, as in Grafana's `$__rate_interval`. */
const RATE_INTERVAL_SCRAPES = 4;

/** What the three stand-ins share: they ask through the host's datasource proxy. */
abstract class ProxiedDatasource extends DataSourceApi<UpstreamQuery> {
  readonly #base: string;

  constructor(settings: DataSourceInstanceSettings) {
    super(settings);
    this.#base = `/api/datasources/proxy/uid/${encodeURIComponent(settings.uid)}`;
  }

  async query(request: DataQueryRequest<UpstreamQuery>): Promise<DataQueryResponse> {
    const asked = request.targets.filter((target) => !target.hide);
    const frames = await Promise.all(asked.map((target) => this.run(target, request)));
    return { data: frames.flat() };
  }

  async testDatasource(): Promise<TestDataSourceResponse> {
    await this.ask(this.probePath, {});
    return { status: 'success', message: `${this.name} answers` };
  }

  protected ask<T>(path: string, params: Record<string, string | number>): Promise<T> {
    return getBackendSrv().get<T>(`${this.#base}/${path}`, params, undefined, { showErrorAlert: false });
  }

  protected abstract readonly probePath: string;
  protected abstract run(target: UpstreamQuery, request: DataQueryRequest<UpstreamQuery>): Promise<DataFrame[]>;
}

class PrometheusDatasource extends ProxiedDatasource {
  protected readonly probePath = 'api/v1/labels';

  override async metricFindQuery(query: string): Promise<MetricFindValue[]> {
    const call = /^\s*label_values\((?:(.+),)?\s*([a-zA-Z_]\w*)\s*\)\s*$/.exec(getTemplateSrv().replace(query));
    if (!call?.[2]) {
      throw new Error('Only label_values(metric, label) is understood here');
    }
    const params: Record<string, string> = call[1] ? { 'match[]': call[1].trim() } : {};
    const answer = await this.ask<{ readonly data: readonly string[] }>(`api/v1/label/${call[2]}/values`, params);
    return answer.data.map((text) => ({ text }));
  }

  protected async run(target: UpstreamQuery, request: DataQueryRequest<UpstreamQuery>): Promise<DataFrame[]> {
    const step = Math.max(MIN_STEP_SECONDS, Math.ceil(request.intervalMs / 1000));
    const expression = interpolate(target.expr ?? '', request, step);
    const end = request.range.to.valueOf() / 1000;
    const answer = target.instant
      ? await this.ask<PrometheusAnswer>('api/v1/query', { query: expression, time: end })
      : await this.ask<PrometheusAnswer>('api/v1/query_range', {
          query: expression,
          start: request.range.from.valueOf() / 1000,
          end,
          step,
        });
    return toSeriesFrames(answer, target.refId, target.legendFormat);
  }
}

class LokiDatasource extends ProxiedDatasource {
  protected readonly probePath = 'loki/api/v1/labels';

  protected async run(target: UpstreamQuery, request: DataQueryRequest<UpstreamQuery>): Promise<DataFrame[]> {
    const answer = await this.ask<LokiAnswer>('loki/api/v1/query_range', {
      query: interpolate(target.expr ?? '', request, MIN_STEP_SECONDS),
      start: `${request.range.from.valueOf()}000000`,
      end: `${request.range.to.valueOf()}000000`,
      limit: target.limit ?? 100,
    });
    return toLogFrames(answer, target.refId);
  }
}

class TempoDatasource extends ProxiedDatasource {
  protected readonly probePath = 'api/search';

  protected async run(target: UpstreamQuery, request: DataQueryRequest<UpstreamQuery>): Promise<DataFrame[]> {
    const answer = await this.ask<TempoAnswer>('api/search', {
      q: interpolate(target.query ?? '', request, MIN_STEP_SECONDS),
      start: Math.floor(request.range.from.valueOf() / 1000),
      end: Math.ceil(request.range.to.valueOf() / 1000),
      limit: target.limit ?? 20,
    });
    return toTraceFrames(answer, target.refId);
  }
}

function interpolate(text: string, request: DataQueryRequest<UpstreamQuery>, stepSeconds: number): string {
  const rateSeconds = Math.max(stepSeconds + MIN_STEP_SECONDS, RATE_INTERVAL_SCRAPES * MIN_STEP_SECONDS);
  const rangeSeconds = Math.round((request.range.to.valueOf() - request.range.from.valueOf()) / 1000);
  const builtin = (value: string) => ({ text: value, value });
  const scoped: ScopedVars = {
    ...request.scopedVars,
    __interval: builtin(`${stepSeconds}s`),
    __interval_ms: builtin(String(stepSeconds * 1000)),
    __rate_interval: builtin(`${rateSeconds}s`),
    __range: builtin(`${rangeSeconds}s`),
    __range_s: builtin(String(rangeSeconds)),
  };
  return getTemplateSrv().replace(text, scoped, 'regex');
}

/** Stand-ins for Grafana's core datasources, by plugin id. */
export const builtinDatasources: Readonly<Record<string, new (settings: DataSourceInstanceSettings) => DataSourceApi>> =
  {
    prometheus: PrometheusDatasource as unknown as new (settings: DataSourceInstanceSettings) => DataSourceApi,
    loki: LokiDatasource as unknown as new (settings: DataSourceInstanceSettings) => DataSourceApi,
    tempo: TempoDatasource as unknown as new (settings: DataSourceInstanceSettings) => DataSourceApi,
  };
