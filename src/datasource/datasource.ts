import type { DataSourceInstanceSettings, DataSourceJsonData, MetricFindValue, ScopedVars } from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import {
  type CausewayQuery,
  type DatasourceSettings,
  QUERY_TYPES,
  RESOURCE_PATHS,
  type TopologyAnswer,
} from '#contracts';

/** `jsonData` of the datasource while it is being edited: nothing is certain to be there yet. */
export type DatasourceJsonData = DataSourceJsonData & Partial<DatasourceSettings>;

/** Frontend of the Causeway datasource. Queries, resources and the health check are answered by its backend. */
export class CausewayDatasource extends DataSourceWithBackend<CausewayQuery, DatasourceJsonData> {
  constructor(settings: DataSourceInstanceSettings<DatasourceJsonData>) {
    super(settings);
  }

  override getDefaultQuery(): Partial<CausewayQuery> {
    return { queryType: 'anomaly-score' };
  }

  override filterQuery(query: CausewayQuery): boolean {
    return QUERY_TYPES.includes(query.queryType);
  }

  override applyTemplateVariables(query: CausewayQuery, scopedVars: ScopedVars): CausewayQuery {
    const replace = (text: string) => getTemplateSrv().replace(text, scopedVars);
    return {
      ...query,
      ...(query.service === undefined ? {} : { service: replace(query.service) }),
      ...(query.signal === undefined ? {} : { signal: replace(query.signal) }),
    };
  }

  /** Names of the services, for dashboard variables. */
  override async metricFindQuery(): Promise<MetricFindValue[]> {
    return (await this.fetchServiceNames()).map((text) => ({ text }));
  }

  /** Names of the services that were seen in the last hour, sorted. */
  async fetchServiceNames(): Promise<string[]> {
    const toMs = Date.now();
    const answer = await this.getResource<TopologyAnswer>(RESOURCE_PATHS.topology, {
      from: toMs - 3_600_000,
      to: toMs,
    });
    return answer.graph.nodes.map((node) => node.name);
  }
}
