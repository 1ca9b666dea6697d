import { createContext, useContext } from 'react';
import { config, getBackendSrv, getDataSourceSrv, hasPermission } from '@grafana/runtime';
import type { AppSettings } from '#contracts';
import type { Evidence } from '#model';
import { DATASOURCE_PLUGIN_ID, EXECUTE_PERMISSION, LABEL_PERMISSION, PROPOSE_PERMISSION } from '../routes.ts';
import { type BackendClient, createBackendClient } from './backend-client.ts';
import { createExecutorClient, type ExecutorClient } from './executor-client.ts';
import { type ExploreSources, toExploreUrl } from './explore-url.ts';

/** Everything the pages reach the outside through; tests provide fakes. */
export interface Clients {
  /** Absent when no Causeway datasource exists. */
  readonly backend: BackendClient | undefined;
  readonly executor: ExecutorClient;
  readonly datasourceUid: string | undefined;
  /** Whether the person may approve, reject, cancel, freeze. */
  readonly canExecute: boolean;
  /** Whether the person may ask for an action, which somebody else approves. */
  readonly canPropose: boolean;
  /** Whether the person may acknowledge and label anomalies. */
  readonly canLabel: boolean;
  /** Whether the person may have detectors trained anew: the backend goes by the role alone. */
  readonly canRetrain: boolean;
  readonly login: string;
  /** The person's datasources of each signal, as far as there are any. */
  readonly sources: ExploreSources;
  /** Address of a piece of evidence in Explore; undefined where no fitting datasource is known. */
  exploreUrl(evidence: Evidence, overrides?: ExploreSources): string | undefined;
}

export const ClientsContext = createContext<Clients | undefined>(undefined);

/** The clients of this page. @throws Error outside of the provider */
export function useClients(): Clients {
  const clients = useContext(ClientsContext);
  if (!clients) {
    throw new Error('The page is rendered outside of ClientsContext.');
  }
  return clients;
}

/** Builds the clients from Grafana's services. The configured datasource wins; else the first one of our type is used. */
export function createClients(settings: AppSettings): Clients {
  const http = getBackendSrv();
  const datasourceUid = findDatasource(settings.datasourceUid);
  const isEditor = ['Admin', 'Editor'].includes(config.bootData.user.orgRole);
  const sources: ExploreSources = {
    metricsDs: firstOfType('prometheus'),
    logsDs: firstOfType('loki'),
    tracesDs: firstOfType('tempo'),
  };
  return {
    datasourceUid,
    backend: datasourceUid === undefined ? undefined : createBackendClient(datasourceUid, http),
    executor: createExecutorClient(http),
    canPropose: isEditor || hasPermission(PROPOSE_PERMISSION),
    canExecute: config.bootData.user.orgRole === 'Admin' || hasPermission(EXECUTE_PERMISSION),
    canLabel: isEditor || hasPermission(LABEL_PERMISSION),
    canRetrain: isEditor,
    login: config.bootData.user.login,
    sources,
    exploreUrl: (evidence, overrides) => toExploreUrl(evidence, { ...sources, ...overrides }),
  };
}

function findDatasource(configuredUid: string | undefined): string | undefined {
  const known = configuredUid ? getDataSourceSrv().getInstanceSettings({ uid: configuredUid }) : undefined;
  return known?.uid ?? firstOfType(DATASOURCE_PLUGIN_ID);
}

function firstOfType(type: string): string | undefined {
  return getDataSourceSrv().getList({ type })[0]?.uid;
}
